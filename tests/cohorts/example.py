"""A study that nobody made: 24 patients with anxiety, five infusions in two weeks, a GAD-7 a week to ten days after.

It is told to show how one is told (docs/studies.md), and so that every case which changes a denominator is in it:
exactly half, remission without response, a baseline of 0 or none, a score too late, who withdrew, who never came.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.values import Instrument
from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 24, "gad7-1wk"
DAYS = (0, 3, 7, 10, 14)
LAST = DAYS[-1]
MORNING, EVENING = 8 * 60, 20 * 60
"""Before the hour at which the last infusion ended, and long after it: both are of their day."""

REMITTED, HALVED, LOW, PARTLY, WORSE, UP = range(5), range(5, 10), (10,), range(11, 14), (14, 15), (16,)
NOTHING_TO_LOSE, NO_BASELINE, TOO_LATE, WITHDREW, EARLY, NEVER = 17, 18, 19, (20, 21), 22, 23


def lines() -> Iterator[Line]:
    """Every line of the study."""
    for number in range(PATIENTS):
        patient = Patient("example", number, RULE)
        patient.admitted(infusions=len(DAYS), window_d=21)
        before = baseline(number)
        if before is not None:
            patient.scored(Instrument.GAD7, before, -10, MORNING if number == EARLY else 13 * 60, "baseline")
        patient.booked(DAYS)
        if number != NEVER:
            treated(patient, number)
        yield from patient.lines


def treated(patient: Patient, number: int) -> None:
    """The infusions of a patient, and the score that follows, if one does."""
    given = DAYS[:2] if number in WITHDREW else DAYS
    for slot_no, day in enumerate(given, start=1):
        patient.infused(slot_no, day)
    if number in WITHDREW:
        patient.withdrew(given[-1] + 1)
    elif number == TOO_LATE:
        patient.scored(Instrument.GAD7, 2, LAST + 11, MORNING, "review")
    elif number % 2:
        patient.scored(Instrument.GAD7, after(number), LAST + 7, MORNING, "review")
    else:
        patient.scored(Instrument.GAD7, after(number), LAST + 10, EVENING, "review")


def baseline(number: int) -> int | None:
    """The score of a patient before the first infusion."""
    if number in LOW:
        return 6
    if number in WORSE or number in UP:
        return 12
    return {NOTHING_TO_LOSE: 0, NO_BASELINE: None, EARLY: 10}.get(number, 16)


def after(number: int) -> int:
    """The score of a patient at the endpoint."""
    scores = ((REMITTED, 4), (HALVED, 8), (LOW, 4), (PARTLY, 9), (WORSE, 16), (UP, 15))
    return next((score for numbers, score in scores if number in numbers), 5)
