"""What do a journey's events make of a read model? No database: each event is folded as a worker would, and twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from journey.events import Event
from journey.recorded import Delivery, Recorded
from projections.folding import Fold, Left, Memory
from projections.place import Entry
from projections.projection import AnyProjection
from projections.reading import Read
from tests.given import Given

Log = Sequence[Recorded[Event]]


def fold(projection: AnyProjection, log: Log) -> Fold:
    """Return the fold after a journey's log, each event delivered twice; nothing was parked."""

    def history(_journey_id: UUID, version: int) -> Log:
        return log[:version]

    folded = Fold(projection, history, {}, set(), lambda _: Left(), Memory())
    for entry in log:
        read = Read(
            Entry(offset=entry.version, delivery=Delivery(entry.version, b"")), str(entry.journey_id), recorded=entry
        )
        folded.add(read)
        folded.add(read)
    assert folded.parked == []
    return folded


def rows_of(projection: AnyProjection, state: Given | Log) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Return every row that a log makes, by table and key."""
    changes = fold(projection, state.log if isinstance(state, Given) else state).changes()
    return {name: dict(rows) for _, _, after in changes for name, rows in after.items()}


def then_rows(projection: AnyProjection, state: Given | Log, table: str, *expected: Mapping[str, Any]) -> None:
    """Expect exactly these rows in a table, in any order, each in at least these columns."""
    found = list(rows_of(projection, state)[table].values())
    assert len(found) == len(expected), found
    for row in expected:
        match = [other for other in found if {name: other[name] for name in row} == row]
        assert match, f"no row has {row} among {found}"
        found.remove(match[0])
