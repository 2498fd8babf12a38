"""Are response and remission told as each rule says, from the assessments that it names?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.response import PHQ9_LE5, PHQ9_LT5, RULES, ResponseRule, at_infusion, baseline, compare, endpoint
from journey.values import OutcomeClass

CLINIC = ZoneInfo("America/Los_Angeles")
INFUSION = datetime(2026, 3, 3, 17, tzinfo=UTC)
"""Nine o'clock at the clinic, five days before its clocks go forward."""

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def on(day: int, hour: int, minute: int = 0) -> datetime:
    """An hour of a day at the clinic, counted from the infusion's."""
    return datetime(2026, 3, 3, hour, minute, tzinfo=CLINIC) + day * DAY


@dataclass(frozen=True)
class Taken:
    """An assessment: when, and its score."""

    at: datetime
    score: Decimal = Decimal(10)


@pytest.mark.parametrize(
    "before, now, outcome, response, remission",
    [
        ("20", "10", OutcomeClass.RESPONSE, True, False),
        ("20", "10.01", OutcomeClass.PARTIAL, False, False),
        ("20", "15", OutcomeClass.PARTIAL, False, False),
        ("20", "15.01", OutcomeClass.NON_RESPONSE, False, False),
        ("20", "20", OutcomeClass.NON_RESPONSE, False, False),
        ("20", "21", OutcomeClass.DETERIORATED, False, False),
        ("8", "4", OutcomeClass.REMISSION, True, True),
        ("6", "4", OutcomeClass.REMISSION, False, True),
        ("3", "4", OutcomeClass.REMISSION, False, True),
    ],
)
def test_the_classes(before: str, now: str, outcome: OutcomeClass, response: bool, remission: bool) -> None:
    """Exactly 50 % is a response, exactly 25 % partial; remission comes first and implies no response."""
    found = compare(Decimal(before), Decimal(now), PHQ9_LT5)
    assert found is not None
    assert (found.outcome_class, found.response, found.remission) == (outcome, response, remission)


@pytest.mark.parametrize(
    "least, now, outcome",
    [
        ("0", "14.5", OutcomeClass.DETERIORATED),
        ("6", "20", OutcomeClass.DETERIORATED),
        ("6", "19.5", OutcomeClass.NON_RESPONSE),
        ("6", "14", OutcomeClass.NON_RESPONSE),
    ],
)
def test_worse_is_a_rise_as_high_as_the_rule_asks(least: str, now: str, outcome: OutcomeClass) -> None:
    """From 14: by anything at all if nothing else is said, or by a reliable change, which itself suffices."""
    found = compare(Decimal(14), Decimal(now), replace(PHQ9_LT5, worse_points_min=Decimal(least)))
    assert found is not None
    assert found.outcome_class is outcome


@pytest.mark.parametrize(
    "now, outcome, response",
    [
        (31, OutcomeClass.NON_RESPONSE, False),
        (30, OutcomeClass.RESPONSE, True),
        (41, OutcomeClass.DETERIORATED, False),
        (4, OutcomeClass.REMISSION, True),
    ],
)
def test_a_response_may_be_a_fall_by_points(now: int, outcome: OutcomeClass, response: bool) -> None:
    """From 40 by ten points, which is a quarter and no half; a remission is told as it is under any rule."""
    found = compare(Decimal(40), Decimal(now), replace(PHQ9_LT5, response_points_min=Decimal(10)))
    assert found is not None
    assert (found.outcome_class, found.response) == (outcome, response)


@given(st.integers(1, 27), st.integers(0, 27), st.integers(1, 27))
def test_points_take_the_place_of_the_percentage(before: int, now: int, least: int) -> None:
    """Whatever the percentage; all else is as under the rule without them."""
    by_points = replace(PHQ9_LT5, response_points_min=Decimal(least))
    found, usual = (compare(Decimal(before), Decimal(now), rule) for rule in (by_points, PHQ9_LT5))
    assert found is not None
    assert usual is not None
    assert found.response is (before - now >= least)
    assert (found.remission, found.pct_change) == (usual.remission, usual.pct_change)
    assert "response_points_min" not in PHQ9_LT5.as_text()


def test_remission_is_not_one_rule() -> None:
    """A score of 5 is remission under one rule and not under the other; under 5 it is both."""
    for score, below, at_most in (("5", False, True), ("4.99", True, True), ("5.01", False, False)):
        assert PHQ9_LT5.is_remission(Decimal(score)) is below
        assert PHQ9_LE5.is_remission(Decimal(score)) is at_most


def test_a_baseline_of_zero_is_not_compared() -> None:
    """There is no percentage of nothing."""
    assert compare(Decimal(0), Decimal(5), PHQ9_LT5) is None


