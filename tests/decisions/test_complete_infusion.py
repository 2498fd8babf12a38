"""Is the end of an infusion recorded whatever it contradicts?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from journey.commands import CompleteInfusion
from journey.errors import Rule
from journey.events import InfusionRateChanged
from journey.events.session import RateReason
from journey.history import fold
from journey.phases import Phase
from journey.state import Stage
from tests.decisions.states import (
    SESSION,
    WITHDRAWN,
    booking,
    came_at,
    check_in,
    clearance,
    cleared,
    completion,
    induced,
    infusing,
    morning,
    reading,
    recovering,
    start,
)
from tests.given import MINUTE, named

COMPLETE = CompleteInfusion(session_id=SESSION, ml_infused=Decimal(50))


def test_ends_the_infusion() -> None:
    """The volume is stored, and the patient recovers."""
    state = infusing()
    after = state.when(COMPLETE, at=state.now + 40 * MINUTE).then(completion())
    assert fold(after.log).sessions[SESSION].stage is Stage.RECOVERING


def test_the_plan_s_last_one_leads_to_the_review() -> None:
    """With the sixth of six infusions the induction is over."""
    state = induced(5).then_came(booking(6))
    running = came_at(state, morning(3, 20), check_in(6), reading(6), clearance(6), start(6))
    assert fold(running.log).phase is Phase.INDUCTION
    last = replace(COMPLETE, session_id=named("session 6"))
    after = running.when(last, at=running.now + 40 * MINUTE).then(completion(6))
    assert fold(after.log).phase is Phase.RESPONSE_REVIEW


def test_is_refused_where_nothing_was_started() -> None:
    """Without an infusion there is no end of one."""
    cleared().when(COMPLETE).then_refused(Rule.NO_INFUSION_STARTED)
    infusing().when(replace(COMPLETE, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)


def test_marks_one_that_had_ended() -> None:
    """A second end is stored and marked."""
    state = recovering()
    state.when(COMPLETE, at=state.now, recorded_at=state.now).then_deviates(Rule.NOT_INFUSING)


def test_marks_more_than_the_syringe_held() -> None:
    """Over the total is stored and marked, also where the rates would give it."""
    state = infusing()
    over = replace(COMPLETE, ml_infused=Decimal("50.5"))
    state.when(over, at=state.now + 40 * MINUTE).then_deviates(Rule.VOLUME_OVER_TOTAL)


@pytest.mark.parametrize("ml_infused, marked", [("49", False), ("48.9", True), ("50", False)])
def test_marks_what_the_rates_do_not_give(ml_infused: str, marked: bool) -> None:
    """Exactly two percent off the integral of the rates passes; more is stored and marked."""
    state = infusing()
    told = replace(COMPLETE, ml_infused=Decimal(ml_infused))
    expected = [Rule.VOLUME_NOT_RATES] if marked else []
    state.when(told, at=state.now + 40 * MINUTE).then_deviates(*expected)


def test_a_pause_is_part_of_the_integral() -> None:
    """Ten minutes at rest are ten minutes longer, and no contradiction."""
    paused = infusing().then_came(
        InfusionRateChanged(session_id=SESSION, rate_ml_h=Decimal(0), reason=RateReason.PRESSURE),
        after=20 * MINUTE,
    )
    resumed = paused.then_came(
        InfusionRateChanged(session_id=SESSION, rate_ml_h=Decimal(75), reason=RateReason.RESUME), after=10 * MINUTE
    )
    resumed.when(COMPLETE, at=resumed.now + 20 * MINUTE).then(completion())
    resumed.when(COMPLETE, at=resumed.now + 10 * MINUTE).then_deviates(Rule.VOLUME_NOT_RATES)


def test_marks_an_end_before_the_start() -> None:
    """Dated before the pump was started, it is stored and marked."""
    state = infusing()
    empty = replace(COMPLETE, ml_infused=Decimal(0))
    early = state.when(empty, at=state.now - MINUTE, recorded_at=state.now)
    early.then_deviates(Rule.OUT_OF_ORDER)


def test_marks_an_infusion_that_went_on_against_consent() -> None:
    """Consent withdrawn while the pump ran to its end: stored and marked."""
    state = infusing().then_came(WITHDRAWN)
    told = state.when(COMPLETE, at=infusing().now + 40 * MINUTE)
    told.then_deviates(Rule.CONSENT_NOT_IN_FORCE)


def test_a_drop_more_than_the_tolerance_is_marked() -> None:
    """1 ml of the 50 that the rates give is the tolerance, and 1.005 ml are more."""
    state = infusing()
    told = replace(COMPLETE, ml_infused=Decimal("48.995"))
    state.when(told, at=state.now + 40 * MINUTE).then_deviates(Rule.VOLUME_NOT_RATES)
