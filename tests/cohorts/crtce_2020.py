"""CRTCE (McIntyre 2020): 213 treated, four infusions, a QIDS-SR16 after the last of 190.

Response 51 (27 %), remission at most 5: 25 (13 %): counts back from the printed percentages. Of the 23 without a
score ten have withdrawn their consent after the second infusion here; the paper does not say why they have none.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.values import Instrument
from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 213, "qids-le5"
DAYS = (0, 2, 7, 9)
SCORED, WITHDREW, RESPONDED, REMITTED = 190, 10, 51, 25
BASELINE, RESPONSE, REMISSION, UNCHANGED = 18, 9, 5, 10


def lines() -> Iterator[Line]:
    """Every line of the study."""
    for number in range(PATIENTS):
        patient = Patient("crtce-2020", number, RULE)
        patient.admitted(infusions=len(DAYS), window_d=14, baseline=(Instrument.QIDS_SR16, BASELINE))
        patient.booked(DAYS)
        withdrew = number >= PATIENTS - WITHDREW
        for slot_no, day in enumerate(DAYS[:2] if withdrew else DAYS, start=1):
            patient.infused(slot_no, day)
        if withdrew:
            patient.withdrew(DAYS[1] + 1)
        elif number < SCORED:
            patient.scored(Instrument.QIDS_SR16, after(number), DAYS[-1] + 7)
        yield from patient.lines


def after(number: int) -> int:
    """The score of a patient after the fourth infusion: exactly half is a response, one more is none."""
    return REMISSION if number < REMITTED else RESPONSE if number < RESPONDED else UNCHANGED
