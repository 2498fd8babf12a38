"""Which journeys have events that their rows do not tell yet, and since when?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from journey.recorded import Delivery
from journey.store import codec
from projections.connection import Session
from projections.plain import moment
from projections.tables import Tables

AHEAD = 1_000
"""So many events are looked at; a read model that is further behind is old as a whole."""


class Ahead(Protocol):
    """What is asked of the event store."""

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Of each journey that is behind, when the first event it does not tell was recorded; `whole` is that of all."""

    journeys: Mapping[str, str] = field(default_factory=dict)
    whole: str | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """Since when rows do not tell all: of a journey that is parked, behind, or has an event left out.

    Once a partition has stopped, of all.
    """

    parked: Mapping[str, str]
    left_out: Mapping[str, str]
    stopped: str | None
    lag: Lag

    def of(self, journey_id: str) -> dict[str, str]:
        """What a row of a journey has to say of it: nothing, if it is fresh."""
        own = (it.get(journey_id) for it in (self.parked, self.left_out, self.lag.journeys))
        return _since(*own, self.stopped, self.lag.whole)

    def any(self) -> dict[str, str]:
        """What an answer over all journeys has to say of it."""
        each = (moment for it in (self.parked, self.left_out, self.lag.journeys) for moment in it.values())
        return _since(*each, self.stopped, self.lag.whole)


def _since(*moments: str | None) -> dict[str, str]:
    known = [it for it in moments if it is not None]
    return {"stale_since": min(known)} if known else {}


def lag(session: Session, tables: Tables, log: Ahead, position: int) -> Lag:
    """What the log holds beyond a position and beyond each journey's own document."""
    ahead = log.rows(position, AHEAD)
    if not ahead:
        return Lag()
    heads = [(row.position, *head) for row in ahead if (head := _head(row)) is not None]
    if len(ahead) == AHEAD and heads:
        return Lag(whole=heads[0][2])
    told = _told(session, tables, [journey for _, journey, _ in heads])
    since: dict[str, str] = {}
    for place, journey, recorded_at in heads:
        if place > told.get(journey, 0):
            since.setdefault(journey, recorded_at)
    return Lag(since)


def _head(row: Delivery) -> tuple[str, str] | None:
    """Whose event it is, and when it was recorded; None of a poisoned one, which is told of when it is parked."""
    try:
        _, journey_id, recorded_at = codec.head(row.body)
    except (ValueError, KeyError, TypeError):
        return None
    return str(journey_id), moment(recorded_at)


def _told(session: Session, tables: Tables, journeys: Sequence[str]) -> dict[str, int]:
    """Of each journey the position of the last event that its rows tell."""
    sql = f"SELECT journey_id, position FROM {tables.name('documents')} WHERE journey_id IN ({session.listed})"  # noqa: S608 - names of ours
    return {row[0]: row[1] for row in session.read(sql, json.dumps(sorted(set(journeys))))}
