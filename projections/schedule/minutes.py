"""For how many minutes does one time lie within another, and how many lie side by side? Real minutes, whole ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

from journey.site import Site

MINUTE_S = 60


class Span(NamedTuple):
    """From one minute up to another, which is not in it; both counted from 1970, so that no clock moves them."""

    begin: int
    end: int

    @classmethod
    def of(cls, start: datetime, end: datetime) -> Span:
        """The minutes between two moments, each moment being the minute that it lies in."""
        begin = int(start.timestamp()) // MINUTE_S
        return cls(begin, max(begin, int(end.timestamp()) // MINUTE_S))

    @property
    def length(self) -> int:
        """How many minutes."""
        return self.end - self.begin

    def within(self, other: Span | None) -> int:
        """How many of its minutes lie in another."""
        return 0 if other is None else max(min(self.end, other.end) - max(self.begin, other.begin), 0)

    def cut(self, other: Span) -> Span:
        """What of it lies in another."""
        begin = min(max(self.begin, other.begin), other.end)
        return Span(begin, max(min(self.end, other.end), begin))


def whole_day(site: Site, day: date) -> Span:
    """A day of the site's own calendar, from midnight to midnight: 1,380 minutes when the clocks go forward."""
    return Span.of(site.begins(day), site.begins(day + timedelta(days=1)))


def opening(site: Site, day: date) -> Span:
    """The minutes in which the site is open on a day; none on a closure."""
    hours = site.opening(day)
    midnight = whole_day(site, day).begin
    return Span(midnight, midnight) if hours is None else Span.of(*hours)


def together(spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    """For how many minutes on end how many lie side by side."""
    changes = sorted((at, step) for span in spans if span.length for at, step in ((span.begin, 1), (span.end, -1)))
    counts = accumulate(step for _, step in changes)
    return (
        (after - before, count) for ((before, _), (after, _)), count in zip(pairwise(changes), counts, strict=False)
    )


def at_once_max(spans: Iterable[Span]) -> int:
    """How many lie side by side at most."""
    return max((count for minutes, count in together(spans) if minutes), default=0)


def over_min(spans: Iterable[Span], limit: int) -> int:
    """For how many minutes more than so many lie side by side."""
    return sum(minutes for minutes, count in together(spans) if count > limit)
