"""VA (Pfeiffer 2024): 215 patients, mean baseline PHQ-9 18.6, eighteen infusions within a year, ever rarer.

At six weeks response 56 (26 %), remission at most 5: 32 (15 %): counts back from the printed percentages. Those who
remit stand at exactly 5. The six weeks are counted from the first infusion; the treatment goes on meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey.values import Instrument
from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 215, "phq9-le5-6wk"
INFUSIONS, SIX_WEEKS, RENEWED = 18, 42, 150
RESPONDED, REMITTED = 56, 32
RESPONSE, REMISSION, UNCHANGED = 9, 5, 16


def days() -> list[int]:
    """The gap grows from 5 to 24 days within 150."""
    found = [0]
    while len(found) < INFUSIONS:
        found.append(found[-1] + 5 + 19 * min(found[-1], 150) // 150)
    return found


def lines() -> Iterator[Line]:
    """Every line of the study."""
    for number in range(PATIENTS):
        patient = Patient("va-2024", number, RULE, trials=4)
        baseline = 19 if number % 5 < 3 else 18
        patient.admitted(infusions=INFUSIONS, window_d=365, baseline=(Instrument.PHQ9, baseline))
        patient.booked(days())
        told = [(day, slot_no) for slot_no, day in enumerate(days(), start=1)] + [(SIX_WEEKS, 0), (RENEWED, -1)]
        for day, slot_no in sorted(told):
            if slot_no > 0:
                patient.infused(slot_no, day)
            elif day == SIX_WEEKS:
                patient.scored(Instrument.PHQ9, after(number), day, timepoint="follow_up")
            else:
                patient.confirmed(day)
        yield from patient.lines


def after(number: int) -> int:
    """The score of a patient at six weeks."""
    return REMISSION if number < REMITTED else RESPONSE if number < RESPONDED else UNCHANGED
