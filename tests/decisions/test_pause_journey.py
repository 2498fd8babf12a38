"""Is a rest told of in every phase, and where does the journey then stand?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from journey.commands import PauseJourney, RescheduleAppointment
from journey.errors import Rule
from journey.events import JourneyPaused, JourneyResumed
from journey.events.course import PauseReason
from journey.events.schedule import Initiator, Move, RescheduleReason
from journey.history import fold
from journey.phases import Phase
from tests.decisions.states import (
    APPOINTMENT,
    VISITS,
    booked,
    check_in,
    closed,
    completion,
    consented,
    deceased,
    eligible,
    induced,
    infusing,
    maintained,
    paused,
    planned,
    referred,
    reviewed,
    start,
)
from tests.decisions.test_approve_treatment_plan import APPROVE
from tests.given import DAY, FRONT_DESK, HOUR, MINUTE, PRESCRIBER, Given

PAUSE = PauseJourney(reason=PauseReason.TRAVEL)
REST = JourneyPaused(reason=PauseReason.TRAVEL)


@pytest.mark.parametrize("state", [referred, eligible, planned, infusing, induced, reviewed, maintained])
def test_a_journey_rests_in_any_phase(state: Callable[[], Given]) -> None:
    """Whoever hears of it records it; beneath the pause the journey stands where it stood."""
    after = fold(state().when(PAUSE, actor=FRONT_DESK).then(REST).log)
    assert (after.phase, after.stands_in) == (Phase.PAUSED, fold(state().log).phase)


def test_it_may_be_known_until_when() -> None:
    """The day lies not before the pause."""
    today = (planned().now - 8 * HOUR).date()
    planned().when(replace(PAUSE, until=today)).then(replace(REST, until=today))
    planned().when(replace(PAUSE, until=today - timedelta(days=1))).then_refused(Rule.END_BEFORE_START)


def test_one_reason_more_is_marked() -> None:
    """A journey that rests already rests for both reasons, and stands in the same phase beneath."""
    twice = paused(PauseReason.PREGNANCY).when(PAUSE).then(REST, deviations=[Rule.ALREADY_PAUSED])
    journey = fold(twice.log)
    assert [it.paused.reason for it in journey.open_pauses] == [PauseReason.PREGNANCY, PauseReason.TRAVEL]
    assert (journey.phase, journey.stands_in) == (Phase.PAUSED, Phase.PLANNED)


def test_a_pause_from_before_the_last_resumption_is_marked() -> None:
    """It is heard of when the journey goes on already: so it rests again, with the mark."""
    resumed = paused().then_came(JourneyResumed(rechecks=()))
    late = resumed.when(PAUSE, at=resumed.now - MINUTE).then_deviates(Rule.OUT_OF_ORDER)
    assert fold(late.log).phase is Phase.PAUSED
    resumed.when(PAUSE, at=resumed.now).then_deviates()


def test_nothing_is_too_late_to_be_told() -> None:
    """After the end and after a death it is stored, with its mark; a journey that ended stays so."""
    told = closed().when(PAUSE).then_deviates(Rule.JOURNEY_CLOSED)
    assert fold(told.log).phase is Phase.CLOSED
    deceased().later(DAY).when(PAUSE).then_deviates(Rule.AFTER_DEATH)


def test_what_readies_the_journey_is_allowed() -> None:
    """A booked infusion is moved, a plan approved: none of it treats."""
    planned_meanwhile = paused(state=consented).when(APPROVE, actor=PRESCRIBER).then_deviates()
    assert fold(planned_meanwhile.log).stands_in is Phase.PLANNED
    move = Move(appointment_id=APPOINTMENT, start=VISITS[1], end=VISITS[1] + 3 * HOUR, chair="chair-1", nurse="nurse-1")
    moved = RescheduleAppointment(moves=(move,), initiator=Initiator.PATIENT, reason=RescheduleReason.PATIENT_REQUEST)
    paused(state=booked).when(moved).then_deviates()


def test_what_happens_meanwhile_moves_the_phase_beneath() -> None:
    """The last infusion of the plan was running and ends: the journey rests in its review, and comes back to it."""
    running = planned().then_came(*[it.event for it in induced(5).log[len(planned().log) :]], check_in(6), start(6))
    ended = running.then_came(REST).then_came(completion(6), after=40 * MINUTE)
    assert (fold(ended.log).phase, fold(ended.log).stands_in) == (Phase.PAUSED, Phase.RESPONSE_REVIEW)
    assert fold(ended.then_came(JourneyResumed(rechecks=())).log).phase is Phase.RESPONSE_REVIEW
