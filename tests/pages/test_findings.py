"""Do the pages of outcomes say first what their figures say, and of whom?"""

from __future__ import annotations

from typing import Any

from entrypoints.pages import outcomes


def responded(infusion: int, assessed: int, at: int, pct: float) -> dict[str, Any]:
    """A row of the responses."""
    return {"infusion": infusion, "assessed": assessed, "responded_at": at, "response_pct": pct}


def test_response_is_told_of_many() -> None:
    """Not of the last infusion, which few have, but of the last that half as many were assessed after as ever."""
    rows = [responded(1, 40, 4, 10.0), responded(6, 30, 15, 50.0), responded(18, 2, 2, 100.0)]
    assert outcomes.responses({"rows": rows}) == "After infusion 6, 15 of 30 had responded (50.0 %)"
    assert outcomes.responses({"rows": [responded(1, 0, 0, 0)]}) == "No response has been assessed yet"
    assert outcomes.groups({"rows": rows, "per": "site"}) == "At the endpoint, 21 of 72 had responded"
    assert outcomes.groups({"rows": rows, "per": "rule"}) == "Response at the endpoint, under each rule"
    assert outcomes.groups({"rows": [], "per": "site"}) == "No response has been assessed yet"


def test_scores_are_told_from_the_baseline_on() -> None:
    """From the baseline's median to that of the last infusion that many were assessed after."""
    rows = [{"infusion": 0, "n": 9, "median": 18.0}, {"infusion": 6, "n": 8, "median": 7.5}]
    told = {"rows": rows, "instrument": "phq9"}
    assert outcomes.trajectories(told) == "PHQ-9 went from a median of 18.0 to 7.5 at infusion 6"
    assert outcomes.trajectories(told | {"rows": rows[1:]}) == "PHQ-9: median 7.5 of 8"
    assert outcomes.trajectories(told | {"rows": []}) == "No score has been taken yet"


def test_times_are_told_with_their_numbers() -> None:
    """When half had responded, or that fewer have; how many kept it for four weeks, or until they were last seen."""
    curve = {"n": 9, "events": 6, "median_day": 13}
    assert outcomes.time_to_response({"summary": [curve]}) == "Half had responded by day 13 (6 of 9 did)"
    few = outcomes.time_to_response({"summary": [curve | {"events": 2, "median_day": None}]})
    assert few == "2 of 9 have responded so far, fewer than half by any day"
    assert outcomes.time_to_response({"summary": [curve | {"n": 0}]}) == "No response has been assessed yet"
    lasting = {"of": "response", "until": "loss", "summary": [curve], "at_times": [{"day": 28, "survival_pct": 80.0}]}
    assert outcomes.sustained(lasting) == "After four weeks 80.0 % were still in response"
    assert outcomes.sustained(lasting | {"until": "relapse"}) == "After four weeks 80.0 % were without a relapse"
    assert outcomes.sustained(lasting | {"at_times": []}) == "3 of 9 were still in response when last seen"
    assert outcomes.sustained(lasting | {"summary": [curve | {"n": 0}]}) == "No response has been followed yet"


def test_the_rest_is_told_in_counts() -> None:
    """Journeys, infusions, and millimetres of mercury."""
    stages = [{"stage": name, "reached": it} for name, it in {"referred": 9, "started": 6, "completed": 4}.items()]
    assert outcomes.adherence({"stages": stages}) == "6 of 9 referred were started, 4 had every planned infusion"
    effects = [{"side_effect": "any", "count": 12}, {"side_effect": "severe", "count": 1}]
    told = {"per_infusion": effects, "infusions": 300}
    assert outcomes.side_effects(told) == "12 of 300 infusions had a side effect, 1 a severe one"
    peak = {"pressure": "sbp", "peak_mean": 16.0, "peak_minute": 40}
    expected = "Systolic pressure rises by 16.0 mmHg at its highest, most at 40 minutes"
    assert outcomes.pressure({"peaks": [peak]}) == expected
    assert outcomes.pressure({"peaks": [peak | {"peak_mean": None}]}) == (
        "No pressure has been read during an infusion yet"
    )
