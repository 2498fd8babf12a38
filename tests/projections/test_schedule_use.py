"""Is the use of chairs counted in real minutes, over those in which the site is open, and does it add up?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.site import Site
from projections.plain import parsed
from projections.schedule.use import COUNTED, used
from tests.given import HOUR, MINUTE
from tests.projections.stays import ALWAYS, AUTUMN, LATER, MONDAY, SITE, SPRING, at, came, visit, visits


def of(rows: list[dict[str, Any]], day: date = MONDAY, site: Site = SITE, chair: str = "chair-1") -> dict[str, Any]:
    """The use of one chair on one day."""
    (row,) = (it for it in used(rows, site, day, day, LATER)["rows"] if it["chair"] == chair)
    return row


def test_a_worked_day() -> None:
    """Ten hours open; three booked and kept, two missed, one called off: 300 of 600 minutes are lost to nobody else."""
    rows = [
        came(at(MONDAY, 8), at(MONDAY, 11), at(MONDAY, 8, 10), at(MONDAY, 10, 30)),
        visit(at(MONDAY, 11), at(MONDAY, 13), status="missed"),
        visit(at(MONDAY, 13), at(MONDAY, 14), status="cancelled"),
        visit(at(MONDAY, 14), at(MONDAY, 15)),
        visit(at(MONDAY, 9), at(MONDAY, 12), chair="chair-2"),
        visit(at(MONDAY, 9), at(MONDAY, 10), chair=None, kind="review"),
    ]
    assert of(rows) == {
        "date": "2026-03-02",
        "chair": "chair-1",
        "open_min": 600,
        "booked_min": 150 + 60,
        "used_min": 140,
        "missed_min": 120,
        "booked_outside_min": 0,
        "used_outside_min": 0,
        "booked_pct": 35.0,
        "used_pct": 23.3,
    }
    answer = used(rows, SITE, MONDAY, MONDAY, LATER)
    assert answer["total"] == [{name: it for name, it in answer["days"][0].items() if name != "date"}]
    assert (answer["total"][0]["open_min"], answer["total"][0]["booked_min"]) == (1_200, 390)
    assert answer["total"][0]["booked_pct"] == 32.5


def test_whoever_is_here_uses_the_chair_until_now() -> None:
    """Until now, and never for longer than a day: a session that nobody ended says no more."""
    rows = [came(at(MONDAY, 9), at(MONDAY, 12), at(MONDAY, 9), None)]
    (row, _) = used(rows, SITE, MONDAY, MONDAY, at(MONDAY, 10, 15))["rows"]
    assert row["used_min"] == 75
    assert of(rows)["used_min"] == 9 * 60
    tuesday, wednesday = (of(rows, MONDAY + timedelta(days=number)) for number in (1, 2))
    assert (tuesday["used_min"], tuesday["used_outside_min"], wednesday["used_min"]) == (60, 8 * 60, 0)


@pytest.mark.parametrize("day, open_min, booked_min", [(SPRING, 17 * 60, 120), (AUTUMN, 19 * 60, 240)])
def test_real_minutes_when_the_clocks_change(day: date, open_min: int, booked_min: int) -> None:
    """From midnight to six in the evening are 17 hours in spring, 19 in autumn; from one to four, two or four."""
    row = of([visit(at(day, 1), at(day, 4))], day, ALWAYS)
    assert (row["open_min"], row["booked_min"]) == (open_min, booked_min)
    assert row["booked_pct"] == round(100 * booked_min / open_min, 1)


def test_a_closure_is_in_no_denominator() -> None:
    """On a closed day nothing is open, and what is still booked stands apart: the rate is that of the open days."""
    shut = replace(SITE, closures=frozenset({MONDAY}))
    tuesday = MONDAY + timedelta(days=1)
    rows = [visit(at(MONDAY, 9), at(MONDAY, 12)), visit(at(tuesday, 9), at(tuesday, 12))]
    monday = of(rows, MONDAY, shut)
    assert (monday["open_min"], monday["booked_min"], monday["booked_outside_min"]) == (0, 0, 180)
    assert (monday["booked_pct"], monday["used_pct"]) == (None, None)
    (total,) = used(rows, shut, MONDAY, tuesday, LATER)["total"]
    assert (total["open_min"], total["booked_min"], total["booked_pct"]) == (2 * 600, 180, 15.0)


def test_over_midnight_each_day_has_its_minutes() -> None:
    """Somebody who stays until half past one uses the evening of one day and the night of the next."""
    rows = [came(at(MONDAY, 16), at(MONDAY, 18), at(MONDAY, 16), at(MONDAY + timedelta(days=1), 1, 30))]
    first, second = of(rows), of(rows, MONDAY + timedelta(days=1))
    assert (first["used_min"], first["used_outside_min"]) == (120, 6 * 60)
    assert (second["used_min"], second["used_outside_min"]) == (0, 90)
    assert (first["booked_min"], second["booked_min"]) == (120, 0)


def test_a_chair_that_is_not_there_has_no_open_time() -> None:
    """What an older set-up had is told, and is in no rate."""
    row = of([visit(at(MONDAY, 9), at(MONDAY, 10), chair="chair-9")], chair="chair-9")
    assert (row["open_min"], row["booked_min"], row["booked_outside_min"], row["booked_pct"]) == (0, 0, 60, None)


def test_whoever_left_early_holds_no_longer() -> None:
    """A visit that was withheld at once gives the chair back: its next booking is not counted twice."""
    rows = [
        came(at(MONDAY, 8), at(MONDAY, 18), at(MONDAY, 8), at(MONDAY, 8, 20), stage="withheld"),
        visit(at(MONDAY, 9), at(MONDAY, 18)),
        came(at(MONDAY, 8), at(MONDAY, 9), at(MONDAY, 7, 30), at(MONDAY, 7, 50), chair="chair-2"),
    ]
    assert (of(rows)["booked_min"], of(rows)["booked_pct"]) == (20 + 9 * 60, 93.3)
    early = of(rows, chair="chair-2")
    assert (early["booked_min"], early["used_min"], early["used_outside_min"]) == (0, 0, 20)


@given(st.lists(visits(), max_size=6))
def test_days_and_chairs_add_up(rows: list[dict[str, Any]]) -> None:
    """A day is the sum of its chairs, the whole of its days; and no booked minute of a chair is lost or told twice."""
    first, last = MONDAY - timedelta(days=1), MONDAY + timedelta(days=8)
    answer = used(rows, ALWAYS, first, last, LATER)
    for name in COUNTED:
        for day in answer["days"]:
            assert day[name] == sum(it[name] for it in answer["rows"] if it["date"] == day["date"])
        assert answer["total"][0][name] == sum(day[name] for day in answer["days"])
    booked = answer["total"][0]["booked_min"] + answer["total"][0]["booked_outside_min"]
    assert booked == sum(_held_min(it) for it in rows if it["chair"] and it["status"] in {"booked", "arrived"})


def _held_min(row: dict[str, Any]) -> int:
    """The minutes that were booked, up to when the patient left."""
    start, end, left = row["starts_at"], row["ends_at"], row["ended_at"] or row["ends_at"]
    return max((min(parsed(end), parsed(left)) - parsed(start)) // MINUTE, 0)


@given(st.lists(st.integers(min_value=1, max_value=300), max_size=30), st.booleans())
def test_one_after_the_other_is_never_over_the_whole(lengths: list[int], arrived: bool) -> None:
    """Whatever does not lie side by side in a chair is at most all of its open time, booked and used."""
    begins, rows = at(MONDAY, 5), []
    for length in lengths:
        ends = begins + length * MINUTE
        rows.append(came(begins, ends, begins, ends) if arrived else visit(begins, ends))
        begins = ends
    for row in used(rows, SITE, MONDAY, MONDAY + timedelta(days=7), LATER)["rows"]:
        assert row["booked_min"] <= row["open_min"]
        assert row["used_min"] <= row["open_min"]


def test_over_the_whole_is_booked_over_capacity() -> None:
    """Two in one chair at once are told as what they are."""
    rows = [visit(at(MONDAY, 8), at(MONDAY, 18)), visit(at(MONDAY, 8), at(MONDAY, 18) - HOUR)]
    assert of(rows)["booked_pct"] == 190.0
