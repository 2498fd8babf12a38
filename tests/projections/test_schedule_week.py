"""Does a week tell of each of its days what lies there, and of maintenance what is due, booked and overdue?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.plain import moment
from projections.schedule.maintenance import due
from projections.schedule.week import DAYS, monday, told
from tests.projections.stays import ALWAYS, LATER, MONDAY, SITE, SPRING, at, came, visit, visits


def test_a_worked_week() -> None:
    """Each day has its visits by what became of them, its infusions, and how full chairs and nurses are."""
    rows = [
        came(at(MONDAY, 8), at(MONDAY, 11), at(MONDAY, 8), at(MONDAY, 11), infusion_started_at=at(MONDAY, 8, 10)),
        visit(at(MONDAY, 11), at(MONDAY, 13), status="missed"),
        visit(at(MONDAY, 13), at(MONDAY, 14), status="cancelled"),
        visit(at(MONDAY, 14), at(MONDAY, 15), kind="review"),
    ]
    answer = told(rows, SITE, MONDAY, LATER)
    assert answer["days"][0] == {
        "date": "2026-03-02",
        "open_min": 600,
        "visits": 3,
        "booked": 1,
        "arrived": 1,
        "missed": 1,
        "cancelled": 1,
        "infusions": 1,
        "chair_open_min": 1_200,
        "chair_booked_pct": 20.0,
        "chair_used_pct": 15.0,
        "nurse_open_min": 1_200,
        "nurse_booked_pct": 20.0,
    }
    assert [(row["date"], row["status"]) for row in answer["rows"]] == [
        ("2026-03-02", status) for status in ("arrived", "missed", "booked")
    ]
    sunday = answer["days"][-1]
    assert (sunday["date"], sunday["open_min"], sunday["chair_booked_pct"]) == ("2026-03-08", 0, None)


@pytest.mark.parametrize("day", [MONDAY, MONDAY + timedelta(days=3), MONDAY + timedelta(days=6)])
def test_a_week_begins_on_its_monday(day: date) -> None:
    """Whichever of its days is asked for."""
    assert monday(day) == MONDAY


def test_a_visit_is_of_the_day_on_which_it_begins() -> None:
    """Half past eleven in the evening is still Sunday at the clinic, the change of clocks that day or not."""
    late = visit(at(SPRING, 23, 30), at(SPRING + timedelta(days=1), 0, 30))
    before = told([late], ALWAYS, MONDAY, LATER)
    after = told([late], ALWAYS, SPRING + timedelta(days=1), LATER)
    assert ([row["date"] for row in before["rows"]], after["rows"]) == (["2026-03-08"], [])
    assert (before["days"][-1]["open_min"], before["days"][-1]["visits"], after["days"][0]["visits"]) == (17 * 60, 1, 0)


def test_a_closure_is_closed() -> None:
    """A day that is closed is open for no minute, and has no rate."""
    shut = replace(SITE, closures=frozenset({MONDAY}))
    day = told([visit(at(MONDAY, 9), at(MONDAY, 10))], shut, MONDAY, LATER)["days"][0]
    assert (day["open_min"], day["visits"], day["chair_open_min"], day["chair_booked_pct"]) == (0, 1, 0, None)
    assert (day["nurse_open_min"], day["nurse_booked_pct"]) == (0, None)


@given(st.lists(visits(), max_size=6))
def test_days_add_up(rows: list[dict[str, Any]]) -> None:
    """Every visit is in one day: what became of them sums up to the visits, and these to the rows."""
    answer = told(rows, ALWAYS, MONDAY, LATER)
    assert len(answer["days"]) == DAYS
    for day in answer["days"]:
        assert day["visits"] == day["booked"] + day["arrived"] + day["missed"]
        assert day["visits"] == sum(row["date"] == day["date"] for row in answer["rows"])


def owed(journey: str, day: date, appointment_id: str | None = None) -> dict[str, Any]:
    """A row of what is due: an infusion of maintenance, at noon."""
    noon = moment(at(day, 12))
    said = {"journey_id": journey, "kind": "maintenance", "due_at": noon, "reason": "fixed"}
    return said | {"appointment_id": appointment_id}


def test_maintenance_is_booked_overdue_or_ahead() -> None:
    """By the site's own day: on its day it is not yet overdue, and one that is booked is booked, however late."""
    appointment = {"journey_id": "booked", "kind": "appointment", "due_at": moment(at(MONDAY, 9)), "reason": "infusion"}
    rows = [
        owed("today", MONDAY),
        owed("ahead", MONDAY + timedelta(days=9)),
        owed("late", MONDAY - timedelta(days=3)),
        owed("booked", MONDAY - timedelta(days=1), "a"),
        appointment | {"appointment_id": "a"},
    ]
    found = due(rows, SITE, MONDAY)
    assert [(row["journey_id"], row["state"], row["late_d"]) for row in found] == [
        ("late", "overdue", 3),
        ("booked", "booked", 1),
        ("today", "ahead", 0),
        ("ahead", "ahead", 0),
    ]
    assert [row["starts_at"] for row in found] == [None, moment(at(MONDAY, 9)), None, None]
    assert found[0]["due_on"] == "2026-02-27"
