"""Zheng 2019: 77 patients, six infusions in twelve days, MADRS a day after each.

Response after infusion 1: 10 (13.0 %), after infusion 6: 52 (67.5 %). Remission: 6 (7.8 %) and 37 (48.1 %).
What was published says nothing of infusions 2 to 5; here nothing changes until the last. The scores are remission
under every threshold in use (below 9 to at most 12), or under none.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.values import Instrument
from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 77, "madrs-lt10"
DAYS = (0, 2, 4, 7, 9, 11)
BASELINE, UNCHANGED, RESPONSE, REMISSION = 32, 30, 16, 6


def lines() -> Iterator[Line]:
    """Every line of the study."""
    for number in range(PATIENTS):
        patient = Patient("zheng-2019", number, RULE)
        patient.admitted(infusions=len(DAYS), window_d=12, baseline=(Instrument.MADRS, BASELINE))
        patient.booked(DAYS)
        early, late = after(number, responded=10, remitted=6), after(number, responded=52, remitted=37)
        for slot_no, day in enumerate(DAYS, start=1):
            patient.infused(slot_no, day)
            patient.scored(Instrument.MADRS, late if slot_no == len(DAYS) else early, day + 1)
        yield from patient.lines


def after(number: int, *, responded: int, remitted: int) -> int:
    """The score of a patient, where so many responded and so many of them remitted: exactly half is a response."""
    return REMISSION if number < remitted else RESPONSE if number < responded else UNCHANGED
