"""Is a response found by its rule, the same at every time?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from journey.clinic import Clinic
from journey.commands import AssessResponse
from journey.errors import Rule
from journey.events import AssessmentCompleted, InfusionStarted, ResponseAssessed
from journey.events.outcome import Next, Timepoint
from journey.response import PHQ9_LE5, PHQ9_LE5_6WK, PHQ9_LT5, compare
from journey.values import OutcomeClass
from tests.decisions.states import (
    BASELINE,
    CONSENTED,
    ENDPOINT,
    PLANNED,
    REVIEWED,
    VISITS,
    came_at,
    closed,
    deceased,
    eligible,
    endpoint_taken,
    induced,
    phq9,
    planned,
    referred,
    reviewed,
    visited,
)
from tests.given import DAY, HOUR, MINUTE, PRESCRIBER, START, Given, later_recorded, named

ASSESS = AssessResponse(review_id=named("review"), next=Next.MAINTAIN)
LAST_END = VISITS[-1] + 45 * MINUTE


def assessed(state: Given, command: AssessResponse = ASSESS) -> ResponseAssessed:
    """The review that comes of it."""
    event = state.when(command, actor=PRESCRIBER).event
    assert isinstance(event, ResponseAssessed)
    return event


def scored(total: int, name: str = "endpoint") -> AssessmentCompleted:
    """A PHQ-9 of this total."""
    answers = [min(3, max(0, total - 3 * place)) for place in range(9)]
    return phq9(name, *answers)


def test_finds_baseline_and_endpoint() -> None:
    """Under the plan's rule, baseline and endpoint are found, and their comparison stored with the rule's digest."""
    endpoint_taken().when(ASSESS, actor=PRESCRIBER).then(REVIEWED)


def test_rule_can_be_named() -> None:
    """Under another rule the same scores give that rule's flags: five is a remission by `<=`, none by `<`."""
    state = came_at(induced(), LAST_END + 17 * DAY, scored(5))
    assert not assessed(state).remission
    event = assessed(state, replace(ASSESS, rule_id=PHQ9_LE5.id))
    assert event.remission
    assert (event.rule_id, event.rule_digest) == (PHQ9_LE5.id, PHQ9_LE5.digest)


@pytest.mark.parametrize(
    "total, outcome, response, remission",
    [
        (4, OutcomeClass.REMISSION, True, True),
        (5, OutcomeClass.RESPONSE, True, False),
        (8, OutcomeClass.RESPONSE, True, False),
        (9, OutcomeClass.PARTIAL, False, False),
        (12, OutcomeClass.PARTIAL, False, False),
        (13, OutcomeClass.NON_RESPONSE, False, False),
        (16, OutcomeClass.NON_RESPONSE, False, False),
        (17, OutcomeClass.DETERIORATED, False, False),
    ],
)
def test_classes(total: int, outcome: OutcomeClass, response: bool, remission: bool) -> None:
    """From a baseline of 16: exactly 50 % is a response, exactly 25 % partial, a rise a deterioration."""
    event = assessed(came_at(induced(), LAST_END + 17 * DAY, scored(total)))
    assert (event.outcome_class, event.response, event.remission) == (outcome, response, remission)


def test_remission_does_not_imply_response() -> None:
    """From 6 to 4 is a remission and a fall of a third: no response."""
    low = replace(scored(6, "low baseline"), timepoint=Timepoint.BASELINE)
    state = planned().then_came(low)
    for number in range(1, 7):
        state = visited(state, number)
    event = assessed(came_at(state, LAST_END + 17 * DAY, ENDPOINT))
    assert (event.remission, event.response, event.pct_change) == (True, False, Decimal("33.3"))


@pytest.mark.parametrize("after_days, window_ok", [(13, False), (15, True), (30, True), (32, False)])
def test_window(after_days: int, window_ok: bool) -> None:
    """An endpoint before day 14 or after day 31 counts if there is no better one, and says so."""
    state = came_at(induced(), LAST_END + after_days * DAY, ENDPOINT)
    assert assessed(state).window_ok is window_ok


@pytest.mark.parametrize(
    "after, window_ok",
    [
        (14 * DAY - 10 * HOUR, False),
        (14 * DAY - 9 * HOUR, True),
        (31 * DAY + 14 * HOUR, True),
        (31 * DAY + 15 * HOUR, False),
    ],
)
def test_days_are_those_of_the_sites_calendar(after: timedelta, window_ok: bool) -> None:
    """The last infusion ended at 9:45: day 14 begins and day 31 ends at the clinic's midnight."""
    assert assessed(came_at(induced(), LAST_END + after, ENDPOINT)).window_ok is window_ok


def test_last_in_the_window_is_the_endpoint() -> None:
    """One in the window is taken before a later one outside of it."""
    within = came_at(induced(), LAST_END + 20 * DAY, ENDPOINT)
    state = came_at(within, LAST_END + 40 * DAY, scored(20, "too late"))
    event = assessed(state)
    assert (event.endpoint_id, event.window_ok) == (ENDPOINT.assessment_id, True)


def test_later_scores_do_not_count() -> None:
    """A review of an earlier day, recorded later, looks at what had been answered by then."""
    early = came_at(induced(), LAST_END + 15 * DAY, ENDPOINT)
    state = came_at(early, LAST_END + 20 * DAY, scored(20, "later"))
    outcome = state.when(ASSESS, actor=PRESCRIBER, at=LAST_END + 16 * DAY, recorded_at=state.now)
    event = outcome.event
    assert isinstance(event, ResponseAssessed)
    assert event.endpoint_id == ENDPOINT.assessment_id


