"""Which visits touch some days, and in which minutes is each expected, here, infused, or missed?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from journey.site import Site
from journey.state import ENDED, AppointmentStatus
from projections.database import ReadModels
from projections.plain import moment, parsed
from projections.schedule.minutes import Span

LONGEST = timedelta(days=1)
"""No visit is booked for longer. One that nobody has ended in the record counts for no longer, either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A visit in time.

    `held` is what it holds of its chair and people: the time that was booked, and of whoever has left before its end
    the time until then; nothing once it is cancelled or missed. `here` is from check-in to the session's end, or until
    now. `infused` is from the last start of the pump to its end, or until now. `missed` is what nobody came for.
    """

    chair: str | None
    nurse: str | None
    provider: str | None
    held: Span | None = None
    here: Span | None = None
    infused: Span | None = None
    missed: Span | None = None

    @property
    def present(self) -> Span | None:
        """When somebody is minded: while here, and before that as booked."""
        return self.here or self.held

    def touches(self, day: Span) -> bool:
        """Whether any of it lies in a day."""
        return any(span is not None and span.within(day) for span in (self.held, self.here, self.missed))


def stay(row: Mapping[str, Any], now: datetime) -> Stay:
    """The stay of a row of the board; of a moment that lies ahead of `now` nothing has happened."""
    ended = row["ended_at"] if row["stage"] in ENDED else None
    booked = _booked(row)
    kept = row["status"] in {AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED}
    return Stay(
        chair=row["chair"],
        nurse=row["nurse"],
        provider=row["provider"],
        held=_until(booked, ended) if kept else None,
        here=_going_on(row["checked_in_at"], ended, now),
        infused=_going_on(row["infusion_started_at"], row["infusion_ended_at"], now),
        missed=booked if row["status"] == AppointmentStatus.MISSED else None,
    )


def _booked(row: Mapping[str, Any]) -> Span | None:
    return None if row["starts_at"] is None else Span.of(parsed(row["starts_at"]), parsed(row["ends_at"]))


def _until(booked: Span | None, ended: str | None) -> Span | None:
    """What was booked, up to when the patient left; nothing if that was before it began."""
    if booked is None or ended is None:
        return booked
    left = Span.of(parsed(ended), parsed(ended)).end
    return Span(booked.begin, max(min(booked.end, left), booked.begin))


def _going_on(since: str | None, until: str | None, now: datetime) -> Span | None:
    if since is None:
        return None
    start = parsed(since)
    return Span.of(start, min(now, start + LONGEST) if until is None else parsed(until))


def touching(models: ReadModels, site: Site, first: date, last: date) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of all visits that touch these days, the cancelled ones too, in order of time; how fresh they are."""
    begins, ends = site.begins(first), site.begins(last + timedelta(days=1))
    earliest, latest = moment(begins - LONGEST), moment(ends)
    where = "((t.starts_at >= ? AND t.starts_at < ?) OR (t.checked_in_at >= ? AND t.checked_in_at < ?))"
    with models.database.reading() as session:
        rows = models.rows_in(session, "schedule", "board", where, earliest, latest, earliest, latest)
        position = models.position_in(session, "schedule")
        stale = models.stale_in(session, "schedule").any()
    rows.sort(key=lambda row: (row["starts_at"] or row["checked_in_at"], row["chair"] or "~", row["journey_id"]))
    return rows, {"position": position, **stale}


def days(first: date, last: date) -> Iterable[date]:
    """Every day from the first to the last."""
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def share(part: int, whole: int) -> float | None:
    """A part in percent of a whole, with one decimal; None of nothing."""
    return round(100 * part / whole, 1) if whole else None
