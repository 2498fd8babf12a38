"""Is what a nurse minds counted in patient-minutes, over her ratio and the open time, and how many at once?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.site import Site
from projections.schedule.load import COUNTED, loads
from projections.schedule.minutes import Span, at_once_max, over_min, together
from tests.given import MINUTE
from tests.projections.stays import ALWAYS, AUTUMN, LATER, MONDAY, SITE, SPRING, at, came, visit, visits

TUESDAY = MONDAY + timedelta(days=1)


def of(rows: list[dict[str, Any]], day: date = MONDAY, site: Site = SITE, name: str = "nurse-1") -> dict[str, Any]:
    """The load of one nurse or provider on one day."""
    (row,) = (it for it in loads(rows, site, day, day, LATER)["rows"] if it["name"] == name)
    return row


def test_a_worked_day() -> None:
    """A nurse who minds two is open for 1,200 patient-minutes; two patients side by side are two at once."""
    morning = at(MONDAY, 9), at(MONDAY, 12)
    pump = {"infusion_started_at": at(MONDAY, 9, 10), "infusion_ended_at": at(MONDAY, 9, 50)}
    later = {"infusion_started_at": at(MONDAY, 9, 50), "infusion_ended_at": at(MONDAY, 10, 30)}
    rows = [
        came(*morning, at(MONDAY, 9), at(MONDAY, 12), provider="provider-1", **pump),
        came(*morning, at(MONDAY, 9), at(MONDAY, 12), chair="chair-2", **later),
        visit(at(MONDAY, 13), at(MONDAY, 16)),
        visit(at(MONDAY, 13), at(MONDAY, 16), status="missed", chair="chair-2"),
    ]
    assert of(rows) == {
        "date": "2026-03-02",
        "name": "nurse-1",
        "role": "nurse",
        "ratio": 2,
        "open_min": 1_200,
        "booked_min": 540,
        "booked_outside_min": 0,
        "over_ratio_min": 0,
        "booked_pct": 45.0,
        "patients_max": 2,
        "infusions_max": 1,
    }
    provider = of(rows, name="provider-1")
    assert (provider["ratio"], provider["open_min"], provider["booked_min"]) == (1, 600, 180)


def test_more_than_her_ratio_is_told_in_minutes() -> None:
    """Whoever stays beyond the time that was booked is minded, too: with the next two that are three for a quarter."""
    late = came(at(MONDAY, 9), at(MONDAY, 12), at(MONDAY, 9), at(MONDAY, 12, 15))
    rows = [late, *(visit(at(MONDAY, 12), at(MONDAY, 14), chair=f"chair-{number}") for number in (1, 2))]
    row = of(rows)
    assert (row["patients_max"], row["over_ratio_min"]) == (3, 15)
    assert row["booked_min"] == 180 + 240


def test_infusions_at_once_are_pumps_that_run() -> None:
    """Two pumps for ten minutes are two at once; one that is booked has no pump yet."""
    rows = [
        came(
            at(MONDAY, 9), at(MONDAY, 12), at(MONDAY, 9), None, stage="infusing", infusion_started_at=at(MONDAY, 9, 30)
        ),
        came(
            *(at(MONDAY, 9), at(MONDAY, 12), at(MONDAY, 9), at(MONDAY, 12)),
            infusion_started_at=at(MONDAY, 9),
            infusion_ended_at=at(MONDAY, 9, 40),
        ),
        visit(at(MONDAY, 9), at(MONDAY, 12)),
    ]
    assert (of(rows)["infusions_max"], of(rows)["patients_max"]) == (2, 3)


@pytest.mark.parametrize("day, open_min, booked_min", [(SPRING, 2 * 17 * 60, 120), (AUTUMN, 2 * 19 * 60, 240)])
def test_real_minutes_when_the_clocks_change(day: date, open_min: int, booked_min: int) -> None:
    """The night of the change is an hour shorter or longer, open and booked."""
    row = of([visit(at(day, 1), at(day, 4))], day, ALWAYS)
    assert (row["open_min"], row["booked_min"]) == (open_min, booked_min)


def test_over_midnight_and_on_a_closure() -> None:
    """Each day has its own minutes; on a closure none is open, and none is in the rate of the days."""
    shut = replace(SITE, closures=frozenset({TUESDAY}))
    rows = [
        came(at(MONDAY, 17), at(MONDAY, 18), at(MONDAY, 17), at(TUESDAY, 1)),
        visit(at(TUESDAY, 9), at(TUESDAY, 10)),
    ]
    assert of(rows)["booked_min"] == 60
    tuesday = of(rows, TUESDAY, shut)
    assert (tuesday["open_min"], tuesday["booked_outside_min"], tuesday["booked_pct"]) == (0, 60, None)
    (nurses, providers) = loads(rows, shut, MONDAY, TUESDAY, LATER)["total"]
    assert (nurses["open_min"], nurses["booked_min"], nurses["booked_pct"]) == (1_200, 60, 5.0)
    assert (providers["role"], providers["booked_min"]) == ("provider", 0)


def test_whoever_is_not_of_the_set_up_has_no_open_time() -> None:
    """A nurse of an older set-up is told with what was booked, outside of every rate."""
    row = of([visit(at(MONDAY, 9), at(MONDAY, 10), nurse="nurse-9")], name="nurse-9")
    assert (row["ratio"], row["open_min"], row["booked_outside_min"], row["booked_pct"]) == (0, 0, 60, None)


@given(st.lists(visits(), max_size=6))
def test_people_and_days_add_up(rows: list[dict[str, Any]]) -> None:
    """A role's day is the sum of its people, the whole that of its days."""
    answer = loads(rows, ALWAYS, MONDAY, MONDAY + timedelta(days=8), LATER)
    for whole in answer["total"]:
        for name in COUNTED:
            own = [it for it in answer["days"] if it["role"] == whole["role"]]
            assert whole[name] == sum(it[name] for it in own)
            for day in own:
                people = (it for it in answer["rows"] if (it["role"], it["date"]) == (day["role"], day["date"]))
                assert day[name] == sum(it[name] for it in people)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 300)), max_size=12))
def test_within_her_ratio_never_over_the_whole(booked: list[tuple[int, int]]) -> None:
    """Unless more than her ratio lie side by side, at most all of her patient-minutes are booked; and the other way."""
    rows = [
        visit(at(MONDAY, 6) + begin * MINUTE, at(MONDAY, 6) + (begin + length) * MINUTE) for begin, length in booked
    ]
    row = of(rows)
    if row["over_ratio_min"] == 0:
        assert row["patients_max"] <= row["ratio"]
        assert row["booked_min"] <= row["open_min"]
    else:
        assert row["patients_max"] > row["ratio"]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=12), st.integers(0, 4))
def test_side_by_side_is_what_minute_by_minute_says(spans: list[tuple[int, int]], limit: int) -> None:
    """Counted at every change it is the same as looked at in every single minute."""
    lain = [Span(begin, begin + length) for begin, length in spans]
    counts = [sum(it.begin <= minute < it.end for it in lain) for minute in range(100)]
    assert at_once_max(lain) == max(counts)
    assert over_min(lain, limit) == sum(count > limit for count in counts)
    assert sum(minutes * count for minutes, count in together(lain)) == sum(it.length for it in lain)
