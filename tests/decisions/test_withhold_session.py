"""Is it recorded that no infusion is given?"""

from __future__ import annotations

from dataclasses import replace

from journey.commands import WithholdSession
from journey.errors import Rule
from journey.events.session import NextAction, WithheldReason
from journey.history import fold
from tests.decisions.states import (
    SESSION,
    VISITS,
    aborted,
    checked_in,
    cleared,
    infusing,
    recovering,
    withheld,
    withholding,
)
from tests.given import MINUTE, named

WITHHOLD = WithholdSession(session_id=SESSION, reason=WithheldReason.BP, next_action=NextAction.RESCHEDULE)


def test_ends_the_session() -> None:
    """Before or after clearance, the session is over."""
    for state in (checked_in(), cleared()):
        after = state.when(WITHHOLD).then(withholding())
        assert not fold(after.log).sessions[SESSION].is_open


def test_is_refused_of_an_unknown_session() -> None:
    """What was never opened can't be withheld."""
    unknown = replace(WITHHOLD, session_id=named("another session"))
    checked_in().when(unknown).then_refused(Rule.UNKNOWN_SESSION)


def test_marks_one_that_had_ended() -> None:
    """A second time is stored and marked, also one that is dated at the first."""
    state = withheld()
    state.when(WITHHOLD).then_deviates(Rule.SESSION_ENDED)
    state.when(WITHHOLD, at=state.now, recorded_at=state.now).then_deviates(Rule.SESSION_ENDED)


def test_marks_a_running_infusion() -> None:
    """With the pump running, it is stored and marked."""
    infusing().when(WITHHOLD).then_deviates(Rule.INFUSION_NOT_STOPPED)


def test_marks_an_infusion_that_was_given() -> None:
    """After an infusion there is nothing to withhold: stored and marked; not so after a start that came to nothing."""
    recovering().when(WITHHOLD).then_deviates(Rule.INFUSION_GIVEN)
    aborted().when(WITHHOLD).then_deviates()


def test_marks_a_time_before_the_check_in() -> None:
    """Dated before the patient came, it is stored and marked."""
    state = checked_in()
    state.when(WITHHOLD, at=VISITS[0] - MINUTE, recorded_at=VISITS[0]).then_deviates(Rule.OUT_OF_ORDER)
