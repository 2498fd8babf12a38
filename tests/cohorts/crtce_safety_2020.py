"""CRTCE safety (Rodrigues 2020): 203 patients, treatment-emergent hypertension in 90 (44.3 %).

Drowsiness 56.4 %, dizziness 45.2 %, dissociation 35.6 % and nausea 13.3 % fit no count of 203; all four fit 188 (106,
85, 67 and 25: inferred). Here 15 patients were never observed after an infusion, and both denominators are named.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 203, "qids-le5"
OBSERVED = 188
DAYS = (0, 2, 7, 9)
WITH_EFFECT = {"drowsiness": 106, "dizziness": 85, "dissociation": 67, "nausea": 25}
HYPERTENSION = 90


def lines() -> Iterator[Line]:
    """Every line of the study."""
    for number in range(PATIENTS):
        observed = number < OBSERVED
        patient = Patient("crtce-safety-2020", number, RULE)
        patient.admitted(infusions=len(DAYS), window_d=14)
        patient.booked(DAYS)
        for slot_no, day in enumerate(DAYS, start=1):
            patient.infused(slot_no, day, effects(number) if slot_no == 1 else [], observed=observed)
        yield from patient.lines


def effects(number: int) -> list[dict[str, object]]:
    """What a patient had after the first infusion; the pressure also of those who were not observed."""
    felt = [term for term, patients in WITH_EFFECT.items() if number < patients]
    risen = ["hypertension"] if number >= PATIENTS - HYPERTENSION else []
    return [{"term": term, "grade": 2 if term == "hypertension" else 1, "action": "none"} for term in felt + risen]
