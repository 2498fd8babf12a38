"""How do tests bring events to the audit read model of a database, and ask it?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import codec
from projections.audit import PROJECTION, Asked
from projections.database import ReadModels
from projections.place import Batch, Entry
from tests.decisions.states import REFERRAL
from tests.given import Given, recorded
from tests.projections.audit_story import on

OTHER = UUID("00000000-0000-4000-8000-000000000002")

Rows = Sequence[tuple[int, Recorded[Event]]]


@contextmanager
def opened(url: str, rows: Rows = ()) -> Iterator[ReadModels]:
    """Open the read models of a database, those of a log whose events these are with their positions."""

    def history(journey_id: UUID, version: int) -> list[Recorded[Event]]:
        return [entry for _, entry in rows if entry.journey_id == journey_id][:version]

    models = ReadModels(
        url, [PROJECTION], decode=codec.decode, clock=lambda: datetime(2026, 4, 1, tzinfo=UTC), history=history
    )
    yield models
    models.close()


def applied(models: ReadModels, rows: Rows) -> None:
    """Bring events with their positions to the read model, in two batches, the first of them twice."""
    entries = [
        Entry(offset=position, delivery=Delivery(position, codec.encode(recorded))) for position, recorded in rows
    ]
    half = len(entries) // 2
    place = models.place(PROJECTION.name, "store-1", 0)
    first = Batch(
        partition=0,
        start=place.offset,
        end=entries[half].offset,
        position=rows[half][0] - 1,
        entries=tuple(entries[:half]),
    )
    second = Batch(
        partition=0,
        start=first.end,
        end=entries[-1].offset + 1,
        position=rows[-1][0],
        entries=tuple(entries[half:]),
    )
    for batch in (first, first, second):
        models.apply(PROJECTION.name, "store-1", batch)


def of_another(position: int, **envelope: Any) -> tuple[int, Recorded[Event]]:
    """The first event of another journey."""
    entry = recorded(REFERRAL, 1, on(10, 9), **{"journey_id": OTHER, "event_id": uuid5(OTHER, "1"), **envelope})
    return position, entry


@contextmanager
def told(url: str, *journeys: Given | Sequence[Recorded[Event]]) -> Iterator[ReadModels]:
    """Open the read models of a database that know these journeys, one after another."""
    entries = [entry for it in journeys for entry in (it.log if isinstance(it, Given) else it)]
    rows = list(enumerate(entries, 1))
    with opened(url, rows) as models:
        if rows:
            applied(models, rows)
        yield models


def pages(ask: Callable[[Asked], dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """All rows of a question, page by page, each of so many rows but the last."""
    rows, after = [], None
    while True:
        answer = ask(Asked(after=after, limit=limit))
        rows += answer["rows"]
        if (after := answer["next"]) is None:
            return rows
        assert len(answer["rows"]) == limit
