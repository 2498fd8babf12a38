"""Which chair is free, with its nurse? The synthetic front desk's own calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from journey.site import Site

VISIT_MIN = 150
DAY_MIN = 24 * 60

BUSY_VISITS = 2
"""So many visits a chair has on the busiest day before others go to the days beside it."""

INTO_THE_VISIT_MIN = (50, 35, 20, 90, 5)
"""How far each chair's visit has come at the clinic's busiest minute: three infuse, one recovers, one is measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """A time in a chair, with a nurse."""

    start: datetime
    end: datetime
    chair: str
    nurse: str


@dataclass
class Calendar:
    """Visits by day. They begin so that at the busiest minute of the day every chair is at another stage."""

    site: Site
    busiest: datetime
    _held: dict[date, set[Placing]] = field(default_factory=dict)

    def place(self, days: Iterable[date], after: datetime) -> Placing | None:
        """Hold a chair on the first of these days that has one, as near to the busiest minute as there is."""
        for day in days:
            free = [placing for placing in self._free(day) if placing.start > after]
            if free:
                best = min(free, key=lambda placing: (self._from_busiest(placing), placing.chair))
                self._held.setdefault(day, set()).add(best)
                return best
        return None

    def release(self, placing: Placing) -> None:
        """Give a chair back."""
        self._held.get(self.site.local(placing.start).date(), set()).discard(placing)

    def best_first(self, days: Iterable[date]) -> list[date]:
        """Days in their order, but before them the busiest one until it is busy, and one on which the clocks change."""
        return sorted(days, key=lambda day: (not self._is_to_be_busy(day), not self._clocks_change(day)))

    def _is_to_be_busy(self, day: date) -> bool:
        """Whether it is the busiest day, and has room for more: the days beside it have their share, too."""
        return day == self.busiest_day and len(self._held.get(day, ())) < BUSY_VISITS * len(self.site.chairs)

    def _clocks_change(self, day: date) -> bool:
        """Whether it is such a day, and not yet a full one."""
        noon, before = (datetime.combine(it, time(12), tzinfo=self.site.tzinfo) for it in (day, day - timedelta(1)))
        return noon.utcoffset() != before.utcoffset() and len(self._held.get(day, ())) < len(self.site.chairs)

    @property
    def busiest_day(self) -> date:
        """The day on which the board is looked at."""
        return self.site.local(self.busiest).date()

    def moment(self, day: date, minute: int) -> datetime:
        """A minute of a day of the site."""
        at = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=self.site.tzinfo)
        return at.astimezone(UTC)

    def _free(self, day: date) -> Iterator[Placing]:
        held = self._held.get(day, set())
        yield from (placing for placing in self._places(day) if placing not in held)

    def _places(self, day: date) -> Iterator[Placing]:
        """Every visit that a day has room for."""
        resources = zip(self.site.chairs, self.site.nurses, INTO_THE_VISIT_MIN, strict=True)
        for chair, nurse, into in resources:
            first = (self._busiest_min - into) % VISIT_MIN
            for minute in range(first, DAY_MIN - VISIT_MIN, VISIT_MIN):
                start = self.moment(day, minute)
                end = start + timedelta(minutes=VISIT_MIN)
                if self.site.is_open(start, end):
                    yield Placing(start=start, end=end, chair=chair, nurse=nurse)

    @property
    def _busiest_min(self) -> int:
        local = self.site.local(self.busiest)
        return (local.hour * 60 + local.minute) // 5 * 5

    def _from_busiest(self, placing: Placing) -> int:
        local = self.site.local(placing.start)
        middle = local.hour * 60 + local.minute + VISIT_MIN // 2
        return abs(middle - self._busiest_min)
