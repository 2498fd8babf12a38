"""Do the questions of schedule and outcome answer what the worked journey tells, alike on both databases?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from journey.policy import Policy
from journey.profiles import profile
from journey.response import PHQ9_LE5, RULES
from journey.site import Site
from journey.values import Role
from projections import outcome, schedule
from projections.database import ReadModels
from projections.plain import moment
from tests.decisions.states import VISITS, booked, booking, discharged, infusing, planned, reading, recovering
from tests.decisions.test_worked_journey import worked
from tests.given import JOURNEY, MINUTE, named
from tests.projections.reading import FEED, NOW, Kept, follow, opened
from tests.projections.stories import as_journey

CLINIC = ZoneInfo("America/Los_Angeles")
WORKED = worked()[0].journey_id
HEAD = ("journey_id", "position")
SITE = Site()


@pytest.fixture
def log() -> Kept:
    """Return the worked journey beside one that is being infused, and one that is booked."""
    return Kept(worked(), infusing().log, as_journey(booked().log, 3))


@pytest.fixture
def models(models_url: str, log: Kept) -> Iterator[ReadModels]:
    """Yield read models of that log."""
    with opened(models_url, log) as models:
        follow(models, log)
        yield models


def visit(models: ReadModels, on: date) -> dict[str, Any]:
    """Return the one row of a day's board."""
    (row,) = schedule.day(models, CLINIC, on)["rows"]
    found: dict[str, Any] = row
    return found


def test_a_day_is_the_clinics_own(models: ReadModels, log: Kept) -> None:
    """Six in the evening in California is the next day in London, and stays on the clinic's day."""
    board = schedule.day(models, CLINIC, date(2025, 9, 12))
    assert (board["date"], board["position"]) == ("2025-09-12", log.head())
    assert [(row["chair"], row["starts_at"]) for row in board["rows"]] == [("chair-2", "2025-09-12T20:00:00.000000Z")]
    assert schedule.day(models, CLINIC, date(2025, 9, 13))["rows"] == []
    tokyo = ZoneInfo("Asia/Tokyo")
    assert [len(schedule.day(models, tokyo, date(2025, 9, it))["rows"]) for it in (12, 13)] == [0, 1]


def test_a_day_is_by_chair_and_time(models_url: str) -> None:
    """Chairs in their order, in each the earlier visit first; what was cancelled is not there."""
    logs = []
    for number, (chair, hours) in enumerate([("chair-2", 0), ("chair-1", 3), ("chair-1", 0)]):
        placed = replace(booking(1), chair=chair, start=VISITS[0] + timedelta(hours=hours))
        logs.append(as_journey(planned().then_came(placed).log, number))
    log = Kept(*logs)
    with opened(models_url, log) as models:
        follow(models, log)
        rows = schedule.day(models, CLINIC, VISITS[0].date())["rows"]
    later = moment(VISITS[0] + timedelta(hours=3))
    assert [(row["chair"], row["starts_at"]) for row in rows] == [
        ("chair-1", moment(VISITS[0])),
        ("chair-1", later),
        ("chair-2", moment(VISITS[0])),
    ]


def test_signs_are_due_by_the_policy(models_url: str) -> None:
    """Ten minutes after the start and after each reading, five after one over a limit; by another policy, otherwise."""
    started_at = VISITS[0] + 3 * MINUTE
    calm = infusing().then_came(reading(sbp_mmhg=140), after=10 * MINUTE)
    over = infusing().then_came(reading(sbp_mmhg=190), after=10 * MINUTE)
    log = Kept(infusing().log, as_journey(calm.log, 1), as_journey(over.log, 2))
    with opened(models_url, log) as models:
        follow(models, log)
        strict = Policy(vitals_interval_during_min=2)
        due = [row["next_vitals_due"] for row in schedule.day(models, CLINIC, VISITS[0].date())["rows"]]
        sooner = [row["next_vitals_due"] for row in schedule.day(models, CLINIC, VISITS[0].date(), strict)["rows"]]
    assert sorted(due) == [moment(started_at + minutes * MINUTE) for minutes in (10, 15, 20)]
    assert sorted(sooner) == [moment(started_at + minutes * MINUTE) for minutes in (2, 12, 12)]


def test_a_recovery_is_watched_by_the_policy(models_url: str) -> None:
    """Quarter of an hour after the end signs are due, and for an hour the patient is watched; or two from the start."""
    log = Kept(recovering().log)
    with opened(models_url, log) as models:
        follow(models, log)
        row = visit(models, VISITS[0].date())
        (longer,) = schedule.day(models, CLINIC, VISITS[0].date(), profile("rems-like"))["rows"]
    ended_at = VISITS[0] + 43 * MINUTE
    assert row["next_vitals_due"] == moment(ended_at + 15 * MINUTE)
    assert row["recovery_until"] == moment(ended_at + 60 * MINUTE)
    assert longer["recovery_until"] == moment(ended_at + 80 * MINUTE)