def test_the_percentage_is_shown_to_one_digit_and_judged_exactly() -> None:
    """A fall of 49.96 % is shown as 50.0 and is no response."""
    found = compare(Decimal(25), Decimal("12.51"), PHQ9_LT5)
    assert found is not None
    assert (found.pct_change, found.response) == (Decimal("50.0"), False)


@given(st.integers(1, 27), st.integers(0, 27))
def test_one_rule_differs_from_the_other_only_at_five(before: int, now: int) -> None:
    """The built-in rules tell the same response, and another remission at 5 alone."""
    strict, mild = (compare(Decimal(before), Decimal(now), rule) for rule in (PHQ9_LT5, PHQ9_LE5))
    assert strict is not None
    assert mild is not None
    assert strict.response is mild.response
    assert (strict.remission is not mild.remission) is (now == 5)


def test_the_baseline_is_the_last_one_within_the_days_before() -> None:
    """From the fourteenth day before on, at whatever hour of it; the moment of the infusion is too late."""
    edge, late = Taken(on(-14, 0)), Taken(INFUSION - SECOND)
    assert baseline([late, edge], INFUSION, PHQ9_LT5, CLINIC) is late
    assert baseline([edge], INFUSION, PHQ9_LT5, CLINIC) is edge
    assert baseline([Taken(edge.at - SECOND), Taken(INFUSION)], INFUSION, PHQ9_LT5, CLINIC) is None


def test_the_score_at_an_infusion_lies_before_the_next_one() -> None:
    """After its end, before the next start, until the end of the 14th day after it; the last of those counts."""
    following = INFUSION + 3 * DAY
    within, last = Taken(INFUSION + SECOND), Taken(following - SECOND)
    assert at_infusion([within, last, Taken(following)], INFUSION, following, PHQ9_LT5, CLINIC) is last
    assert at_infusion([Taken(INFUSION)], INFUSION, following, PHQ9_LT5, CLINIC) is None
    edge = Taken(on(15, 0) - SECOND)
    assert at_infusion([edge], INFUSION, None, PHQ9_LT5, CLINIC) is edge
    assert at_infusion([Taken(on(15, 0))], INFUSION, None, PHQ9_LT5, CLINIC) is None


@pytest.mark.parametrize("days, in_window", [(13, False), (14, True), (31, True), (32, False)])
def test_the_endpoint_lies_in_the_window_or_is_said_not_to(days: int, in_window: bool) -> None:
    """Days 14 to 31 after the last infusion are the window; else the last one after it counts, and is marked."""
    for hour in (0, 8, 9, 23):
        taken = Taken(on(days, hour))
        assert endpoint([taken], INFUSION, PHQ9_LT5, CLINIC) == (taken, in_window)


def test_a_window_of_the_same_day_is_what_comes_after() -> None:
    """Day 0 is the day of the infusion itself, but only after it."""
    rule = replace(PHQ9_LT5, endpoint_days_min=0, endpoint_days_max=0)
    before, after, next_day = (Taken(at) for at in (INFUSION, INFUSION + SECOND, on(1, 0)))
    assert endpoint([before, after, next_day], INFUSION, rule, CLINIC) == (after, True)
    assert endpoint([before, next_day], INFUSION, rule, CLINIC) == (next_day, False)


@pytest.mark.parametrize("days, in_window", [(34, False), (35, True), (49, True), (50, False)])
def test_the_window_may_be_counted_from_the_first_infusion(days: int, in_window: bool) -> None:
    """At six weeks from the first infusion, whenever the last one was."""
    rule = RULES["phq9-le5-6wk"]
    taken, last = Taken(INFUSION + days * DAY), INFUSION + 40 * DAY
    assert rule.counted_from(INFUSION, last) == INFUSION
    assert endpoint([taken], rule.counted_from(INFUSION, last), rule, CLINIC) == (taken, in_window)
    assert PHQ9_LT5.counted_from(INFUSION, last) == last


def test_the_window_comes_before_what_is_later() -> None:
    """An assessment in the window counts over a later one outside it."""
    within, later = Taken(INFUSION + 20 * DAY), Taken(INFUSION + 60 * DAY)
    assert endpoint([within, later], INFUSION, PHQ9_LT5, CLINIC) == (within, True)
    assert endpoint([Taken(INFUSION - DAY)], INFUSION, PHQ9_LT5, CLINIC) == (None, False)


def test_rules_are_named_and_told_apart_by_digest() -> None:
    """Each built-in rule is found by its id; another number is another digest."""
    assert {key: rule.id for key, rule in RULES.items()} == {key: key for key in RULES}
    fields = {name: getattr(PHQ9_LT5, name) for name in ResponseRule.__dataclass_fields__}
    changed = ResponseRule(**(fields | {"response_pct_min": Decimal(51)}))
    assert len({PHQ9_LT5.digest, PHQ9_LE5.digest, changed.digest}) == 3
