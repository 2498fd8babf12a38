"""How far is each partition of a read model, who moves it, and does it move? Derived from what is applied alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from journey.recorded import Delivery
from projections.database import Log, ReadModels
from projections.plain import parsed

STALLED_AFTER = timedelta(seconds=30)
"""A partition that has not moved for this long, with an event to apply that is older, is called stalled."""
LOOKED_AT = 10
"""So many events are looked at for one whose time can be read."""


class Events(Protocol):
    """Events in the order of the log."""

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionProgress:
    """A partition: what is applied of it, how far that is behind, and who moved it last."""

    partition: int
    position: int
    lag_events: int
    lag_seconds: float
    worker: str | None
    moved_at: str
    stopped: str | None
    stalled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A read model: the least of its partitions, and what is wrong with it.

    `state` is `new` (never ran), `current`, `catching_up`, `stalled` (a partition is behind and does not move) or
    `stopped` (one can't go on; `stopped` says why).
    """

    name: str
    version: int
    position: int
    head: int
    lag_events: int
    lag_seconds: float
    parked: int
    left_out: int
    breaker: str | None
    stopped: str | None
    state: str
    partitions: tuple[PartitionProgress, ...]


def progress(models: ReadModels, log: Log) -> list[Progress]:
    """How far every read model is; the lag in seconds is the age of the first event that is not applied."""
    now, head = models.clock(), log.head()

    @cache
    def behind(position: int) -> float:
        return age(log, position, now) if position < head else 0.0

    def stalled(position: int, moved_at: str) -> bool:
        quiet_s = (now - parsed(moved_at)).total_seconds()
        return min(behind(position), quiet_s) > STALLED_AFTER.total_seconds()

    with models.database.reading() as session:
        found = []
        for name, projection in models.projections.items():
            parking = models.parking(session, name)
            partitions = tuple(
                PartitionProgress(
                    partition=it.place.partition,
                    position=it.place.position,
                    lag_events=max(head - it.place.position, 0),
                    lag_seconds=behind(it.place.position),
                    worker=it.moved_by,
                    moved_at=it.moved_at,
                    stopped=it.stopped,
                    stalled=stalled(it.place.position, it.moved_at),
                )
                for it in models.places(session, name).standing()
            )
            position = min((it.position for it in partitions), default=0)
            stopped = next((it.stopped for it in partitions if it.stopped is not None), None)
            found.append(
                Progress(
                    name=name,
                    version=projection.version,
                    position=position,
                    head=head,
                    lag_events=max(head - position, 0),
                    lag_seconds=behind(position),
                    parked=len(parking.since()),
                    left_out=len(parking.skipped()),
                    breaker=models.breaker(session, name).words(),
                    stopped=stopped,
                    state=_state(partitions, stopped, position < head),
                    partitions=partitions,
                )
            )
    return found


def _state(partitions: tuple[PartitionProgress, ...], stopped: str | None, is_behind: bool) -> str:  # noqa: FBT001 - a fact, read once
    if stopped is not None:
        return "stopped"
    if not partitions:
        return "new"
    if any(it.stalled for it in partitions):
        return "stalled"
    return "catching_up" if is_behind else "current"


def age(log: Events, position: int, now: datetime) -> float:
    """How old the first event after a position is whose time can be read."""
    for row in log.rows(position, LOOKED_AT):
        try:
            at = datetime.fromisoformat(json.loads(row.body)["recordedat"])
            return max((now - at).total_seconds(), 0.0)
        except (ValueError, KeyError, TypeError):  # told of when it is parked
            continue
    return 0.0
