"""Is a stop recorded, and does the policy of the day say whether the infusion counts?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from journey.commands import AbortInfusion
from journey.errors import Rule
from journey.events import InfusionRateChanged
from journey.events.session import AbortReason, RateReason
from journey.history import fold
from journey.values import LateReason
from tests.decisions.states import SESSION, WITHDRAWN, aborted, abortion, cleared, infusing, start
from tests.decisions.test_start_infusion import DOWNTIME
from tests.given import MINUTE, named

ABORT = AbortInfusion(session_id=SESSION, ml_infused=Decimal("12.5"), reason=AbortReason.NAUSEA)


CHANGE = InfusionRateChanged(session_id=SESSION, rate_ml_h=Decimal(0), reason=RateReason.PATIENT_REQUEST)


@pytest.mark.parametrize(
    "passed_min, ml_infused, counts",
    [(10, "12.5", False), (30, "37.4", False), (30, "37.5", True), (38, "47.5", True)],
)
def test_counts_from_the_policy_s_share_of_the_dose(passed_min: int, ml_infused: str, counts: bool) -> None:
    """Three quarters of the dose count as an infusion, less does not."""
    state = infusing()
    told = state.when(replace(ABORT, ml_infused=Decimal(ml_infused)), at=state.now + passed_min * MINUTE)
    after = told.then(abortion(ml_infused=Decimal(ml_infused), counts=counts))
    assert len(fold(after.log).infusions) == int(counts)


@over(ran_s=st.integers(0, 2400), pauses=st.lists(st.integers(0, 600), max_size=3))
def test_is_recorded_at_any_moment(ran_s: int, pauses: list[int]) -> None:
    """Also in a pause, and in the second of the start: with what the rates have given by then nothing is marked."""
    state = infusing()
    for paused_s in pauses:
        state = state.then_came(CHANGE, after=timedelta(0)).then_came(
            replace(CHANGE, rate_ml_h=Decimal(75)), after=timedelta(seconds=paused_s)
        )
    flowed_ml = Decimal(75) * ran_s / 3600
    stop = replace(ABORT, ml_infused=round(flowed_ml, 6))
    after = state.when(stop, at=state.now + timedelta(seconds=ran_s)).then_deviates()
    [attempt] = fold(after.log).attempts
    assert attempt.mg_infused == round(flowed_ml, 6) * Decimal("0.7")
    assert attempt.counts is (ran_s >= 1800)


def test_is_refused_where_nothing_was_started() -> None:
    """Without an infusion there is nothing to stop."""
    cleared().when(ABORT).then_refused(Rule.NO_INFUSION_STARTED)
    infusing().when(replace(ABORT, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)


def test_is_refused_with_an_unknown_adverse_event() -> None:
    """An adverse event that is named must have been reported."""
    named_one = replace(ABORT, reason=AbortReason.AE, ae_id=named("adverse event"))
    infusing().when(named_one).then_refused(Rule.UNKNOWN_ADVERSE_EVENT)


def test_marks_one_that_had_ended() -> None:
    """A second stop is stored and marked."""
    state = aborted()
    state.when(ABORT, at=state.now, recorded_at=state.now).then_deviates(Rule.NOT_INFUSING)


def test_marks_volumes_that_cannot_be() -> None:
    """More than the syringe held, and other than the rates give: stored and marked."""
    over = replace(ABORT, ml_infused=Decimal(60))
    state = infusing()
    told = state.when(over, at=state.now + 10 * MINUTE)
    told.then_deviates(Rule.VOLUME_OVER_TOTAL, Rule.VOLUME_NOT_RATES)


def test_marks_a_stop_before_the_start() -> None:
    """Dated before the pump was started, it is stored and marked."""
    state = infusing()
    empty = replace(ABORT, ml_infused=Decimal(0))
    state.when(empty, at=state.now - MINUTE, recorded_at=state.now).then_deviates(Rule.OUT_OF_ORDER)


def test_a_stop_after_consent_was_withdrawn_is_right() -> None:
    """To stop is what a withdrawal asks for: nothing is marked."""
    state = infusing().then_came(WITHDRAWN)
    stop = replace(ABORT, reason=AbortReason.CONSENT_WITHDRAWN, ml_infused=Decimal("12.5"))
    state.when(stop, at=infusing().now + 10 * MINUTE).then_deviates()


def test_an_empty_syringe_can_be_stopped() -> None:
    """An infusion told of with no volume at all is stopped like any other."""
    told = cleared().when(replace(DOWNTIME, total_ml=Decimal(0)), reason=LateReason.DOWNTIME)
    state = told.then_deviates(Rule.VOLUME_DIFFERS, Rule.RATE_DIFFERS)
    nothing = replace(ABORT, ml_infused=Decimal(0))
    state.when(nothing, at=state.now, recorded_at=state.now).then(abortion(ml_infused=Decimal(0), counts=False))


def test_it_is_the_last_infusion_that_is_stopped() -> None:
    """Dated before the second start, a stop of the second one is stored and marked."""
    first = aborted()
    again = first.then_came(start(1, 2)).then_came(abortion(ml_infused=Decimal(0), counts=False))
    told = again.when(replace(ABORT, ml_infused=Decimal(0)), at=first.now, recorded_at=again.now)
    told.then_deviates(Rule.NOT_INFUSING, Rule.OUT_OF_ORDER)


def test_marks_a_stop_before_the_last_change_of_the_rate() -> None:
    """Somebody changed the rate after it is said to have been stopped: stored and marked."""
    began = infusing()
    changed = began.then_came(replace(CHANGE, rate_ml_h=Decimal(60)), after=10 * MINUTE)
    stop = replace(ABORT, ml_infused=Decimal("12.5"))
    changed.when(stop, at=began.now + 5 * MINUTE, recorded_at=changed.now).then_deviates(Rule.OUT_OF_ORDER)
