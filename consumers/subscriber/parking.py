"""How does what waits in a subscriber's database get on: tried again, or left out with a reason?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consumers.subscriber.database import passing
from consumers.subscriber.effects import Effects
from consumers.subscriber.tables import QUEUED, Parked, Row, Tables
from journey.recorded import Delivery
from projections.connection import Session
from projections.place import Entry
from projections.plain import moment
from projections.reading import UNKNOWN_JOURNEY

READ_AGAIN = ("decode:", "handler:", "gap", QUEUED)
"""How reasons begin that another version of the subscriber may not find any more."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """How many events of a journey were handled, and how many wait still."""

    handled: int
    left: int


class NotParked(LookupError):  # noqa: N818 - says what is so
    """Nothing waits under that name."""


def parked(effects: Effects) -> list[Parked]:
    """Every event that waits, by journey, in order."""
    with passing(), effects.database.reading() as session:
        return effects.tables(session).parked()


def redrive(effects: Effects, journey_id: str) -> Redriven:
    """Handle what waits of a journey, in order, as far as it goes. No worker moves meanwhile. Raises NotParked."""
    with passing(effects.transient), effects.database.writing() as session:
        queue, row = _locked(effects, session, journey_id)
        handled = _handled(effects, session, row, queue)
        return Redriven(handled, len(queue) - handled)


def skip(effects: Effects, journey_id: str, reason: str) -> Parked:
    """Leave the first event that waits out, for good, and keep why; the rest still waits. Raises NotParked."""
    if not reason.strip():
        raise ValueError("an event is left out for a reason")
    with passing(), effects.database.writing() as session:
        (first, *_), _ = _locked(effects, session, journey_id)
        tables = effects.tables(session)
        version = effects.reader.read(_entry(first)).version or None  # else it is seen when the next one is
        tables.skip(first, reason, moment(effects.clock()), version)
        if version is not None:
            tables.keep_versions({journey_id: version})
        return first


def _locked(effects: Effects, session: Session, journey_id: str) -> tuple[Sequence[Parked], Row]:
    """What waits of a journey, and a place; every place is held, so that no worker queues more behind it meanwhile."""
    tables = effects.tables(session)
    rows = [row for feed in sorted(tables.followed()) for row in tables.places(feed, lock=True).values()]
    queue = tables.parked(journey_id)
    if not queue or not rows:
        raise NotParked(f"nothing of journey {journey_id} waits")
    return queue, rows[0]


def _handled(effects: Effects, session: Session, row: Row, queue: Sequence[Parked]) -> int:
    tables: Tables = effects.tables(session)
    for handled, waiting in enumerate(queue):
        read = effects.reader.read(_entry(waiting))
        turn = effects.turn(session, row, [read])
        turn.waiting.discard(waiting.journey_id)
        if turn.admits(read):
            effects.carefully(session, turn, read)
        if turn.parked:
            tables.blame(waiting, turn.parked[0].reason)
            return handled
        effects.remember(tables, turn)
        tables.unpark(waiting)
    return len(queue)


def _entry(parked: Parked) -> Entry:
    """The record as it came; what is wrong with the record itself stays wrong with it."""
    key = None if parked.journey_id == UNKNOWN_JOURNEY else parked.journey_id
    fault = None if parked.reason.startswith(READ_AGAIN) else parked.reason
    return Entry(offset=parked.offset, delivery=Delivery(parked.position, parked.body), key=key, fault=fault)
