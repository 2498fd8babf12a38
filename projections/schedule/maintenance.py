"""Whose infusion of maintenance is due, when, and is it booked?

`n` is the number of journeys with one due: those in maintenance that neither rest, nor were switched, nor ended, and
whose maintenance goes on. Each is in one state: `booked` if an infusion lies ahead, `overdue` if none does and its day
has passed, `ahead` otherwise. The day is the site's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from journey.site import Site
from projections.database import ReadModels
from projections.plain import parsed
from projections.schedule.agenda import APPOINTMENT
from projections.schedule.kinds import MAINTENANCE

BOOKED, OVERDUE, AHEAD = STATES = ("booked", "overdue", "ahead")


def maintenance(models: ReadModels, site: Site, today: date, until: date | None = None) -> dict[str, Any]:
    """Every infusion of maintenance that is due, the oldest first, and how many in each state; up to a day or all."""
    with models.database.reading() as session:
        found = models.rows_in(session, "schedule", "due", "t.kind IN (?, ?)", MAINTENANCE, APPOINTMENT)
        position = models.position_in(session, "schedule")
        stale = models.stale_in(session, "schedule").any()
    rows = [row for row in due(found, site, today) if until is None or row["due_on"] <= until.isoformat()]
    counts = {state: sum(row["state"] == state for row in rows) for state in STATES}
    return {"date": today.isoformat(), "position": position, "n": len(rows), **counts, "rows": rows} | stale


def due(rows: Iterable[Mapping[str, Any]], site: Site, today: date) -> list[dict[str, Any]]:
    """The same of rows of what is due: of maintenance, and of the appointments that lie ahead."""
    found = list(rows)
    starts = {row["appointment_id"]: row["due_at"] for row in found if row["kind"] == APPOINTMENT}
    told = [_told(row, starts, site, today) for row in found if row["kind"] == MAINTENANCE]
    return sorted(told, key=lambda row: (row["due_on"], row["journey_id"]))


def _told(row: Mapping[str, Any], starts: Mapping[str, str], site: Site, today: date) -> dict[str, Any]:
    day, appointment_id = site.day(parsed(row["due_at"])), row["appointment_id"]
    late_d = (today - day).days
    return {
        "journey_id": row["journey_id"],
        "due_on": day.isoformat(),
        "state": BOOKED if appointment_id is not None else OVERDUE if late_d > 0 else AHEAD,
        "late_d": max(late_d, 0),
        "rule": row["reason"],
        "appointment_id": appointment_id,
        "starts_at": starts.get(appointment_id),
    }
