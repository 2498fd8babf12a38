"""How far is each projection behind the log, and does it move?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from projections.connection import Session
from projections.database import Log, ReadModels
from projections.plain import moment, parsed

STALLED_AFTER = timedelta(seconds=30)
"""A projection that is behind and has not moved for this long is called stalled."""


def status(models: ReadModels, log: Log) -> list[dict[str, Any]]:
    """Of every projection its position, the log's head, the lag in events and seconds, and a state from progress.

    States: `new` (never ran), `current`, `catching_up`, `stalled` (behind, and not moving), `stopped` (says why in
    `stopped`). `lag_seconds` is the age of the oldest event that is not applied.
    """
    now, head = models.clock(), log.head()
    with models.database.reading() as session:
        return [_status(models, session, name, log, head, now) for name in models.projections]


def _status(models: ReadModels, session: Session, name: str, log: Log, head: int, now: datetime) -> dict[str, Any]:
    version = models.projections[name].version
    position = models.position_in(session, name)
    moved_at, stopped = session.read(
        "SELECT MAX(moved_at), MAX(stopped) FROM places WHERE projection = ? AND version = ?", name, version
    )[0]
    answer = {
        "name": name,
        "version": version,
        "position": position,
        "head": head,
        "lag_events": max(head - position, 0),
        "lag_seconds": _lag_seconds(models, log, position, now),
        "parked": len(models.parking(session, name).since()),
        "state": _state(behind=position < head, moved_at=moved_at, stopped=stopped, now=now),
    }
    return answer if stopped is None else answer | {"stopped": stopped, "checked_at": moment(now)}


def _state(*, behind: bool, moved_at: str | None, stopped: str | None, now: datetime) -> str:
    if stopped is not None:
        return "stopped"
    if moved_at is None:
        return "new"
    if not behind:
        return "current"
    return "stalled" if now - parsed(moved_at) > STALLED_AFTER else "catching_up"


def _lag_seconds(models: ReadModels, log: Log, position: int, now: datetime) -> float:
    following = log.rows(position, 1)
    if not following:
        return 0.0
    try:
        recorded_at = models.decode(following[0].body).recorded_at
    except Exception:  # noqa: BLE001 - a poisoned record has no readable time; its events are counted all the same
        return 0.0
    return max((now - recorded_at).total_seconds(), 0.0)
