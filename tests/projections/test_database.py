"""Do rows and place agree on both databases, whatever is delivered, by whomever, and whatever fails?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any
from uuid import UUID

import pytest

from journey.events import Event, VitalsRecorded
from journey.events.session import VitalsPhase
from journey.recorded import Delivery, Recorded
from journey.response import PHQ9_LT5
from journey.store import codec
from projections import outcome, schedule
from projections.database import ReadModels
from projections.place import Batch, Entry, Place, Stopped, Zombie
from projections.places import Places
from projections.projection import Column, Kind, Projection, Rows, Table
from projections.verifying import dump
from tests.decisions.states import discharged, infusing
from tests.decisions.test_worked_journey import worked
from tests.projections.reading import FEED, Kept, batch, follow, opened
from tests.projections.stories import as_journey, told

NAME = "schedule"


@pytest.fixture
def log() -> Kept:
    """Return a log of three journeys in turns, the worked one with its correction among them."""
    return Kept(as_journey(worked(), 1), as_journey(discharged().log, 2), as_journey(infusing().log, 3))


@pytest.fixture
def models(models_url: str, log: Kept) -> Iterator[ReadModels]:
    """Yield empty read models."""
    with opened(models_url, log) as models:
        yield models


def replayed(log: Kept) -> dict[str, Any]:
    """Return the rows that one process makes of a log in one go."""
    with opened("sqlite:///:memory:", log) as once:
        follow(once, log, size=10_000)
        return {name: dump(once, name) for name in once.projections}


def broken(log: Kept, position: int, body: bytes = b"{}") -> Kept:
    """Return the log with other bytes at a position."""
    other = Kept()
    other.events = [Delivery(row.position, body) if row.position == position else row for row in log.events]
    return other


def parked(models: ReadModels, name: str = NAME) -> list[tuple[Any, ...]]:
    """Return what waits: journey, position and reason, in order."""
    with models.database.reading() as session:
        return session.read(
            "SELECT journey_id, position, reason FROM parked WHERE projection = ? ORDER BY position", name
        )


def journey_of(log: Kept, position: int) -> str:
    """Return the journey of the event at a position."""
    return str(codec.decode(log.events[position - 1].body).journey_id)


@pytest.mark.parametrize("size", [3, 50, 500])
def test_rows_are_the_same_however_they_came(models: ReadModels, log: Kept, size: int) -> None:
    """One event a transaction, a few or all at once: the dumps equal a single replay's on SQLite."""
    follow(models, log, size=size)
    assert {name: dump(models, name) for name in models.projections} == replayed(log)


def test_every_story_gives_the_same_rows_on_both(models_url: str) -> None:
    """Every way a journey can end gives the same rows on this database as in memory."""
    log = Kept(*(as_journey(story, number) for number, story in enumerate(told())))
    with opened(models_url, log) as models:
        follow(models, log, size=50)
        assert {name: dump(models, name) for name in models.projections} == replayed(log)


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_the_same_in_whatever_turns(log: Kept, seed: int) -> None:
    """Journeys interleaved in any order, each in its own, give the same rows; only positions differ."""
    shuffled, chance = Kept(), Random(seed)
    queues = [log.stream(UUID(journey)) for journey in sorted({journey_of(log, it.position) for it in log.events})]
    while queues:
        queue = chance.choice(queues)
        shuffled.events.append(Delivery(len(shuffled.events) + 1, queue.pop(0).body))
        queues = [it for it in queues if it]
    expected, found = replayed(log), replayed(shuffled)
    for name in ("schedule", "outcome"):
        assert {**found[name], "documents": []} == {**expected[name], "documents": []}


def test_a_batch_again_changes_nothing(models: ReadModels, log: Kept) -> None:
    """What was applied is skipped, whole batches and halves."""
    follow(models, log)
    before = dump(models, NAME)
    for again in (batch(log, 0, 31), batch(log, 10, log.head() + 1), batch(log, 5, 20)):
        models.apply(NAME, FEED, again)
        assert dump(models, NAME) == before
        place = models.place(NAME, FEED, 0)
        assert (place.offset, place.position) == (log.head() + 1, log.head())


def test_a_process_that_starts_anew_goes_on(models_url: str, log: Kept) -> None:
    """Whoever opens the database next finds the place, and the documents to go on with."""
    with opened(models_url, log) as first:
        follow(first, log, until=60)
    with opened(models_url, log) as second:
        assert second.place(NAME, FEED, 0).position == 60
        follow(second, log)
        assert {name: dump(second, name) for name in second.projections} == replayed(log)


