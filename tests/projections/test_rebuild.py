"""Is a read model what its events say, is that found out, and can it be made anew?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from journey.recorded import Delivery
from journey.store import codec
from projections import outcome, schedule
from projections.building import build
from projections.crew import alone, silent
from projections.database import ReadModels
from projections.rebuild import rebuild, switch
from projections.status import status
from projections.verifying import Difference, dump, verify
from tests.decisions.states import discharged, infusing
from tests.decisions.test_worked_journey import worked
from tests.projections.reading import FEED, NOW, Kept, follow, opened, spelled, stored
from tests.projections.stories import as_journey

NAMES = ("schedule", "outcome", "audit")
MODEL = pytest.mark.parametrize("name", NAMES)


class Clock:
    """A clock that tests set."""

    now = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def log() -> Kept:
    """Return a log of three journeys in turns."""
    return Kept(as_journey(worked(), 1), as_journey(discharged().log, 2), as_journey(infusing().log, 3))


@pytest.fixture
def models(models_url: str, log: Kept, clock: Clock) -> Iterator[ReadModels]:
    """Yield read models that follow the log to its end."""
    with opened(models_url, log, clock=clock) as models:
        follow(models, log)
        yield models


def tampered(models: ReadModels, sql: str, *params: Any) -> None:
    """Change a row behind the read models' back."""
    with models.database.writing() as session:
        assert session.run(spelled(sql), *params) == 1


def state_of(models: ReadModels, log: Kept, name: str = "schedule") -> dict[str, Any]:
    """Return the status of one read model."""
    return next(it for it in status(models, log) if it["name"] == name)


@MODEL
def test_what_follows_its_log_verifies(models: ReadModels, log: Kept, name: str) -> None:
    """Nothing differs, and nothing of the comparison stays behind."""
    assert verify(models, name, log) == []
    with models.database.reading() as session:
        catalogue = "pg_tables" if session.postgres else "sqlite_master"
        column = "tablename" if session.postgres else "name"
        left = session.read(f"SELECT {column} FROM {catalogue} WHERE {column} LIKE ?", "%verify%")  # noqa: S608 - names of ours
    assert left == []


def test_verify_names_what_was_tampered_with(models: ReadModels, log: Kept) -> None:
    """One cell changed, one row deleted, one added by SQL: all three are named, and nothing else."""
    journey, first, second = (str(it) for it in (log_journey(log), *two_scores(models, log)))
    tampered(models, "UPDATE outcome.scores SET total = 3 WHERE journey_id = ? AND key = ?", journey, first)
    tampered(models, "DELETE FROM outcome.scores WHERE journey_id = ? AND key = ?", journey, second)
    tampered(
        models,
        "INSERT INTO outcome.infusions (journey_id, key, attempt_no, counts) VALUES (?, ?, 9, 1)",
        journey,
        "invented",
    )
    found = verify(models, "outcome", log)
    assert sorted(found, key=lambda it: it.difference) == [
        Difference(table="infusions", journey_id=journey, key="invented", difference="added"),
        Difference(table="scores", journey_id=journey, key=first, difference="changed", columns=("total",)),
        Difference(table="scores", journey_id=journey, key=second, difference="missing"),
    ]


def log_journey(log: Kept) -> str:
    """Return the journey of the log's first event."""
    return str(codec.decode(log.events[0].body).journey_id)


def two_scores(models: ReadModels, log: Kept) -> list[str]:
    """Return the keys of two scores of that journey."""
    rows = models.rows("outcome", "scores", "t.journey_id = ?", log_journey(log))
    return [row["assessment_id"] for row in rows[:2]]


@MODEL
def test_verify_finds_a_journey_gone(models: ReadModels, log: Kept, name: str) -> None:
    """A document deleted, with its journey's rows left, is named, and so is one that says another version."""
    journey = log_journey(log)
    tampered(models, f"UPDATE {name}.documents SET version = version - 1 WHERE journey_id = ?", journey)  # noqa: S608 - names of ours
    assert ("documents", "changed") in {(it.table, it.difference) for it in verify(models, name, log)}
    tampered(models, f"DELETE FROM {name}.documents WHERE journey_id = ?", journey)  # noqa: S608 - as above
    assert ("documents", "missing") in {(it.table, it.difference) for it in verify(models, name, log)}


