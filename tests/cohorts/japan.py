"""Japan, an audit of 1985 sessions: none was escalated urgently; the exact one-sided bound is 0.15 % of sessions.

The audit gives no number of patients here: 397 with five infusions each make the sessions.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.cohorts.writing import Line, Patient

PATIENTS, RULE = 397, "phq9-lt5"
DAYS = (0, 3, 7, 10, 14)


def lines() -> Iterator[Line]:
    """Every line of the audit."""
    for number in range(PATIENTS):
        patient = Patient("japan", number, RULE)
        patient.admitted(infusions=len(DAYS), window_d=21)
        patient.booked(DAYS)
        for slot_no, day in enumerate(DAYS, start=1):
            patient.infused(slot_no, day)
        yield from patient.lines