def test_incomplete_assessments_do_not_count() -> None:
    """One that can't be evaluated is no endpoint."""
    incomplete = replace(scored(1, "incomplete"), total=None, missing_n=5, evaluable=False)
    state = endpoint_taken().then_came(incomplete)
    assert assessed(state).endpoint_id == ENDPOINT.assessment_id


def test_unknown_rule_is_refused() -> None:
    """A rule that the clinic has not is refused, and so is none at all."""
    endpoint_taken().when(replace(ASSESS, rule_id="no-such-rule")).then_refused(Rule.UNKNOWN_RULE)
    referred().when(ASSESS).then_refused(Rule.UNKNOWN_RULE)


def test_known_id_is_refused() -> None:
    """A review is made once."""
    reviewed().when(ASSESS).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_without_an_infusion() -> None:
    """Before the first infusion there is no response."""
    planned().when(ASSESS).then_refused(Rule.NO_INFUSION_GIVEN)


def test_is_refused_without_a_baseline() -> None:
    """A baseline older than the rule's days, or none, is refused."""
    strict = Clinic(rules={PHQ9_LT5.id: replace(PHQ9_LT5, baseline_days_max=0)})
    replace(endpoint_taken(), clinic=strict).when(ASSESS).then_refused(Rule.NO_BASELINE)


def test_is_refused_without_an_endpoint() -> None:
    """Nothing answered after the last infusion is refused."""
    induced().later(20 * DAY).when(ASSESS).then_refused(Rule.NO_ENDPOINT)


def test_is_refused_for_a_baseline_of_zero() -> None:
    """No fall can be computed from zero."""
    state = planned().then_came(replace(scored(0, "zero"), timepoint=Timepoint.BASELINE))
    after = came_at(visited(state, 1), VISITS[0] + 5 * HOUR, ENDPOINT)
    after.when(ASSESS).then_refused(Rule.BASELINE_ZERO)


def test_is_refused_after_the_journeys_end() -> None:
    """A closed journey is reviewed no more; after a death it may be."""
    another = replace(ASSESS, review_id=named("another review"))
    closed().when(another).then_refused(Rule.JOURNEY_CLOSED)
    deceased().when(another, actor=PRESCRIBER).then_deviates()


@for_all(st.integers(1, 27), st.integers(0, 27))
def test_stored_review_is_what_its_rule_gives(before: int, after: int) -> None:
    """For any two scores the stored fields are those of the rule's own comparison."""
    first = replace(scored(before, "first"), timepoint=Timepoint.BASELINE)
    state = came_at(visited(planned().then_came(first), 1), VISITS[0] + 15 * DAY, scored(after))
    event = assessed(state)
    expected = compare(Decimal(before), Decimal(after), PHQ9_LT5)
    assert expected is not None
    assert (event.baseline, event.current) == (Decimal(before), Decimal(after))
    assert (event.pct_change, event.response, event.remission, event.outcome_class) == (
        expected.pct_change,
        expected.response,
        expected.remission,
        expected.outcome_class,
    )
    assert event.baseline_id != BASELINE.assessment_id


def test_a_baseline_s_days_are_those_of_the_sites_calendar() -> None:
    """Day 14 before the first infusion begins at the clinic's midnight, which is eight o'clock in Greenwich."""
    midnight = VISITS[0] - 14 * DAY - 9 * HOUR
    for answered_at, refused in ((midnight, False), (midnight - MINUTE, True)):
        early = later_recorded(eligible(), BASELINE, at=answered_at, recorded_at=START)
        state = came_at(visited(early.then_came(CONSENTED, PLANNED), 1), VISITS[0] + 15 * DAY, ENDPOINT)
        outcome = state.when(ASSESS, actor=PRESCRIBER)
        if refused:
            outcome.then_refused(Rule.NO_BASELINE)
        else:
            outcome.then_deviates()


def test_a_rule_may_count_from_the_first_infusion() -> None:
    """Six weeks from the first infusion on are fewer from the last: by such a rule its window is met."""
    state = came_at(induced(), VISITS[0] + 36 * DAY, ENDPOINT)
    assert assessed(state, replace(ASSESS, rule_id=PHQ9_LE5_6WK.id)).window_ok
    early = came_at(induced(), VISITS[0] + 34 * DAY, ENDPOINT)
    assert not assessed(early, replace(ASSESS, rule_id=PHQ9_LE5_6WK.id)).window_ok


def test_what_was_answered_during_an_infusion_is_not_after_it() -> None:
    """Nor is what was answered before one that began as the review was made."""
    during = visited(planned(), 1)
    began = next(it.at for it in during.log if isinstance(it.event, InfusionStarted))
    told = later_recorded(during, ENDPOINT, at=began + 20 * MINUTE, recorded_at=during.now)
    told.when(ASSESS, actor=PRESCRIBER).then_refused(Rule.NO_ENDPOINT)
    between = visited(came_at(visited(planned(), 1), VISITS[0] + DAY, ENDPOINT), 2)
    second = max(it.at for it in between.log if isinstance(it.event, InfusionStarted))
    for at, refused in ((second - MINUTE, False), (second, True)):
        outcome = between.when(ASSESS, actor=PRESCRIBER, at=at, recorded_at=between.now)
        if refused:
            outcome.then_refused(Rule.NO_ENDPOINT)
        else:
            assert isinstance(outcome.event, ResponseAssessed)
