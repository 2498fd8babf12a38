"""What do all events of a journey say, folded at once?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import at_once, known
from projections.folding import Fold, Left, Memory, Parked
from projections.place import Entry
from projections.projection import AnyProjection, Rows, joined
from projections.reading import PASSING, UNKNOWN_JOURNEY, Decode, readable
from projections.tables import Stored

Told = tuple[int, str, bytes]
"""An event of a journey: its position, type and bytes."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A journey's document and rows, and what of it could not be folded; no document if nothing could."""

    journey: str
    stored: Stored | None
    rows: Rows
    parked: Sequence[Parked] = ()


def whole(projection: AnyProjection, journey_id: UUID, told: Sequence[Told], decode: Decode) -> Whole:
    """A journey as its first so many events make it: what they would make of it one by one."""
    try:
        log = _lean(told) if projection.lean else _log(str(journey_id), told, decode)
        document = _document(projection, journey_id, told, log)
        stored = Stored(len(log), told[-1][0], projection.encode(document))
        return Whole(str(journey_id), stored, _rows(projection, told, log, document))
    except PASSING:
        raise
    except Exception:  # noqa: BLE001 - one by one it is found which event it is, and only what follows it waits
        return _stepwise(projection, journey_id, told, decode)


def _lean(told: Sequence[Told]) -> list[Recorded[Event]]:
    """No more of the events than what a lean projection reads."""
    return cast("list[Recorded[Event]]", [known.happened(tag, body) for _, tag, body in told])


def _log(journey: str, told: Sequence[Told], decode: Decode) -> list[Recorded[Event]]:
    return [at_once.recorded(tag, journey, body) or decode(body) for _, tag, body in told]


def _document(projection: AnyProjection, journey_id: UUID, told: Sequence[Told], log: Sequence[Recorded[Event]]) -> Any:
    if [it.version for it in log] != [*range(1, len(log) + 1)] or not _all_are(journey_id, log):
        raise ValueError(journey_id)
    if any(map(projection.is_refolded, log)):
        return projection.refold(log)
    document = projection.new()
    for (position, _, _), recorded in zip(told, log, strict=True):
        document = projection.evolve(document, position, recorded)
    return document


def _all_are(journey_id: UUID, log: Sequence[Recorded[Event]]) -> bool:
    """Whether all events are of a journey; its id is mostly one object, and so is compared once."""
    first = log[0].journey_id
    return first == journey_id and [it.journey_id for it in log] == [first] * len(log)


def _rows(projection: AnyProjection, told: Sequence[Told], log: Sequence[Recorded[Event]], document: Any) -> Rows:
    """The rows of a document, and those that the events made by themselves."""
    if projection.enters is None:
        return projection.rows(document)
    enters, refolded = projection.enters, projection.is_refolded
    entered = [
        enters(position, recorded, log[: recorded.version] if refolded(recorded) else ())
        for (position, _, _), recorded in zip(told, log, strict=True)
    ]
    return joined([projection.rows(document), *entered])


def _stepwise(projection: AnyProjection, journey_id: UUID, told: Sequence[Told], decode: Decode) -> Whole:
    journey = str(journey_id)
    deliveries = (Delivery(position, body) for position, _, body in told)
    reads = readable([Entry(offset=it.position, delivery=it, key=journey) for it in deliveries], decode)
    log = [read.recorded for read in reads]

    def history(_: UUID, version: int) -> list[Recorded[Event]]:
        return [it for it in log[:version] if it is not None]

    waiting = {UNKNOWN_JOURNEY}  # so that a gap lets the journey wait, and stops nothing
    fold = Fold(projection, history, {}, waiting, lambda _: Left(), Memory(), careful=True)
    for read in reads:
        fold.add(read)
    rows = {journey: after for journey, _, after in fold.changes()}
    return Whole(journey, fold.documents().get(journey), rows.get(journey, {}), fold.parked)
