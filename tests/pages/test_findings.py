"""Do the pages of outcomes say first what their figures say, and of whom?"""

from __future__ import annotations

from typing import Any

from entrypoints.pages import outcomes
from entrypoints.pages.views.safety import by_grade


def responded(infusion: int, assessed: int, at: int, group: str | None = None) -> dict[str, Any]:
    """A row of the responses."""
    return {"group": group, "infusion": infusion, "assessed": assessed, "responded_at": at}


def test_response_is_told_of_many() -> None:
    """Not of the last infusion, which few have, but of the last that half as many were assessed after as ever."""
    rows = [responded(1, 40, 4), responded(6, 30, 15), responded(18, 2, 2)]
    told = {"per": None, "rows": rows}
    assert outcomes.responses(told) == "After infusion 6, 15 of 30 had responded (50.0 %)"
    assert outcomes.responses(told | {"rows": [responded(1, 0, 0)]}) == "No response has been assessed yet"
    assert outcomes.groups({"rows": rows, "per": "site"}) == "At the endpoint, 21 of 72 had responded"
    assert outcomes.groups({"rows": rows, "per": "rule"}) == "Response at the endpoint, under each rule"
    assert outcomes.groups({"rows": [], "per": "site"}) == "No response has been assessed yet"


def test_response_in_groups_is_told_of_all() -> None:
    """What is told is the sum of all groups; of journeys that are in each group, under each rule, there is none."""
    a = [responded(1, 20, 2, "a"), responded(6, 10, 5, "a"), responded(18, 2, 2, "a")]
    rows = [*a, responded(1, 30, 3, "b"), responded(6, 30, 10, "b")]
    assert outcomes.responses({"per": "site", "rows": rows}) == "After infusion 6, 15 of 40 had responded (37.5 %)"
    assert outcomes.responses({"per": "rule", "rows": rows}) == "Response at each infusion, under each rule"
    assert outcomes.responses({"per": "rule", "rows": []}) == "No response has been assessed yet"


def test_scores_are_told_from_the_baseline_on() -> None:
    """From the baseline's median to that of the last infusion that many were assessed after; not of several groups."""
    rows = [
        {"group": None, "infusion": 0, "n": 9, "median": 18.0},
        {"group": None, "infusion": 6, "n": 8, "median": 7.5},
    ]
    told = {"per": None, "rows": rows, "instrument": "phq9"}
    assert outcomes.trajectories(told) == "PHQ-9 went from a median of 18.0 to 7.5 at infusion 6"
    assert outcomes.trajectories(told | {"rows": rows[1:]}) == "PHQ-9: median 7.5 of 8"
    assert outcomes.trajectories(told | {"rows": []}) == "No score has been taken yet"
    assert outcomes.trajectories(told | {"per": "site"}) == "Scores at each infusion, in 1 group"
    two = [row | {"group": group} for group in ("a", "b") for row in rows]
    assert outcomes.trajectories(told | {"per": "site", "rows": two}) == "Scores at each infusion, in 2 groups"
    assert outcomes.trajectories(told | {"per": "rule", "rows": two}) == "Scores at each infusion, under each rule"


def test_times_are_told_with_their_numbers() -> None:
    """When half had responded or remitted, or that fewer have; how many kept it for four weeks, or until last seen."""
    curve = {"group": None, "n": 9, "events": 6, "median_day": 13}
    told = {"per": None, "of": "response", "summary": [curve]}
    assert outcomes.time_to_response(told) == "Half had responded by day 13 (6 of 9 did)"
    assert outcomes.time_to_response(told | {"of": "remission"}) == "Half had remitted by day 13 (6 of 9 did)"
    few = told | {"summary": [curve | {"events": 2, "median_day": None}]}
    assert outcomes.time_to_response(few) == "2 of 9 have responded so far, fewer than half by any day"
    assert outcomes.time_to_response(few | {"of": "remission"}).startswith("2 of 9 have remitted so far")
    none = told | {"summary": [curve | {"n": 0}]}
    assert outcomes.time_to_response(none) == "No response has been assessed yet"
    assert outcomes.time_to_response(none | {"of": "remission"}) == "No remission has been assessed yet"
    lasting = told | {"until": "loss", "at_times": [{"group": None, "day": 28, "survival_pct": 80.0}]}
    assert outcomes.sustained(lasting) == "After four weeks 80.0 % were still in response"
    assert outcomes.sustained(lasting | {"until": "relapse"}) == "After four weeks 80.0 % were without a relapse"
    assert outcomes.sustained(lasting | {"at_times": []}) == "3 of 9 were still in response when last seen"
    assert outcomes.sustained(lasting | {"summary": [curve | {"n": 0}]}) == "No response has been followed yet"


