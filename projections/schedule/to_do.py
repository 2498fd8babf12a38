"""What is to be done, by whom, by which command, and what of it is late? As of a moment: the clock is asked once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from projections.database import ReadModels
from projections.lagging import Stale
from projections.plain import moment
from projections.schedule.kinds import KINDS

SHOWN = (
    "journey_id",
    "task",
    "reason",
    "owner",
    "settled_by",
    "due_at",
    "overdue_at",
    "patient_id",
    "appointment_id",
    "session_id",
    "subject_id",
    "site_id",
)


def tasks(
    models: ReadModels,
    *,
    owner: str | None = None,
    site: str | None = None,
    overdue: bool = False,
    until: datetime | None = None,
    journey_ids: Collection[UUID] | None = None,
) -> dict[str, Any]:
    """The tasks that stand now, the earliest due first; with `until` those that will stand then, too.

    Of one role, one site or some journeys, or only what is late now, if asked so. `proposed` is what a person has to
    confirm.
    """
    now = moment(models.clock())
    by = max(now, moment(until)) if until is not None else now
    asked = {
        "t.task IS NOT NULL AND (t.opens_at IS NULL OR t.opens_at <= ?)": by,
        "t.owner = ?": owner,
        "t.site_id = ?": site,
        "t.overdue_at <= ?": now if overdue else None,
    }
    given: dict[str, tuple[str, ...]] = {condition: (it,) for condition, it in asked.items() if it is not None}
    if journey_ids is not None:
        given[f"t.journey_id IN ({', '.join('?' * len(journey_ids)) or 'NULL'})"] = tuple(map(str, journey_ids))
    with models.database.reading() as session:
        found = models.rows_in(
            session,
            "schedule",
            "due",
            " AND ".join(given),
            *chain.from_iterable(given.values()),
            order="t.due_at, t.journey_id, t.key",
        )
        position = models.position_in(session, "schedule")
        stale = models.stale_in(session, "schedule")
    return {
        "at": now,
        "position": position,
        "rows": [_shown(row, now) for row in found],
        **_stale(stale, journey_ids),
    }


def _stale(stale: Stale, journey_ids: Collection[UUID] | None) -> Mapping[str, str]:
    """Since when the answer may miss something: of the journeys that were asked for, the first of them."""
    if journey_ids is None:
        return stale.any()
    since = (stale.of(str(it)) for it in journey_ids)
    return min((it for it in since if it), key=lambda it: it["stale_since"], default={})


def _shown(row: dict[str, Any], now: str) -> dict[str, Any]:
    shown = {name: row[name] for name in SHOWN}
    shown["overdue"] = row["overdue_at"] is not None and row["overdue_at"] <= now
    shown["proposed"] = KINDS[row["task"]].proposes
    if "stale_since" in row:
        shown["stale_since"] = row["stale_since"]
    return shown
