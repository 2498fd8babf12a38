"""May a series of infusions begin anew, and when is it over?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from journey.commands import ClearSession, OrderReinduction
from journey.errors import Rule
from journey.events import (
    ConsentGiven,
    EligibilityConfirmed,
    ReinductionOrdered,
    RelapseDetected,
    ResponseAssessed,
    SessionCleared,
    TreatmentPlanApproved,
)
from journey.events.course import ReinductionReason
from journey.history import fold, stale_entries
from journey.phases import Phase
from tests.decisions.states import (
    MAINTAINED,
    PLAN,
    REINDUCED,
    REVIEWED,
    SWITCHED,
    WITHDRAWN,
    check_in,
    closed,
    deceased,
    drawn,
    eligible,
    endpoint_taken,
    induced,
    maintained,
    paused,
    planned,
    reading,
    reinduced,
    relapsed,
    reviewed,
    start,
    visited,
)
from tests.decisions.test_book_appointment import book
from tests.decisions.test_resume_journey import retraction
from tests.decisions.test_start_infusion import of_session
from tests.given import DAY, HOUR, PRESCRIBER, Given, named

ORDER = OrderReinduction(plan_id=PLAN, infusions=2, reason=ReinductionReason.RELAPSE)
CLEAR_7 = ClearSession(session_id=named("session 7"))


def given_again(number: int = 1) -> Given:
    """So many infusions of the reinduction were given, two days from start to start."""
    state = reinduced()
    first = state.now + HOUR
    for nth in range(number):
        state = visited(state, 7 + nth, first + nth * 2 * DAY)
    return state


@pytest.mark.parametrize("state", [reviewed, maintained, relapsed])
def test_begins_anew(state: Callable[[], Given]) -> None:
    """After a review, in maintenance and after a relapse; nothing of the series is given yet."""
    after = fold(state().when(ORDER, actor=PRESCRIBER).then(REINDUCED).log)
    assert (after.phase, after.given_of_series) == (Phase.REINDUCTION, (0, 2))


def test_infusions_are_counted_from_the_order_on() -> None:
    """The last one that counts leads to the review; an infusion of before the order is none of it."""
    assert [fold(given_again(number).log).phase for number in (1, 2)] == [Phase.REINDUCTION, Phase.RESPONSE_REVIEW]
    assert len(fold(given_again(2).log).infusions) == 8


def test_is_over_with_its_review() -> None:
    """A review ends it early; one infusion more of the order goes on with it."""
    early = given_again(1).then_came(replace(REVIEWED, review_id=named("early")))
    assert fold(early.log).phase is Phase.RESPONSE_REVIEW
    assert fold(early.then_came(check_in(8), start(8)).log).phase is Phase.REINDUCTION


def test_clearance_and_start_take_it_as_the_plan() -> None:
    """A slot of the plan is not needed; a visit is booked, cleared and started at the plan's dose."""
    booked = reinduced().when(book(7, start=reinduced().now + DAY)).then_deviates()
    cleared = booked.later(DAY).then_came(check_in(7), reading(7)).when(CLEAR_7).then_deviates()
    drawn(cleared, 7).when(of_session(7)).then_deviates()


def test_maintenance_follows_again() -> None:
    """After the reinduction the next maintenance supersedes the one before it."""
    schedule = replace(MAINTAINED, maintenance_id=named("next"), supersedes=MAINTAINED.maintenance_id)
    assert fold(given_again(2).then_came(schedule).log).phase is Phase.MAINTENANCE


@pytest.mark.parametrize(
    "state, rule",
    [
        pytest.param(eligible, Rule.NO_PLAN, id="no plan"),
        pytest.param(planned, Rule.SERIES_NOT_OVER, id="the series has not begun"),
        pytest.param(lambda: induced(5), Rule.SERIES_NOT_OVER, id="the series is under way"),
        pytest.param(reinduced, Rule.SERIES_NOT_OVER, id="another one is"),
        pytest.param(endpoint_taken, Rule.NO_RESPONSE_ASSESSED, id="neither reviewed nor relapsed"),
        pytest.param(lambda: reviewed().then_came(WITHDRAWN), Rule.NO_CONSENT, id="no consent"),
        pytest.param(lambda: reviewed().later(365 * DAY), Rule.NOT_ELIGIBLE, id="eligibility ran out"),
        pytest.param(lambda: reviewed().then_came(SWITCHED), Rule.MODALITY_SWITCHED, id="switched"),
        pytest.param(lambda: paused(state=reviewed), Rule.JOURNEY_PAUSED, id="paused"),
        pytest.param(closed, Rule.JOURNEY_CLOSED, id="closed"),
        pytest.param(deceased, Rule.PATIENT_DECEASED, id="deceased"),
    ],
)
def test_is_refused(state: Callable[[], Given], rule: Rule) -> None:
    """What treats needs a plan, a series that is over, eligibility and consent."""
    state().when(ORDER, actor=PRESCRIBER).then_refused(rule)


def test_is_of_the_plan_in_force() -> None:
    """Its infusions are those of that plan, and not more than a plan may have."""
    reviewed().when(replace(ORDER, plan_id=named("another"))).then_refused(Rule.UNKNOWN_PLAN)
    most = reviewed().clinic.policy.plan_infusions_max
    reviewed().when(replace(ORDER, infusions=most)).then_deviates()
    reviewed().when(replace(ORDER, infusions=most + 1)).then_refused(Rule.INFUSIONS_OUT_OF_RANGE)


def test_a_relapse_is_enough() -> None:
    """Without a review, a relapse is what it rests on."""
    state = endpoint_taken().then_came(*[it.event for it in relapsed().log[-2:]], after=timedelta(minutes=1))
    state.when(ORDER, actor=PRESCRIBER).then_deviates()


@pytest.mark.parametrize(
    "kind", [EligibilityConfirmed, ConsentGiven, TreatmentPlanApproved, ResponseAssessed, RelapseDetected]
)
def test_rests_on_what_it_was_granted_on(kind: Any) -> None:
    """With one of these corrected the order is stale."""
    state = reinduced()
    entry = next(it for it in state.log if isinstance(it.event, kind))
    gone = state.when(retraction(entry.event_id), actor=PRESCRIBER).then_deviates()
    assert ReinductionOrdered in {type(it.event) for it in stale_entries(gone.log)}


def test_a_retracted_order_never_was() -> None:
    """What was cleared under it is stale, and the journey in maintenance, as before the order."""
    state = given_again(1)
    (order,) = (it for it in state.log if it.event == REINDUCED)
    gone = state.when(retraction(order.event_id), actor=PRESCRIBER).then_deviates()
    assert [type(it.event) for it in stale_entries(gone.log)] == [SessionCleared]
    assert fold(gone.log).phase is Phase.MAINTENANCE