def test_what_is_skipped_is_read_again(models: ReadModels, log: Kept) -> None:
    """A batch that begins after the place is not applied: something lies between, and is to be read from the place."""
    models.apply(NAME, FEED, batch(log, 0, 11))
    before = dump(models, NAME)
    with pytest.raises(Zombie, match="was read from 20, its place is 11"):
        models.apply(NAME, FEED, batch(log, 20, 31))
    assert dump(models, NAME) == before


def test_a_gap_in_a_journey_stops(models: ReadModels, log: Kept) -> None:
    """A version that is missing stops the partition: nothing of the batch is written, and the place stays."""
    whole = batch(log, 0, 31)
    holed = replace(whole, entries=tuple(entry for entry in whole.entries if entry.offset != 4))
    with pytest.raises(Stopped, match=f"journey {journey_of(log, 4)}: version 2 is missing before 3"):
        models.apply(NAME, FEED, holed)
    assert models.place(NAME, FEED, 0).offset == 0
    assert dump(models, NAME)["documents"] == []


def test_a_row_that_no_event_made_stops(models: ReadModels, log: Kept) -> None:
    """Nothing is written over a row that stands where only a new one can: it is seen, and told."""
    models.apply("audit", FEED, batch(log, 0, 3))
    with models.database.writing() as session:
        timeline = models.live(session, "audit").name("timeline")
        session.run(f"UPDATE {timeline} SET key = '000002' WHERE position = 1")  # noqa: S608 - a name of ours
    before = dump(models, "audit")
    with pytest.raises(Stopped, match="audit: a row is there that no event made: rebuild it"):
        models.apply("audit", FEED, batch(log, 3, log.head() + 1))
    assert dump(models, "audit") == before
    assert models.place("audit", FEED, 0).offset == 3


@pytest.mark.parametrize("foreign", [False, True])
def test_a_store_that_is_behind_or_foreign_stops(models_url: str, log: Kept, foreign: bool) -> None:
    """A correction needs the journey's whole log: a store that lacks it, or holds another, is not believed."""

    class Other(Kept):
        def history(self, journey_id: UUID, version: int) -> list[Recorded[Event]]:
            *earlier, last = log.history(journey_id, version)
            return [*earlier, *([replace(last, prev="0" * 64)] if foreign else [])]

    other = Other()
    other.events = log.events
    with opened(models_url, other) as models, pytest.raises(Stopped, match="the store is behind or foreign"):
        follow(models, other)


