"""Which journeys were entered on last? Containers of the drug are none."""

from __future__ import annotations

from typing import Any

from journey.events import OF_CONTAINER
from projections.audit.asking import NAME
from projections.audit.timeline import TABLE
from projections.connection import Session
from projections.database import ReadModels

LOOK = 500
"""So many entries are looked at first, and four times as many each time that they are of too few journeys."""


def recent(models: ReadModels, limit: int = 50) -> list[dict[str, Any]]:
    """The last entry of each journey, the newest first."""
    with models.database.reading() as session:
        last = _last(models, session, limit)
        where = f"t.position IN ({', '.join('?' * len(last)) or 'NULL'})"
        return models.rows_in(session, NAME, TABLE.name, where, *last, order="t.position DESC")


def _last(models: ReadModels, session: Session, limit: int) -> list[int]:
    """Where journeys' last entries lie, looked for from the end of the log, so that its length does not matter."""
    types = sorted(kind.__name__ for kind in OF_CONTAINER)
    newest = (
        f"SELECT journey_id, position FROM {models.live(session, NAME).name(TABLE.name)} "  # noqa: S608 - names of ours and marks
        f"WHERE type NOT IN ({', '.join('?' * len(types))}) ORDER BY position DESC LIMIT ?"
    )
    sql = f"SELECT MAX(position) AS last, COUNT(*) FROM ({newest}) AS newest GROUP BY journey_id ORDER BY last DESC"  # noqa: S608 - as above
    look = LOOK
    while True:
        found = session.read(sql, *types, look)
        if len(found) >= limit or sum(entries for _, entries in found) < look:
            return [last for last, _ in found[:limit]]
        look *= 4