def test_times_in_groups_are_told_of_all() -> None:
    """No group's median or share passes for that of all: how many of all there are is told instead."""
    curves = [
        {"group": "a", "n": 9, "events": 6, "median_day": 13},
        {"group": "b", "n": 5, "events": 1, "median_day": None},
    ]
    told = {"per": "site", "of": "remission", "summary": curves}
    assert outcomes.time_to_response(told) == "7 of 14 have remitted so far"
    assert outcomes.time_to_response(told | {"per": "rule"}) == "Time to remission, under each rule"
    assert outcomes.time_to_response(told | {"summary": []}) == "No remission has been assessed yet"
    times = [{"group": "a", "day": 28, "survival_pct": 80.0}]
    lasting = told | {"until": "loss", "at_times": times}
    assert outcomes.sustained(lasting) == "7 of 14 were still in remission when last seen"
    assert outcomes.sustained(lasting | {"until": "relapse"}) == "7 of 14 were without a relapse when last seen"
    assert outcomes.sustained(lasting | {"per": "rule"}) == "How long a remission lasts, under each rule"
    assert outcomes.sustained(lasting | {"summary": []}) == "No remission has been followed yet"


def test_the_rest_is_told_in_counts() -> None:
    """Journeys, infusions, and millimetres of mercury."""
    stages = [{"stage": name, "reached": it} for name, it in {"referred": 9, "started": 6, "completed": 4}.items()]
    assert outcomes.adherence({"stages": stages}) == "6 of 9 referred were started, 4 had every planned infusion"
    effects = [{"side_effect": "any", "count": 12}, {"side_effect": "severe", "count": 1}]
    told = {"per_infusion": effects, "infusions": 300}
    assert outcomes.side_effects(told) == "12 of 300 infusions had a side effect, 1 a severe one"
    peak = {"group": None, "pressure": "sbp", "peak_mean": 16.0, "peak_minute": 40}
    expected = "Systolic pressure rises by 16.0 mmHg at its highest, most at 40 minutes"
    assert outcomes.pressure({"per": None, "peaks": [peak]}) == expected
    assert outcomes.pressure({"per": None, "peaks": [peak | {"peak_mean": None}]}) == (
        "No pressure has been read during an infusion yet"
    )


def test_the_rest_in_groups_is_told_of_all() -> None:
    """Counts are those of all groups; of means it is told in how many groups there are any."""
    counts = {"referred": 9, "started": 6, "completed": 4}
    stages = [{"stage": name, "reached": it} for _ in "ab" for name, it in counts.items()]
    assert outcomes.adherence({"stages": stages}) == "12 of 18 referred were started, 8 had every planned infusion"
    effects = [{"side_effect": name, "count": it} for _ in "ab" for name, it in {"any": 12, "severe": 1}.items()]
    told = {"per_infusion": effects, "infusions": 300}
    assert outcomes.side_effects(told) == "24 of 300 infusions had a side effect, 2 a severe one"
    peaks = [{"group": it, "pressure": "sbp", "peak_mean": 16.0, "peak_minute": 40} for it in "ab"]
    peaks += [{"group": "c", "pressure": "sbp", "peak_mean": None, "peak_minute": None}]
    assert outcomes.pressure({"per": "site", "peaks": peaks}) == "Rise of the systolic pressure, in 2 groups"
    assert outcomes.pressure({"per": "site", "peaks": []}) == "No pressure has been read during an infusion yet"


def test_grades_are_told_of_each_group() -> None:
    """A side effect has a row in each group that had it, with that group's figures."""
    graded = [
        {"group": group, "side_effect": "nausea", "denominator": "infusions", "grade": grade, "count": count, "n": n}
        | {"pct": None, "low": None, "high": None}
        for group, n in (("a", 4), ("b", 7))
        for grade, count in ((1, n - 1), (2, 1))
    ]
    assert by_grade({"by_grade": graded}, "infusions") == [
        {"group": "a", "side_effect": "nausea", "grade_1": "3", "grade_2": "1", "n": 4},
        {"group": "b", "side_effect": "nausea", "grade_1": "6", "grade_2": "1", "n": 7},
    ]
    assert by_grade({"by_grade": graded}, "patients") == []
