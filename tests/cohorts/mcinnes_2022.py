"""McInnes 2022: 537 patients analysed, inductions of four to eight infusions, PHQ-9 14 to 31 days after the last.

Response 288 (53.6 %), remission below 5: 155 (28.9 %), worse 45 (8.4 %): counts back from the printed percentages.
Those who respond without remitting stand at exactly 5, so that "at most 5" would give another figure.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.values import Instrument
from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 537, "phq9-lt5"
RESPONDED, REMITTED, WORSE = 288, 155, 45
BASELINES = (10, 14, 18, 22)
"""Of the four severities: response was alike in all."""

REMISSION, FIVE = 4, 5
MEASURED = (14, 20, 31)
"""Days after the last infusion."""


def lines() -> Iterator[Line]:
    """Every line of the study."""
    for number in range(PATIENTS):
        days = tuple(range(0, 3 * (4 + number % 5), 3))
        baseline = BASELINES[number % len(BASELINES)]
        patient = Patient("mcinnes-2022", number, RULE)
        patient.admitted(infusions=len(days), window_d=28, baseline=(Instrument.PHQ9, baseline))
        patient.booked(days)
        for slot_no, day in enumerate(days, start=1):
            patient.infused(slot_no, day)
        measured = days[-1] + MEASURED[number % len(MEASURED)]
        patient.scored(Instrument.PHQ9, after(number, baseline), measured, minute=9 * 60 + 46, timepoint="review")
        yield from patient.lines


def after(number: int, baseline: int) -> int:
    """The score of a patient at the endpoint."""
    if number < REMITTED:
        return REMISSION
    if number < RESPONDED:
        return FIVE
    return baseline + 1 if number < RESPONDED + WORSE else baseline - 1
