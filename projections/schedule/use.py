"""How much of the time in which a chair is open is it booked, and how much is it used?

The denominator is `open_min`: the real minutes in which the site is open on that day, by the set-up in force; 0 on a
closure, so that closed days are in no rate. Minutes are counted in the day they lie in. What is booked or used while
the site is closed, or in a chair that it does not have, stands apart (`booked_outside_min`, `used_outside_min`) and is
in no rate. So no rate is over 100 % unless visits lie side by side in one chair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from journey.site import Site
from projections.database import ReadModels
from projections.schedule.minutes import Span, opening, whole_day
from projections.schedule.stays import Stay, days, share, stay, touching

COUNTED = ("open_min", "booked_min", "used_min", "missed_min", "booked_outside_min", "used_outside_min")
"""What adds up: over the chairs of a day, and over days."""


def chairs(models: ReadModels, site: Site, first: date, last: date, now: datetime) -> dict[str, Any]:
    """The use of each chair on each day, of all chairs on each day, and of all in all days."""
    found, fresh = touching(models, site, first, last)
    return {"from": first.isoformat(), "until": last.isoformat()} | fresh | used(found, site, first, last, now)


def used(
    rows: Iterable[Mapping[str, Any]], site: Site, first: date, last: date, now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """The same of rows of the board."""
    stays = [it for it in (stay(row, now) for row in rows) if it.chair is not None]
    by_chair = [row for day in days(first, last) for row in _of_day(stays, site, day)]
    by_day = [
        {"date": day.isoformat(), **summed(it for it in by_chair if it["date"] == day.isoformat())}
        for day in days(first, last)
    ]
    return {"total": [summed(by_chair)], "days": by_day, "rows": by_chair}


def _of_day(stays: Sequence[Stay], site: Site, day: date) -> Iterable[dict[str, Any]]:
    """A row for each chair of the site, and for each other in which somebody sits or is to sit on that day."""
    whole, open_ = whole_day(site, day), opening(site, day)
    touched = [it for it in stays if it.touches(whole)]
    others = {str(it.chair) for it in touched} - {*site.chairs}
    for chair in (*site.chairs, *sorted(others)):
        own = [it for it in touched if it.chair == chair]
        its_open = open_ if chair in site.chairs else Span(open_.begin, open_.begin)
        yield {"date": day.isoformat(), "chair": chair} | with_shares(_counted(own, whole, its_open))


def _counted(stays: Sequence[Stay], whole: Span, open_: Span) -> dict[str, int]:
    held, here, missed = (
        [span for it in stays if (span := getattr(it, name)) is not None] for name in ("held", "here", "missed")
    )
    booked_min, used_min = (sum(it.within(open_) for it in spans) for spans in (held, here))
    return {
        "open_min": open_.length,
        "booked_min": booked_min,
        "used_min": used_min,
        "missed_min": sum(it.within(open_) for it in missed),
        "booked_outside_min": sum(it.within(whole) for it in held) - booked_min,
        "used_outside_min": sum(it.within(whole) for it in here) - used_min,
    }


def summed(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Several rows as one: minutes added, shares of the added minutes."""
    found = list(rows)
    return with_shares({name: sum(row[name] for row in found) for name in COUNTED})


def with_shares(counted: Mapping[str, int]) -> dict[str, Any]:
    """Minutes, and what is booked and used of those that are open."""
    return {
        **counted,
        "booked_pct": share(counted["booked_min"], counted["open_min"]),
        "used_pct": share(counted["used_min"], counted["open_min"]),
    }
