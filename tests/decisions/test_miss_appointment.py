"""Is an appointment missed only once it began, and marked within the grace?"""

from __future__ import annotations

from dataclasses import replace

from journey.commands import MissAppointment
from journey.errors import Rule
from journey.events import AppointmentMissed
from tests.decisions.states import APPOINTMENT, VISITS, booked, checked_in
from tests.given import MINUTE, named

MISS = MissAppointment(appointment_id=APPOINTMENT, contacted=True)
MISSED = AppointmentMissed(appointment_id=APPOINTMENT, contacted=True)


def test_is_recorded_after_the_grace() -> None:
    """From the end of the grace period on, it is stored unmarked."""
    state = booked()
    grace = state.clinic.policy.missed_grace_min * MINUTE
    state.when(MISS, at=VISITS[0] + grace).then(MISSED)


def test_marks_one_within_the_grace() -> None:
    """From the start to the end of the grace, it is stored and marked."""
    state = booked()
    grace = state.clinic.policy.missed_grace_min * MINUTE
    state.when(MISS, at=VISITS[0]).then(MISSED, deviations=[Rule.MISSED_EARLY])
    state.when(MISS, at=VISITS[0] + grace - MINUTE).then(MISSED, deviations=[Rule.MISSED_EARLY])


def test_is_impossible_before_the_start() -> None:
    """Nobody has missed what has not begun."""
    booked().when(MISS, at=VISITS[0] - MINUTE).then_refused(Rule.MISSED_BEFORE_START)


def test_is_refused_of_an_unknown_appointment() -> None:
    """What was never booked can't be missed."""
    unknown = replace(MISS, appointment_id=named("another appointment"))
    booked().when(unknown, at=VISITS[0]).then_refused(Rule.UNKNOWN_APPOINTMENT)


def test_marks_one_whose_patient_came() -> None:
    """Missed, but checked in: stored and marked."""
    checked_in().when(MISS, at=VISITS[0] + 60 * MINUTE).then_deviates(Rule.NOT_BOOKED)
