"""Yale 2024: 138 patients, 2342 infusions, severe hypertension in 23 of them (0.98 %), with 17 patients.

Ten of the 23 fell on the first three infusions. The study's own threshold was not seen: the grades are imported as
they were recorded, and no pressure is made up for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 138, "phq9-lt5"
INFUSIONS, ONE_LESS = 17, 4
"""Seventeen each make 2346: four patients had one less."""

SEVERE = {"term": "hypertension", "ctcae_term": "hypertension", "grade": 3, "action": "drug"}
EARLY, LATE = 10, 13


def severe(number: int) -> set[int]:
    """At which infusions of a patient the pressure rose severely: ten of the first, and thirteen of later ones."""
    early = {1 + number % 3} if number < EARLY else set()
    late = {8} if number < LATE - 7 or EARLY <= number < EARLY + 7 else set()
    return early | late


def lines() -> Iterator[Line]:
    """Every line of the study."""
    for number in range(PATIENTS):
        days = [7 * slot for slot in range(INFUSIONS - (number >= PATIENTS - ONE_LESS))]
        patient = Patient("yale-2024", number, RULE)
        patient.admitted(infusions=len(days), window_d=120)
        patient.booked(days)
        for slot_no, day in enumerate(days, start=1):
            patient.infused(slot_no, day, [SEVERE] if slot_no in severe(number) else [])
        yield from patient.lines
