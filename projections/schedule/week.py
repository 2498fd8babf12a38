"""What lies in a week: of each day its visits and what became of them, and how full it is?

A visit is of the day on which it begins by the site's own calendar. `visits` are those booked, arrived and missed;
the cancelled ones stand apart. `infusions` are visits of which the pump was started. The shares of chairs and nurses
are those of `use` and `load`, each beside its denominator.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from journey.site import Site
from journey.state import AppointmentStatus
from projections.database import ReadModels
from projections.plain import parsed
from projections.schedule.load import NURSE, loads
from projections.schedule.minutes import opening
from projections.schedule.stays import days, touching
from projections.schedule.use import used

DAYS = 7
SHOWN = (
    *("journey_id", "patient_id", "appointment_id", "session_id", "kind", "slot_no", "series_id"),
    *("chair", "nurse", "provider", "starts_at", "ends_at", "status", "stage"),
)


def monday(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def week(models: ReadModels, site: Site, on: date, now: datetime) -> dict[str, Any]:
    """The week of a day, from its Monday: its days, and its visits by time, less the cancelled ones."""
    first = monday(on)
    last = first + timedelta(days=DAYS - 1)
    found, fresh = touching(models, site, first, last)
    return {"from": first.isoformat(), "until": last.isoformat()} | fresh | told(found, site, first, now)


def told(rows: Iterable[Mapping[str, Any]], site: Site, first: date, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """The same of rows of the board."""
    found = [(row, _day(row, site)) for row in rows]
    last = first + timedelta(days=DAYS - 1)
    in_use = used((row for row, _ in found), site, first, last, now)["days"]
    nurses = [it for it in loads((row for row, _ in found), site, first, last, now)["days"] if it["role"] == NURSE]
    visits = [
        {"date": day.isoformat(), **{name: row[name] for name in SHOWN}}
        for row, day in found
        if first <= day <= last and row["status"] != AppointmentStatus.CANCELLED
    ]
    of_days = zip(days(first, last), in_use, nurses, strict=True)
    return {
        "days": [
            {
                "date": day.isoformat(),
                "open_min": opening(site, day).length,
                **_counted([row for row, on in found if on == day]),
                "chair_open_min": chairs["open_min"],
                "chair_booked_pct": chairs["booked_pct"],
                "chair_used_pct": chairs["used_pct"],
                "nurse_open_min": minded["open_min"],
                "nurse_booked_pct": minded["booked_pct"],
            }
            for day, chairs, minded in of_days
        ],
        "rows": visits,
    }


def _counted(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counts = {it.value: sum(row["status"] == it for row in rows) for it in AppointmentStatus}
    cancelled = counts.pop(AppointmentStatus.CANCELLED.value)
    infusions = sum(row["infusion_started_at"] is not None for row in rows)
    return {"visits": sum(counts.values()), **counts, "cancelled": cancelled, "infusions": infusions}


def _day(row: Mapping[str, Any], site: Site) -> date:
    return site.day(parsed(row["starts_at"] or row["checked_in_at"]))
