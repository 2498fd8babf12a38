"""How far is a subscriber behind, and does it still get on?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kafka.errors import KafkaError

from consumers.subscriber.database import passing
from consumers.subscriber.effects import Effects
from consumers.subscriber.source import Source
from consumers.subscriber.tables import Row
from projections.plain import parsed

STALLED_AFTER = timedelta(seconds=30)


class State(StrEnum):
    """What is with a subscriber."""

    CURRENT = "current"
    BEHIND = "behind"
    """There is more to come, and it moves."""
    STALLED = "stalled"
    """There is more to come, and for half a minute nothing has moved."""
    STOPPED = "stopped"
    """A partition can't go on: somebody must look."""
    UNKNOWN = "unknown"
    """Kafka is away, so nobody can say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How far a subscriber has come. `lag_events` is counted over all journeys; None where Kafka is away.

    `lag_seconds` is the age of the first event that is missing.
    """

    state: State
    position: int
    lag_events: int | None
    lag_seconds: float | None
    parked_journeys: int
    stopped: Mapping[int, str]

    @property
    def healthy(self) -> bool:
        """Whether it gets on by itself."""
        return self.state in {State.CURRENT, State.BEHIND}


def status(effects: Effects, source: Source) -> Status:
    """Ask the database how far it has come and the topic what is there: the process that runs it is not believed."""
    with passing(), effects.database.reading() as session:
        tables = effects.tables(session)
        feeds = [list(tables.places(feed).values()) for feed in tables.followed()]
        waiting = len(tables.waiting())
    rows = max(feeds, key=lambda some: max(row.moved_at for row in some), default=[])
    position = min((row.place.position for row in rows), default=0)
    stopped = {row.place.partition: row.stopped for row in rows if row.stopped is not None}
    try:
        ahead = source.ahead([row.place for row in rows])
    except KafkaError:
        return Status(
            state=State.STOPPED if stopped else State.UNKNOWN,
            position=position,
            lag_events=None,
            lag_seconds=None,
            parked_journeys=waiting,
            stopped=stopped,
        )
    now = effects.clock()
    since = ahead.since if rows else now
    behind = since is not None and (bool(rows) or ahead.head > 0)
    return Status(
        state=State.STOPPED if stopped else _state(rows, now) if behind else State.CURRENT,
        position=position,
        lag_events=ahead.head - position if behind else 0,
        lag_seconds=(now - since).total_seconds() if since is not None and behind else 0.0,
        parked_journeys=waiting,
        stopped=stopped,
    )


def _state(rows: list[Row], now: datetime) -> State:
    moved = max((parsed(row.moved_at) for row in rows), default=now)
    return State.STALLED if now - moved > STALLED_AFTER else State.BEHIND