def test_open_series_are_told(models: ReadModels) -> None:
    """The worked one is given to its end; the other two have slots to book: one infusion is going on, one is booked."""
    rows = schedule.open_series(models)["rows"]
    assert sorted((row["planned"], row["given"], row["arrived"], row["booked"], row["to_book"]) for row in rows) == [
        (6, 0, 0, 1, 5),
        (6, 0, 1, 0, 5),
    ]


def test_a_month_is_counted(models: ReadModels) -> None:
    """Six infusions in September, each in its week and in a chair; the next one of maintenance is overdue."""
    september = date(2025, 9, 1), date(2025, 9, 30)
    weeks = [schedule.week(models, SITE, september[0] + timedelta(days=7 * number), NOW) for number in range(5)]
    assert [sum(day["infusions"] for day in week["days"]) for week in weeks] == [2, 2, 2, 0, 0]
    assert [len(week["rows"]) for week in weeks] == [2, 2, 2, 0, 0]
    (total,) = schedule.chairs(models, SITE, *september, NOW)["total"]
    (nurses, _) = schedule.staff(models, SITE, *september, NOW)["total"]
    assert total["open_min"] == nurses["open_min"] == 26 * 3 * 600
    assert total["booked_min"] == nurses["booked_min"] > 0
    due = schedule.maintenance(models, SITE, date(2025, 12, 1))
    assert [(row["journey_id"], row["state"]) for row in due["rows"]] == [(str(WORKED), "overdue")]
    assert (due["n"], due["overdue"], due["booked"], due["ahead"]) == (1, 1, 0, 0)
    assert schedule.maintenance(models, SITE, date(2025, 9, 1), date(2025, 9, 30))["rows"] == []


def test_due_answers_the_promised_keys(models: ReadModels, log: Kept) -> None:
    """Position and rows; in each row the six promised keys, the oldest first."""
    answer = schedule.due(models)
    assert set(answer) == {"position", "rows"}
    assert answer["position"] == log.head()
    promised = ("journey_id", "kind", "due_at", "reason", "appointment_id", "series_id")
    assert {tuple(row) for row in answer["rows"]} == {promised}
    assert [row["due_at"] for row in answer["rows"]] == sorted(row["due_at"] for row in answer["rows"])
    assert [(row["kind"], row["reason"]) for row in answer["rows"] if row["reason"] != "unsigned"] == [
        ("maintenance", "fixed"),
        ("appointment", "infusion"),
    ]


def test_due_is_asked_by_time_kind_and_journey(models: ReadModels) -> None:
    """Each condition narrows the answer."""
    unsigned = len(schedule.due(models, until=VISITS[0], kind="task")["rows"])
    assert len(schedule.due(models, until=VISITS[0])["rows"]) == 2 + unsigned
    assert len(schedule.due(models, until=VISITS[0] - MINUTE)["rows"]) == 1 + unsigned
    assert len(schedule.due(models, kind="appointment")["rows"]) == 1
    assert {row["kind"] for row in schedule.due(models, journey_id=WORKED)["rows"]} == {"maintenance", "task"}
    assert schedule.due(models, until=VISITS[0], kind="review")["rows"] == []


def test_tasks_are_asked_by_the_clock(models_url: str) -> None:
    """Of the role, site, journeys and moment that are asked for; late only from its time on, on both databases."""
    north = [replace(it, site_id="north") for it in as_journey(discharged().log, 2)]
    log = Kept(infusing().log, as_journey(booked().log, 1), north)
    clock = [infusing().now]
    journeys = [UUID(json.loads(it.body)["subject"]) for it in log.events[:3]]
    with opened(models_url, log, clock=lambda: clock[0]) as models:
        follow(models, log)

        def told(**asked: Any) -> list[tuple[Any, ...]]:
            rows = schedule.tasks(models, **asked)["rows"]
            return [(row["task"], row["owner"], row["overdue"], row["proposed"]) for row in rows]

        assert told() == [("unsigned", "prescriber", False, False)]
        clock[0] += 10 * MINUTE
        vitals, missed = ("vitals", "nurse", True, False), ("missed", "front_desk", False, True)
        assert told(until=clock[0] + timedelta(hours=1)) == [vitals, missed, ("unsigned", "prescriber", False, False)]
        assert told(owner=Role.NURSE) == told(overdue=True) == told(journey_ids=journeys[:1]) == [vitals]
        assert told(journey_ids=[]) == []
        clock[0] += timedelta(days=8)
        assert told(overdue=True) == [vitals, ("unsigned", "prescriber", True, False)]
        assert told(owner=Role.FRONT_DESK) == [missed]
        assert told(site="main") == [vitals, missed]
        assert told(site="north", overdue=True) == [("unsigned", "prescriber", True, False)]
        assert told(site="south") == []
        answer = schedule.tasks(models, owner=Role.PRESCRIBER)
        assert (answer["at"], answer["position"]) == (moment(clock[0]), log.head())
        (row,) = answer["rows"]
        assert (row["settled_by"], row["journey_id"]) == ("SignOffSession", str(journeys[2]))
        assert (row["session_id"], row["patient_id"]) == (str(named("session 1")), str(patient(log, 2)))


