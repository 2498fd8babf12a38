"""How is a site set up: its hours, chairs, staff, time zone and closures?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from journey.values import ResourceId, SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When the site is open on a weekday, in its own time."""

    opens: time
    closes: time


@dataclass(frozen=True, kw_only=True)
class Site:
    """One version of a site's set-up. Weekdays count from Monday = 0; a missing weekday is closed.

    `nurses` gives how many patients each nurse minds at the same time.
    """

    site_id: SiteId = "main"
    zone: str = "America/Los_Angeles"
    hours: Mapping[int, Hours] = field(
        default_factory=lambda: {day: Hours(opens=time(8), closes=time(18)) for day in range(6)}
    )
    chairs: tuple[ResourceId, ...] = ("chair-1", "chair-2", "chair-3")
    nurses: Mapping[ResourceId, int] = field(default_factory=lambda: {"nurse-1": 1, "nurse-2": 1, "nurse-3": 1})
    providers: tuple[ResourceId, ...] = ("provider-1", "provider-2")
    closures: frozenset[date] = frozenset()

    @cached_property
    def tzinfo(self) -> ZoneInfo:
        """The site's IANA zone."""
        return ZoneInfo(self.zone)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the whole set-up."""
        return hashlib.sha256(repr(self.as_text()).encode()).hexdigest()

    def as_text(self) -> dict[str, object]:
        """The set-up in plain values, in a fixed order: what is stored by digest."""
        whole = asdict(self)
        whole["hours"] = {str(day): [str(hours.opens), str(hours.closes)] for day, hours in sorted(self.hours.items())}
        whole["nurses"] = dict(sorted(self.nurses.items()))
        whole["closures"] = sorted(str(day) for day in self.closures)
        return whole

    @classmethod
    def from_text(cls, text: Mapping[str, Any]) -> Site:
        """A set-up from plain values, as `as_text` gives them; what is left out keeps its default.

        Raises ValueError, naming the key, for an unknown key or a value that can't be used.
        """
        values: dict[str, Any] = {}
        for key, value in text.items():
            if key not in PARSED:
                message = f"a site has no {key}"
                raise ValueError(message)
            try:
                values[key] = PARSED[key](value)
            except (AttributeError, KeyError, TypeError, ValueError):
                message = f"the site's {key} can't be used as it is"
                raise ValueError(message) from None
        return cls(**values)

    def local(self, moment: datetime) -> datetime:
        """A moment in the site's own time."""
        return moment.astimezone(self.tzinfo)

    def day(self, moment: datetime) -> date:
        """The day of a moment in the site's own calendar."""
        return self.local(moment).date()

    def begins(self, day: date) -> datetime:
        """The midnight at which a day of the site's own calendar begins; the next one is 23, 24 or 25 hours later."""
        return datetime.combine(day, time(), self.tzinfo).astimezone(UTC)

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """From when until when the site is open on a day; None if it is not."""
        hours = self.hours.get(day.weekday())
        if hours is None or day in self.closures:
            return None
        opens, closes = (datetime.combine(day, it, self.tzinfo).astimezone(UTC) for it in (hours.opens, hours.closes))
        return (opens, closes) if opens < closes else None

    def shifted(self, moment: datetime, before: datetime, after: datetime) -> datetime:
        """A moment moved as far as another was, by the site's own clock: nine o'clock stays nine o'clock."""
        return (self.local(moment) + (self.local(after) - self.local(before))).astimezone(UTC)

    def is_open(self, start: datetime, end: datetime) -> bool:
        """Whether the site is open all the while, on one day of its own calendar."""
        first, last = self.local(start), self.local(end)
        hours = self.hours.get(first.weekday())
        return (
            hours is not None
            and first.date() == last.date()
            and first.date() not in self.closures
            and hours.opens <= first.time()
            and last.time() <= hours.closes
        )

    def capacity(self, resource: ResourceId) -> int:
        """How many seats a chair or person has; 0 if the site has no such one."""
        if resource in self.nurses:
            return self.nurses[resource]
        return 1 if resource in self.chairs or resource in self.providers else 0


def _hours(text: Mapping[str, Sequence[str]]) -> dict[int, Hours]:
    return {
        int(day): Hours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
        for day, (opens, closes) in text.items()
    }


def _zone(text: str) -> str:
    return ZoneInfo(text).key


PARSED: dict[str, Callable[[Any], Any]] = {
    "site_id": str,
    "zone": _zone,
    "hours": _hours,
    "chairs": tuple,
    "nurses": lambda text: {str(name): int(capacity) for name, capacity in text.items()},
    "providers": tuple,
    "closures": lambda text: frozenset(date.fromisoformat(day) for day in text),
}
"""How each part of a set-up is read from plain values."""
