"""How does what waits go on: tried again, or left out for good?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from projections.connection import Session
from projections.database import ReadModels
from projections.folding import Memory
from projections.parking import Skipped, SkipReason, Waiting
from projections.plain import moment
from projections.reading import UNKNOWN_JOURNEY, Read, readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A journey that waits in a read model: at which event, why, since when, and how many wait."""

    projection: str
    journey_id: str
    position: int
    reason: str
    since: str
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redriven:
    """What became of a journey's queue: so many events are applied, so many wait still, the first at `reason`."""

    journey_id: str
    applied: int
    waiting: int
    position: int | None = None
    reason: str | None = None


class NotThis(Exception):  # noqa: N818 - what the event is
    """The event named is not the one that a journey waits for."""


def queues(models: ReadModels, name: str) -> list[Queue]:
    """The journeys that wait, the oldest first."""
    with models.database.reading() as session:
        parking = models.parking(session, name)
        found = [_queue(name, journey, parking.queue(journey)) for journey in parking.since()]
    return sorted(found, key=lambda it: (it.since, it.position))


def redrive(models: ReadModels, name: str, journey: str) -> list[Redriven]:
    """Apply what waits of a journey, in order, in one transaction; what still fails waits on, with what follows it.

    Of records that named no journey, those that can be read now go to their journeys, and these are redriven.
    The breaker lets the read model go on once less waits. Raises Stopped when the store is not at hand.
    """
    with models.database.writing() as session:
        models.held(session, name)
        models.places(session, name).lock()
        journeys = _known(models, session, name) if journey == UNKNOWN_JOURNEY else [journey]
        done = [_redriven(models, session, name, it) for it in journeys]
        models.breaker(session, name).close()
    return done


def skip(models: ReadModels, name: str, journey: str, position: int, reason: SkipReason, by: str) -> Redriven:
    """Leave out the event that a journey waits for, and redrive the rest; who decided it is kept, and shown.

    Raises NotThis if the journey does not wait for the event at this position.
    """
    with models.database.writing() as session:
        models.held(session, name)
        models.places(session, name).lock()
        parking = models.parking(session, name)
        queue = parking.queue(journey)
        if not queue or queue[0].entry.delivery.position != position:
            waits = f"it waits for the one at {queue[0].entry.delivery.position}" if queue else "it does not wait"
            raise NotThis(f"{name}: journey {journey} is not held up by the event at position {position}: {waits}")
        first = queue[0]
        left_out = Skipped(
            journey_id=journey,
            position=position,
            journey_version=_version(models, journey, first, reason),
            fault=first.reason,
            reason=reason.value,
            skipped_by=by,
            skipped_at=moment(models.clock()),
        )
        parking.skip(journey, first, left_out)
        done = _redriven(models, session, name, journey)
        models.breaker(session, name).close()
    return done


def _queue(name: str, journey: str, queue: list[Waiting]) -> Queue:
    first = queue[0]
    return Queue(
        projection=name,
        journey_id=journey,
        position=first.entry.delivery.position,
        reason=first.reason,
        since=min(it.since for it in queue),
        events=len(queue),
    )


def _redriven(models: ReadModels, session: Session, name: str, journey: str) -> Redriven:
    parking = models.parking(session, name)
    queue = parking.queue(journey)
    if journey == UNKNOWN_JOURNEY:
        parked = len(queue)
    else:
        gaps_wait = {UNKNOWN_JOURNEY}
        found = models.fold_into(
            session, models.live(session, name), _reads(models, queue), gaps_wait, parking.left, Memory()
        )
        parking.settle(journey, queue, found)
        parked = len(found)
    still = parking.queue(journey)
    first = still[0] if still else None
    return Redriven(
        journey_id=journey,
        applied=len(queue) - parked,
        waiting=parked,
        position=None if first is None else first.entry.delivery.position,
        reason=None if first is None else first.reason,
    )


def _known(models: ReadModels, session: Session, name: str) -> list[str]:
    """Let each record that can be read now wait with its journey; gives these journeys, and who is left."""
    parking = models.parking(session, name)
    found = dict.fromkeys(_moved(models, session, name, parking.queue(UNKNOWN_JOURNEY)))
    return [*found, *([UNKNOWN_JOURNEY] if parking.queue(UNKNOWN_JOURNEY) else [])]


def _moved(models: ReadModels, session: Session, name: str, queue: list[Waiting]) -> Iterator[str]:
    for it, read in zip(queue, _reads(models, queue), strict=True):
        if read.journey != UNKNOWN_JOURNEY:
            models.parking(session, name).move(it, read.journey)
            yield read.journey


def _reads(models: ReadModels, queue: list[Waiting]) -> list[Read]:
    return readable([it.entry for it in queue], models.decode)


def _version(models: ReadModels, journey: str, waiting: Waiting, reason: SkipReason) -> int | None:
    """Which of the journey's events it is, whatever else is wrong with it: 0 if none of its, None if nobody knows."""
    if reason is SkipReason.FOREIGN:
        return 0
    bare = replace(waiting.entry, key=None, type=None, fault=None)
    (read,) = readable([bare], models.decode)
    if read.recorded is None:
        return None
    return read.recorded.version if read.journey == journey else 0