def patient(log: Kept, number: int) -> UUID:
    """Return the patient of the n-th journey."""
    return UUID(json.loads(log.events[number].body)["data"]["event"]["patient_id"])


def test_the_series_tells_planned_and_given_apart(models: ReadModels, log: Kept) -> None:
    """Six slots given, and seven infusions: the seventh is maintenance, and fills no slot."""
    series = schedule.series(models, WORKED)
    assert series is not None
    assert [series[name] for name in HEAD] == [str(WORKED), log.head()]
    assert series["version"] == len(worked())
    assert [slot["state"] for slot in series["planned"]] == ["given"] * 6
    assert [it["infusion"] for it in series["given"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [it["slot_no"] for it in series["given"]] == [1, 2, 3, 4, 5, 6, None]
    assert [it["mg"] for it in series["given"]] == ["40", "40", "40", "48", "48", "48", "47"]


def test_an_outcome_holds_scores_infusions_and_reviews(models: ReadModels) -> None:
    """The corrected score is the one that stands; baseline, endpoint and review are those of the guide."""
    answer = outcome.journey(models, WORKED)
    assert answer is not None
    phq9 = [score["total"] for score in answer["scores"] if score["instrument"] == "phq9"]
    assert phq9 == [18, 16, 14, 12, 9, 7, 6, 4, 3]
    assert (answer["baseline"]["score"], answer["endpoint"]["score"], answer["endpoint"]["window_ok"]) == (
        "18",
        "4",
        True,
    )
    assert answer["result"] == {
        "pct_change": "77.8",
        "response": True,
        "remission": True,
        "outcome_class": "remission",
    }
    assert [review["endpoint"] for review in answer["responses"]] == ["4"]
    assert [(it["term"], it["infusion"]) for it in answer["side_effects"]] == [("nausea", 2)]
    assert answer["rule"] == "phq9-lt5"


def test_an_outcome_is_asked_under_any_rule(models: ReadModels) -> None:
    """Another rule of the clinic's is used when asked for; the review stays as it was decided."""
    answer = outcome.journey(models, WORKED, RULES, PHQ9_LE5.id)
    assert answer is not None
    assert (answer["rule"], answer["responses"][0]["rule_id"]) == ("phq9-le5", "phq9-lt5")


def test_a_journey_without_baseline_compares_nothing(models: ReadModels) -> None:
    """Where nothing can be compared nothing is said."""
    answer = outcome.journey(models, JOURNEY)
    assert answer is not None
    assert (answer["endpoint"], answer["result"]) == (None, None)


@pytest.mark.parametrize("question", [schedule.series, outcome.journey])
def test_an_unknown_journey_has_no_answer(models: ReadModels, question: Any) -> None:
    """There is no row of a journey that nobody referred."""
    assert question(models, UUID(int=1)) is None


def test_every_answer_is_json_and_says_its_position(models: ReadModels, log: Kept) -> None:
    """What is asked of read models travels as it is, and says how far they have come."""
    answers = [
        schedule.day(models, CLINIC, date(2025, 9, 5)),
        schedule.due(models),
        schedule.series(models, WORKED),
        schedule.week(models, SITE, date(2025, 9, 5), NOW),
        schedule.chairs(models, SITE, date(2025, 9, 1), date(2025, 9, 30), NOW),
        schedule.staff(models, SITE, date(2025, 9, 1), date(2025, 9, 30), NOW),
        schedule.maintenance(models, SITE, date(2025, 9, 5)),
        schedule.open_series(models),
        outcome.responses(models, PHQ9_LE5),
        outcome.journey(models, WORKED),
        outcome.side_effects(models),
    ]
    for answer in answers:
        assert answer is not None
        assert answer["position"] == log.head()
        assert json.loads(json.dumps(answer)) == answer


def test_answers_say_since_when_they_are_old(models: ReadModels) -> None:
    """Once a partition has stopped, each row or answer says so."""
    for name in ("schedule", "outcome"):
        models.stop(name, FEED, 0, "version 3 is missing")
    since = "2026-12-01T00:00:00.000000Z"
    series, whole = schedule.series(models, WORKED), outcome.journey(models, WORKED)
    assert series is not None
    assert whole is not None
    assert {row["stale_since"] for row in schedule.due(models)["rows"]} == {since}
    assert {row["stale_since"] for row in schedule.day(models, CLINIC, date(2025, 9, 5))["rows"]} == {since}
    assert [it["stale_since"] for it in (series, whole, outcome.side_effects(models))] == [since] * 3