def test_who_lost_the_place_writes_nothing(models: ReadModels, log: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that goes on from a place somebody else has moved is told, and nothing of its batch is written."""
    models.apply(NAME, FEED, batch(log, 0, 21))
    before = dump(models, NAME)

    def remembered(*_: Any, **__: Any) -> Place:
        return Place(feed=FEED, partition=0)

    monkeypatch.setattr(Places, "locked", remembered)
    with pytest.raises(Zombie, match="moved by another worker"):
        models.apply(NAME, FEED, batch(log, 0, 31))
    monkeypatch.undo()
    assert dump(models, NAME) == before
    assert models.place(NAME, FEED, 0).offset == 21


def test_a_poisoned_record_parks_its_journey(models: ReadModels, log: Kept) -> None:
    """The record and everything after it of its journey wait in order; the other journeys flow."""
    bad = 20
    poisoned = broken(log, bad, json.dumps({"subject": journey_of(log, bad)}).encode())
    follow(models, poisoned)
    waiting = parked(models)
    journey = journey_of(log, bad)
    assert [row[1] for row in waiting] == [
        it.position for it in log.events[bad - 1 :] if journey_of(log, it.position) == journey
    ]
    assert {row[0] for row in waiting} == {journey}
    assert [row[2] for row in waiting][:2] == ["decode:Unreadable", "queued"]
    expected, found = replayed(log)[NAME], dump(models, NAME)
    for table, rows in expected.items():
        assert [it for it in rows if it[0] != journey] == [it for it in found[table] if it[0] != journey]
    assert models.place(NAME, FEED, 0).position == log.head()


def test_rows_of_a_parked_journey_say_since_when(models: ReadModels, log: Kept) -> None:
    """Its rows are old, and say so; rows of others do not, and an answer over all does."""
    follow(models, broken(log, 38, json.dumps({"subject": journey_of(log, 38)}).encode()))
    rows = models.rows(NAME, "board")
    told_of = {row["journey_id"]: row.get("stale_since") for row in rows}
    assert told_of.pop(journey_of(log, 38)) == "2026-12-01T00:00:00.000000Z"
    assert set(told_of.values()) == {None}
    assert outcome.responses(models, PHQ9_LT5)["stale_since"] == "2026-12-01T00:00:00.000000Z"


def test_a_record_that_names_nobody_waits_with_who_misses_it(models: ReadModels, log: Kept) -> None:
    """Bytes without a journey are parked by themselves; the journey that lacks them waits at its next event."""
    follow(models, broken(log, 20, b"nonsense"))
    reasons = [(row[0], row[2]) for row in parked(models)][:3]
    assert reasons == [("?", "decode:Unreadable"), (journey_of(log, 20), "gap"), (journey_of(log, 20), "queued")]


def test_a_stopped_partition_is_told(models: ReadModels, log: Kept) -> None:
    """Every row is old once a partition has stopped, and fresh again once it moves."""
    follow(models, log, until=60)
    models.stop(NAME, FEED, 0, "version 3 is missing")
    assert {row["stale_since"] for row in models.rows(NAME, "board")} == {"2026-12-01T00:00:00.000000Z"}
    follow(models, log)
    assert not any("stale_since" in row for row in models.rows(NAME, "board"))


@dataclass(frozen=True, slots=True)
class Signs:
    """Whether the last signs were read after an infusion."""

    post: bool = False


def signs(*, failing: str) -> Projection[Signs]:
    """Return a projection that fails at signs read after an infusion, in its fold or in its rows."""

    def evolve(document: Signs, _position: int, recorded: Recorded[Event]) -> Signs:
        if not isinstance(recorded.event, VitalsRecorded):
            return document
        post = recorded.event.phase is VitalsPhase.POST
        assert failing != "fold" or not post
        return Signs(post=post)

    def rows(document: Signs) -> Rows:
        assert failing != "rows" or not document.post
        return {"read": {"last": {"post": document.post}}}

    table = Table("read", "Signs", (Column("post", Kind.FLAG, "whether they were read after an infusion"),))
    return Projection(name="signs", version=1, document=Signs, new=Signs, evolve=evolve, rows=rows, tables=(table,))


@pytest.mark.parametrize("failing", ["fold", "rows"])
def test_what_our_own_code_can_not_fold_parks_its_journey(models_url: str, failing: str) -> None:
    """An event that makes the fold or its rows fail parks its journey alone, even amid a batch of others."""
    failed, other = as_journey(discharged().log, 1), as_journey(infusing().log, 2)
    log = Kept(failed, other)
    with opened(models_url, log, [signs(failing=failing)]) as models:
        follow(models, log)
        waiting = parked(models, "signs")
        versions = {row["journey_id"]: row["version"] for row in models.rows("signs", "read")}
    assert [(row[0], row[2]) for row in waiting] == [
        (str(failed[0].journey_id), reason) for reason in ("fold:AssertionError", "queued", "queued")
    ]
    assert versions == {str(failed[0].journey_id): len(failed) - 3, str(other[0].journey_id): len(other)}


def test_a_key_of_another_journey_is_poison(models: ReadModels, log: Kept) -> None:
    """A record whose key is not its event's journey parks the journey of its key."""
    first = log.events[0]
    entry = Entry(offset=1, delivery=first, key=journey_of(log, 2))
    models.apply(NAME, FEED, Batch(partition=0, start=0, end=2, position=1, entries=(entry,)))
    assert parked(models) == [(journey_of(log, 2), 1, "key_differs")]


def test_places_of_feeds_are_apart(models: ReadModels, log: Kept) -> None:
    """Another feed begins at its own place, and what it brings again is known by its version."""
    follow(models, log)
    before = dump(models, NAME)
    assert models.place(NAME, "kafka", 3).offset == 0
    models.apply(NAME, "kafka", replace(batch(log, 0, log.head() + 1), partition=3))
    assert dump(models, NAME) == before
    assert models.followed(NAME) == {FEED, "kafka"}


def test_a_failing_write_leaves_nothing(models: ReadModels, log: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails at the end of a transaction takes its rows back, and what was remembered does no harm."""
    models.apply(NAME, FEED, batch(log, 0, 21))
    before = dump(models, NAME)

    def full(*_: Any) -> None:
        message = "disk full"
        raise OSError(message)

    monkeypatch.setattr(Places, "move", full)
    with pytest.raises(OSError, match="disk full"):
        models.apply(NAME, FEED, batch(log, 21, 61))
    monkeypatch.undo()
    assert dump(models, NAME) == before
    follow(models, log)
    assert dump(models, NAME) == replayed(log)[NAME]


def test_read_models_know_one_another_not(models: ReadModels, log: Kept) -> None:
    """Each has its own place: one may be ahead of another."""
    models.apply(schedule.PROJECTION.name, FEED, batch(log, 0, 11))
    assert models.place(outcome.PROJECTION.name, FEED, 0).offset == 0
