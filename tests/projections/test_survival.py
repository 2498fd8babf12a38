"""Are our survival curves those of `lifelines`, and of the examples in the textbooks?"""

from __future__ import annotations

import json
from itertools import pairwise
from math import ceil
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.outcome.curves import round_times
from projections.outcome.statistics import EXACT_ONE_SIDED
from projections.outcome.survival import LOG_LOG, Curve, Followed, Step, at_times, curve_rows, kaplan_meier, summary
from tests.projections.lifelines_figures import FILE

LIFELINES = json.loads(FILE.read_text(encoding="utf-8"))

REMISSION_6MP = "6* 6* 6* 6 7* 9 10* 10 11 13* 16* 17 19 20 22* 23* 25 32 32 34 35"
"""Weeks in remission of 21 children under 6-mercaptopurine (Freireich 1963); a star is a relapse."""


def followed(text: str) -> list[Followed]:
    """Whom was followed for so long; a star is the event."""
    return [Followed(int(word.rstrip("*")), word.endswith("*")) for word in text.split()]


@pytest.mark.parametrize("told", LIFELINES)
def test_curves_are_those_of_lifelines(told: dict[str, Any]) -> None:
    """The same times, the same at risk, the same estimate, the same ends; theirs are 1 and 0 where we have none."""
    curve = kaplan_meier(Followed(*it) for it in zip(told["times"], told["events"], strict=True))
    assert len(curve.steps) == len(told["steps"])
    for step, (time, at_risk, events, censored, survival, low, high) in zip(curve.steps, told["steps"], strict=True):
        assert (step.time, step.at_risk, step.events, step.censored) == (time, at_risk, events, censored)
        assert step.survival == pytest.approx(survival, abs=1e-12)
        if step.interval == LOG_LOG:
            assert [step.low, step.high] == pytest.approx([low, high], abs=1e-9)
        else:
            assert (low, high) == ((1.0, 1.0) if survival == 1 else (0.0, 0.0))
            assert step.interval == (EXACT_ONE_SIDED if survival == 1 else None)


@pytest.mark.parametrize("told", LIFELINES)
def test_medians_are_those_of_lifelines(told: dict[str, Any]) -> None:
    """Also their intervals; but a half that theirs misses by a last binary digit is a half."""
    curve = kaplan_meier(Followed(*it) for it in zip(told["times"], told["events"], strict=True))
    half = next((it[0] for it in told["steps"] if it[4] <= 0.5 + 1e-12), None)
    median, low, high = told["median"]
    assert curve.median == half
    assert half == median or any(it[0] == half and 0.5 < it[4] < 0.5 + 1e-12 for it in told["steps"])
    assert curve.median_interval == (low, high)


def test_remission_under_6_mercaptopurine() -> None:
    """The estimate of every textbook, and that half were in remission for 23 weeks."""
    curve = kaplan_meier(followed(REMISSION_6MP))
    relapsed = {step.time: (step.at_risk, round(step.survival, 3)) for step in curve.steps if step.events}
    assert relapsed == {
        6: (21, 0.857),
        7: (17, 0.807),
        10: (15, 0.753),
        13: (12, 0.690),
        16: (11, 0.627),
        22: (7, 0.538),
        23: (6, 0.448),
    }
    assert curve.median == 23


def test_before_the_first_event_the_bound_is_exact() -> None:
    """Nobody of 30 had it: at most 9.5 % will, one-sided; labelled so, and in percent on either side."""
    curve = kaplan_meier([Followed(40, event=False)] * 30)
    row = curve_rows(curve, "day", "lost")[-1]
    assert (row["survival_pct"], row["survival_low"], row["survival_high"]) == (100.0, 90.5, 100.0)
    assert (row["lost_pct"], row["lost_low"], row["lost_high"]) == (0.0, 0.0, 9.5)
    assert row["interval"] == "exact_one_sided_95"
    assert summary(curve, "day") == {
        "n": 30,
        "events": 0,
        "censored": 30,
        "median_day": None,
        "median_low": None,
        "median_high": None,
    }


def test_at_round_times_the_number_at_risk_is_told() -> None:
    """At a time between two steps the earlier one holds; beyond the last nothing is said."""
    curve = kaplan_meier(followed("3* 5 8* 8 12"))
    rows = at_times(curve, [0, 4, 8, 12, 16], "day", "lost")
    assert [(row["day"], row["at_risk"], row["events"], row["censored"]) for row in rows] == [
        (0, 5, 0, 0),
        (4, 4, 1, 0),
        (8, 3, 2, 2),
        (12, 1, 2, 3),
    ]
    assert [row["survival_pct"] for row in rows] == [100.0, 80.0, 53.3, 53.3]
    [_, bounded] = at_times(kaplan_meier(followed("3 5 8 8 12")), [0, 8], "day", "lost")
    assert (bounded["at_risk"], bounded["survival_low"]) == (3, 36.8)


def test_nobody_followed() -> None:
    """Of nobody there is a curve that says nothing."""
    curve = kaplan_meier([])
    assert (curve.n, curve.median, curve.median_interval) == (0, None, (None, None))
    assert curve.steps[0].interval is None


@pytest.mark.parametrize(
    "last, unit, times", [(0, "day", [0]), (50, "day", [*range(0, 50, 7)]), (3, "infusion", [*range(4)])]
)
def test_round_times(last: int, unit: str, times: list[int]) -> None:
    """Days by the week or a multiple of it, infusions one by one, and never too many."""
    assert round_times(last, unit) == times
    assert all(len(round_times(many, unit)) <= 14 for many in range(0, 9_000, 7))


FOLLOWED = st.lists(st.builds(Followed, st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


@given(FOLLOWED)
def test_a_curve_never_rises_and_counts_everybody_once(told: list[Followed]) -> None:
    """Who is at risk was followed so long; everybody leaves once; the estimate lies within its ends."""
    steps = kaplan_meier(told).steps
    assert [step.at_risk for step in steps] == [sum(it.time >= step.time for it in told) for step in steps]
    assert sum(step.events + step.censored for step in steps) == len(told)
    assert all(one.survival >= two.survival for one, two in pairwise(steps))
    assert all(_within(step) for step in steps)


def _within(step: Step) -> bool:
    return step.low is None or step.high is None or step.low <= step.survival <= step.high + 1e-12


@given(st.lists(st.integers(0, 12), min_size=1, max_size=40))
def test_with_nobody_lost_it_is_the_share_that_is_left(times: list[int]) -> None:
    """Where all had the event, the estimate is the share of those who had it later."""
    curve: Curve = kaplan_meier(Followed(time, event=True) for time in times)
    for step in curve.steps:
        assert step.survival == pytest.approx(sum(time > step.time for time in times) / len(times))


def test_a_known_hazard_is_found_again() -> None:
    """Of 5,000 whose response is lost at the pace of McInnes 2022, 80 % keep it for four weeks and 60 % for eight."""
    chance = Random(2022)

    def lost_after() -> float:
        weeks = chance.expovariate(0.056)
        return 7 * (weeks if weeks <= 4 else 4 + chance.expovariate(0.072))

    told = [(lost_after(), chance.uniform(7, 400)) for _ in range(5_000)]
    curve = kaplan_meier(Followed(ceil(min(lost, seen)), lost <= seen) for lost, seen in told)
    four, eight = curve.at(28), curve.at(56)
    assert four is not None
    assert eight is not None
    assert four.survival == pytest.approx(0.80, abs=0.02)
    assert eight.survival == pytest.approx(0.60, abs=0.02)
    assert four.low is not None
    assert four.high is not None
    assert 0.01 < four.high - four.low < 0.04
