"""When does the nurse call a patient who went home, and who does not answer?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from entrypoints.simulator.chart import By, Chart

AFTER = timedelta(hours=24, minutes=5)
UNANSWERED_IN, FORGOTTEN_IN = 8, 15
"""One call in so many is not answered, or not made; no published share was found, they are made up."""


def called_back(chart: Chart, session_id: UUID, appointment_id: UUID, nurse: By) -> None:
    """Put down a call for the day after a visit; what the number of a visit decides is left to no chance."""
    if session_id.int % FORGOTTEN_IN:
        call = partial(
            chart.enter,
            "ContactPatient",
            nurse,
            purpose="follow_up",
            appointment_id=str(appointment_id),
            reached=session_id.int % UNANSWERED_IN != 0,
        )
        chart.put_down(chart.at + AFTER, call)