def test_verify_compares_as_far_as_the_rows_have_come(models_url: str, log: Kept) -> None:
    """A read model that is behind its log is right all the same."""
    with opened(models_url, log) as models:
        follow(models, log, until=57)
        assert [verify(models, name, log) for name in NAMES] == [[], [], []]


@MODEL
def test_rebuild_mends_what_was_tampered_with(models: ReadModels, log: Kept, name: str) -> None:
    """After a rebuild every row is what the events say, and the read model goes on from where it was."""
    right = dump(models, name)
    table = {"schedule": "board", "outcome": "scores", "audit": "timeline"}[name]
    with models.database.writing() as session:
        assert session.run(f"DELETE FROM {stored(name, table)}") > 3  # noqa: S608 - names of ours
    assert rebuild(models, name, log) == log.head()
    assert dump(models, name) == right
    assert verify(models, name, log) == []
    assert models.place(name, FEED, 0).position == log.head()


def test_a_rebuild_in_between_is_followed_on(models_url: str, log: Kept) -> None:
    """Rebuilt ahead of its place, a read model skips what it knows and takes what is new."""
    with opened(models_url, log) as models:
        follow(models, log, until=57)
        rebuild(models, "schedule", log)
        rebuilt = dump(models, "schedule")
        follow(models, log)
        assert dump(models, "schedule") == rebuilt
        assert verify(models, "schedule", log) == []


def test_a_rebuild_frees_what_can_be_read_now(models_url: str, log: Kept) -> None:
    """What was parked for a fault since mended is folded; what is still broken stays parked."""
    whole, journey = log.events, str(codec.decode(log.events[37].body).journey_id)
    bad = json.dumps({"subject": journey}).encode()
    log.events = [Delivery(it.position, bad) if it.position == 38 else it for it in whole]
    with opened(models_url, log) as models:
        follow(models, log)
        assert state_of(models, log)["parked"] == 1
        rebuild(models, "schedule", log)
        assert state_of(models, log)["parked"] == 1
        log.events = whole
        rebuild(models, "schedule", log)
        assert state_of(models, log)["parked"] == 0
        assert verify(models, "schedule", log) == []


def test_status_tells_progress(models: ReadModels, log: Kept, clock: Clock) -> None:
    """A read model at the head is current; one behind is catching up, and stalled once it does not move."""
    current = {"position": log.head(), "head": log.head(), "lag_events": 0, "lag_seconds": 0.0, "state": "current"}
    told = state_of(models, log)
    assert [it["position"] for it in told.pop("partitions")] == [log.head()]
    builds = {"live": 1, "former": None, "next": None, "next_is": None}
    whole = {"version": schedule.PROJECTION.version, "parked": 0, "left_out": 0, "builds": builds}
    assert told == {"name": "schedule"} | whole | current
    grown = Kept(as_journey(discharged().log, 4))
    log.events = [*log.events, *(Delivery(log.head() + it.position, it.body) for it in grown.events)]
    behind = state_of(models, log)
    recorded_at = codec.decode(grown.events[0].body).recorded_at
    assert (behind["lag_events"], behind["state"]) == (grown.head(), "catching_up")
    assert behind["lag_seconds"] == (NOW - recorded_at).total_seconds()
    clock.now = NOW + timedelta(seconds=31)
    assert state_of(models, log)["state"] == "stalled"


def test_status_tells_of_builds(models: ReadModels, log: Kept) -> None:
    """Which build is live, which is made and how far that is, and which can be switched back to."""
    rebuild(models, "schedule", log)
    build(models, "schedule", log, alone(log, models), silent)
    assert state_of(models, log)["builds"] == {"live": 2, "former": None, "next": 3, "next_is": "whole"}
    switch(models, "schedule", log)
    assert state_of(models, log)["builds"] == {"live": 3, "former": 2, "next": None, "next_is": None}


def test_status_tells_what_stopped(models: ReadModels, log: Kept) -> None:
    """A partition that can't go on makes its read model stopped, and says why; the others are as they were."""
    models.stop("schedule", FEED, 0, "version 3 is missing")
    stopped = state_of(models, log)
    assert (stopped["state"], stopped["stopped"]) == ("stopped", "version 3 is missing")
    assert state_of(models, log, outcome.PROJECTION.name)["state"] == "current"


def test_status_of_what_never_ran(models_url: str, log: Kept) -> None:
    """Before its first event a read model is new, and behind by the whole log."""
    with opened(models_url, log) as models:
        new = state_of(models, log)
    assert (new["position"], new["lag_events"], new["state"]) == (0, log.head(), "new")
