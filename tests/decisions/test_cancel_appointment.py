"""Is a cancellation recorded whatever it comes to, and called late by the policy?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.commands import CancelAppointment
from journey.errors import Rule
from journey.events import AppointmentCancelled
from journey.events.schedule import CancellationReason, Initiator, Scope
from journey.history import fold
from journey.state import AppointmentStatus
from tests.decisions.states import (
    APPOINTMENT,
    SESSION,
    VISITS,
    booked,
    booking,
    checked_in,
    deceased,
    discharged,
    morning,
)
from tests.given import HOUR, MINUTE, named

CANCEL = CancelAppointment(
    appointment_ids=(APPOINTMENT,), initiator=Initiator.PATIENT, reason_code=CancellationReason.PATIENT
)


def cancelled(*, late: bool) -> AppointmentCancelled:
    """The cancellation that is stored."""
    return AppointmentCancelled(
        appointment_ids=(APPOINTMENT,),
        initiator=Initiator.PATIENT,
        reason_code=CancellationReason.PATIENT,
        late=late,
    )


@pytest.mark.parametrize("minutes_over, late", [(0, False), (1, True)])
def test_is_late_by_the_policy(minutes_over: int, late: bool) -> None:
    """Exactly the policy's hours before the start is in time; a minute less is late."""
    state = booked()
    in_time = VISITS[0] - state.clinic.policy.late_cancellation_h * HOUR
    asked_at = in_time + minutes_over * MINUTE
    state.when(CANCEL, at=asked_at, recorded_at=state.now).then(cancelled(late=late))


def test_calls_off_all_that_are_named() -> None:
    """Several appointments are called off by one entry."""
    state = booked().then_came(booking(2))
    both = replace(CANCEL, appointment_ids=(APPOINTMENT, named("appointment 2")))
    after = state.when(both).then_deviates()
    assert {it.status for it in fold(after.log).appointments.values()} == {AppointmentStatus.CANCELLED}


def test_one_that_is_named_twice_is_called_off_once() -> None:
    """By itself, and with what follows it."""
    second = named("appointment 2")
    twice = replace(CANCEL, appointment_ids=(second, second))
    state = booked().then_came(booking(2), booking(3))
    for scope, called_off in ((Scope.THIS, (second,)), (Scope.THIS_AND_FOLLOWING, (second, named("appointment 3")))):
        event = state.when(replace(twice, scope=scope)).event
        assert isinstance(event, AppointmentCancelled)
        assert event.appointment_ids == called_off


def test_calls_off_what_follows() -> None:
    """From the named one on, every later infusion of the series that is still booked; and none before it, or given."""
    third = named("appointment 3")
    state = discharged().then_came(*(booking(number) for number in range(2, 7)))
    asked = replace(CANCEL, appointment_ids=(third,), scope=Scope.THIS_AND_FOLLOWING)
    event = state.when(asked).event
    assert isinstance(event, AppointmentCancelled)
    assert event.appointment_ids == (third, *(named(f"appointment {number}") for number in range(4, 7)))
    assert event.scope is Scope.THIS_AND_FOLLOWING
    after = fold(state.when(asked).then_deviates().log).appointments
    assert [it.status for it in after.values()] == [
        AppointmentStatus.ARRIVED,
        AppointmentStatus.BOOKED,
        *[AppointmentStatus.CANCELLED] * 4,
    ]


def test_what_follows_one_that_was_not_open_is_called_off() -> None:
    """A cancellation of one that was given, and of what follows, is stored and marked: it is an observation."""
    state = discharged().then_came(booking(2), booking(3))
    after = state.when(replace(CANCEL, scope=Scope.THIS_AND_FOLLOWING)).then_deviates(Rule.NOT_BOOKED)
    found = [it.status for it in fold(after.log).appointments.values()]
    assert found == [AppointmentStatus.ARRIVED, AppointmentStatus.CANCELLED, AppointmentStatus.CANCELLED]


def test_is_refused_of_an_unknown_appointment() -> None:
    """What was never booked can't be called off."""
    unknown = replace(CANCEL, appointment_ids=(APPOINTMENT, named("another appointment")))
    booked().when(unknown).then_refused(Rule.UNKNOWN_APPOINTMENT)


def test_marks_one_that_was_not_open() -> None:
    """A cancellation of an appointment whose patient came is stored and marked; the session stays known."""
    after = checked_in().when(CANCEL).then_deviates(Rule.NOT_BOOKED)
    assert fold(after.log).appointments[APPOINTMENT].session_id == SESSION


def test_is_accepted_after_death() -> None:
    """What is booked for a patient who died is called off, unmarked."""
    state = deceased().then_came(booking(7, morning(4, 20)))
    gone = replace(
        CANCEL,
        appointment_ids=(named("appointment 7"),),
        initiator=Initiator.CLINIC,
        reason_code=CancellationReason.PATIENT_DECEASED,
    )
    state.when(gone).then_deviates()
