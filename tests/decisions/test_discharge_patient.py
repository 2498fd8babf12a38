"""Is it recorded how the patient left, from every state of a session?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.commands import DischargePatient
from journey.errors import Rule
from journey.events.session import Disposition
from journey.history import fold
from tests.decisions.states import (
    SESSION,
    VISITS,
    booking,
    checked_in,
    cleared,
    discharge,
    discharged,
    infusing,
    readiness,
    ready,
    recovering,
)
from tests.given import MINUTE, Given, named

LEAVE = DischargePatient(session_id=SESSION, disposition=Disposition.HOME_RIDE, ride_checked=True)
TRANSFER = replace(LEAVE, disposition=Disposition.ED_TRANSFER, ride_checked=False)
DIE = replace(TRANSFER, disposition=Disposition.DIED)


def test_the_patient_goes_home() -> None:
    """Ready, with the ride checked: stored unmarked, and the session is over."""
    after = ready().when(LEAVE).then(discharge())
    assert not fold(after.log).sessions[SESSION].is_open


@pytest.mark.parametrize("state", [checked_in(), cleared(), recovering(), ready()])
@pytest.mark.parametrize("leave", [TRANSFER, DIE])
def test_transfer_and_death_are_sayable_from_every_state(state: Given, leave: DischargePatient) -> None:
    """Nobody transferred or dead was to be ready first, or had a ride."""
    after = state.when(leave).then_deviates()
    assert fold(after.log).deceased is (leave is DIE)


@pytest.mark.parametrize("leave", [LEAVE, TRANSFER, DIE])
def test_marks_a_running_infusion(leave: DischargePatient) -> None:
    """With the pump not stopped, it is stored and marked."""
    deviations = infusing().when(leave).facts[0].deviations
    assert Rule.INFUSION_NOT_STOPPED in deviations


@pytest.mark.parametrize("disposition", [Disposition.HOME_RIDE, Disposition.AGAINST_ADVICE])
def test_marks_who_leaves_unready(disposition: Disposition) -> None:
    """Not judged, or judged not ready: stored and marked, never refused."""
    leave = replace(LEAVE, disposition=disposition)
    recovering().when(leave).then_deviates(Rule.NOT_READY)
    recovering().then_came(readiness(ready=False)).when(leave).then_deviates(Rule.NOT_READY)


def test_who_was_given_nothing_need_not_recover() -> None:
    """Going home before any infusion needs no readiness."""
    checked_in().when(LEAVE).then_deviates()


def test_marks_a_ride_that_was_not_checked() -> None:
    """Going home with the ride unchecked is stored and marked."""
    ready().when(replace(LEAVE, ride_checked=False)).then_deviates(Rule.RIDE_NOT_CHECKED)


def test_marks_a_session_that_had_ended() -> None:
    """Leaving twice is stored and marked."""
    discharged().when(LEAVE).then_deviates(Rule.SESSION_ENDED)


def test_marks_a_time_before_the_check_in() -> None:
    """Dated before the patient came: stored and marked."""
    told = ready().when(LEAVE, at=VISITS[0] - MINUTE, recorded_at=VISITS[0])
    told.then_deviates(Rule.OUT_OF_ORDER)
    ready().when(LEAVE, at=VISITS[0], recorded_at=VISITS[0]).then_deviates()


def test_names_the_next_appointment_only_if_it_is_booked() -> None:
    """A next appointment that nobody booked is a slip."""
    following = replace(LEAVE, next_appointment_id=named("appointment 2"))
    ready().when(following).then_refused(Rule.UNKNOWN_APPOINTMENT)
    ready().then_came(booking(2)).when(following).then_deviates()


def test_is_refused_of_an_unknown_session() -> None:
    """A patient leaves a session."""
    ready().when(replace(LEAVE, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)
