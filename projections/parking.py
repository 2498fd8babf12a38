"""Which journeys wait, since when, and for what? What could not be folded, and what came after it, in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from projections.connection import Session
from projections.folding import Parked
from projections.plain import moment
from projections.projection import AnyProjection


def park(session: Session, projection: AnyProjection, parked: Sequence[Parked], now: datetime) -> None:
    """Keep what waits."""
    since, key = moment(now), (projection.name, projection.version)
    session.many(
        "INSERT INTO parked (projection, version, journey_id, position, reason, body, since) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [(*key, it.journey, it.entry.delivery.position, it.reason, it.entry.delivery.body, since) for it in parked],
    )


def unpark(session: Session, projection: AnyProjection) -> None:
    """Forget what waits."""
    session.run("DELETE FROM parked WHERE projection = ? AND version = ?", projection.name, projection.version)


def waiting(session: Session, projection: AnyProjection) -> set[str]:
    """The journeys that wait."""
    return set(since(session, projection))


def since(session: Session, projection: AnyProjection) -> dict[str, str]:
    """Of each journey that waits, since when."""
    sql = "SELECT journey_id, MIN(since) FROM parked WHERE projection = ? AND version = ? GROUP BY journey_id"
    return {row[0]: row[1] for row in session.read(sql, projection.name, projection.version)}
