"""How do the tests bring a log to the read models, as a worker would?"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import zip_longest
from uuid import UUID

from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import codec
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.place import Batch, Entry
from projections.projection import AnyProjection
from projections.replaying import Told
from projections.tables import Tables

NOW = datetime(2026, 12, 1, tzinfo=UTC)
FEED = "store-1"


def stored(name: str, table: str, build: int = 1) -> str:
    """Return where a table of a read model is kept, of today's version."""
    (projection,) = (it for it in PROJECTIONS if it.name == name)
    return Tables(projection, build).name(table)


def spelled(sql: str) -> str:
    """Return a statement with the tables that it names as `schedule.board` where they are kept."""
    return re.sub(r"\b(schedule|outcome|audit)\.(\w+)", lambda it: stored(it[1], it[2]), sql)


class Kept:
    """An event log in memory: what the read models ask of a store."""

    def __init__(self, *logs: Sequence[Recorded[Event]]) -> None:
        """Keep journeys, their events in turns."""
        turns = zip_longest(*logs)
        events = [entry for turn in turns for entry in turn if entry is not None]
        self.events = [Delivery(position, codec.encode(entry)) for position, entry in enumerate(events, start=1)]

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""
        return self.events[after : after + limit]

    def head(self) -> int:
        """Give the last position."""
        return len(self.events)

    def stream(self, journey_id: UUID) -> list[Delivery]:
        """Give a journey's events."""
        return [row for row in self.events if json.loads(row.body)["subject"] == str(journey_id)]

    def journeys(self, after: UUID, limit: int) -> list[tuple[UUID, int]]:
        """Give the journeys whose ids follow one, and how many events each has."""
        ids = Counter(UUID(json.loads(row.body)["subject"]) for row in self.events)
        return sorted(it for it in ids.items() if it[0] > after)[:limit]

    def between(self, after: UUID, until: UUID, position: int) -> list[tuple[UUID, list[Told]]]:
        """Give the events, up to a position, of all journeys after one id and up to another."""
        ids = [it for it, _ in self.journeys(after, self.head()) if it <= until]
        told = [(it, [row for row in self.stream(it) if row.position <= position]) for it in ids]
        return [(it, [(row.position, _type(row.body), row.body) for row in rows]) for it, rows in told if rows]

    def history(self, journey_id: UUID, version: int) -> list[Recorded[Event]]:
        """Give a journey's events up to a version."""
        return [codec.decode(row.body) for row in self.stream(journey_id)[:version]]


def _type(body: bytes) -> str:
    return str(json.loads(body).get("type"))


@contextmanager
def opened(
    url: str,
    log: Kept,
    projections: Sequence[AnyProjection] = PROJECTIONS,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Iterator[ReadModels]:
    """Open the read models of a database."""
    models = ReadModels(url, projections, decode=codec.decode, clock=clock, history=log.history)
    try:
        yield models
    finally:
        models.close()


def batch(log: Kept, start: int, end: int) -> Batch:
    """Return what a log holds from one offset up to, and without, another."""
    entries = tuple(Entry(offset=row.position, delivery=row) for row in log.events[max(start - 1, 0) : end - 1])
    return Batch(partition=0, start=start, end=end, position=end - 1, entries=entries)


def follow(models: ReadModels, log: Kept, *, size: int = 100, until: int | None = None) -> None:
    """Bring every read model up to the log's end, or to a position."""
    last = log.head() if until is None else until
    for name in models.projections:
        while (place := models.place(name, FEED, 0)).position < last:
            models.apply(name, FEED, batch(log, place.offset, min(place.position + size, last) + 1))
