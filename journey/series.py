"""Which is the earliest complete series, or what prevents any?

A search, not a walk: the nearest hour of one infusion may leave none for the next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from journey.line import Line
from journey.seats import Seats
from journey.site import Site
from journey.values import ResourceId

STEP = timedelta(minutes=15)
"""Visits begin on the quarter hours after the site opens."""

UNBOUNDED_D = 100_000


class Constraint(StrEnum):
    """What can stand in the way of a series; of those that can be lifted, the later ones are blamed first."""

    PLAN = "plan"
    SLOTS = "slots"
    UNTIL = "until"
    MIN_GAP = "min_gap"
    MAX_GAP = "max_gap"
    WINDOW = "window"
    CLOSURES = "closures"
    OWN_APPOINTMENTS = "own_appointments"
    PROVIDERS = "providers"
    NURSES = "nurses"
    CHAIRS = "chairs"


NEVER_LIFTED = frozenset({Constraint.PLAN, Constraint.SLOTS, Constraint.UNTIL})
"""No plan is in force, it has no slot left, or the days that are searched are too few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A series that is sought: which slots of the plan, how long each visit, from when until which day, with whom.

    `kept` are the starts of the plan's other infusions, `apart` of every other infusion of the patient, `own` the
    patient's other appointments. Without `providers` none is needed.
    """

    slot_nos: tuple[int, ...]
    length: timedelta
    earliest: datetime
    until: date
    min_gap: timedelta
    max_gap_d: int
    window_d: int
    chairs: tuple[ResourceId, ...]
    nurses: tuple[ResourceId, ...]
    providers: tuple[ResourceId, ...] = ()
    kept: tuple[datetime, ...] = ()
    apart: tuple[datetime, ...] = ()
    own: tuple[tuple[datetime, datetime], ...] = ()


class Place(NamedTuple):
    """Where one infusion of a series could be."""

    slot_no: int
    start: datetime
    end: datetime
    chair: ResourceId
    nurse: ResourceId
    provider: ResourceId | None


class Prevented(NamedTuple):
    """No series: what prevents it, together, and the first slot that can't be had beside those before it."""

    constraints: tuple[Constraint, ...]
    slot_no: int


def earliest(wanted: Wanted, site: Site, seats: Seats) -> list[Place] | Prevented:
    """The series whose first infusion is as early as can be, then its second, and so on; or what prevents it.

    `seats` says what is taken between `wanted.earliest` and the end of `wanted.until`.
    """
    search = _Search(wanted, site, seats)
    starts = search.series()
    if starts is None:
        return Prevented(search.preventing(), search.missing())
    return [search.place(number, start) for number, start in zip(wanted.slot_nos, starts, strict=True)]


@dataclass
class _Search:
    """What is wanted of a site, and where its seats are free: looked at once, however often it is searched."""

    wanted: Wanted
    site: Site
    seats: Seats

    def __post_init__(self) -> None:
        """Look."""
        wanted, shut = self.wanted, self.site.closures
        self.open = list(_open(wanted, replace(self.site, closures=frozenset())))
        self.shut = {it for it in self.open if self.site.day(it) in shut}
        self.free = {
            Constraint.CHAIRS: self._any_of(wanted.chairs),
            Constraint.NURSES: self._any_of(wanted.nurses),
            Constraint.PROVIDERS: self._any_of(wanted.providers) if wanted.providers else self._all,
        }

    def series(self, lifted: Collection[Constraint] = (), count: int | None = None) -> list[datetime] | None:
        """The starts of the earliest series, with some constraints lifted; None if there is none."""
        without: dict[Constraint, dict[str, Any]] = {
            Constraint.MIN_GAP: {"min_gap": timedelta()},
            Constraint.MAX_GAP: {"max_gap_d": UNBOUNDED_D},
            Constraint.WINDOW: {"window_d": UNBOUNDED_D},
            Constraint.OWN_APPOINTMENTS: {"own": ()},
        }
        wanted = replace(self.wanted, **{name: it for key in lifted for name, it in without.get(key, {}).items()})
        day = self.site.day
        starts = [it for it in self._free(lifted) if _fits(it, wanted, self.site)]
        line = Line(
            starts=starts,
            days=[day(it).toordinal() for it in starts],
            kept=[(it, day(it).toordinal()) for it in sorted(wanted.kept)],
            min_gap=max(wanted.min_gap, wanted.length),
            max_gap_d=wanted.max_gap_d,
            window_d=wanted.window_d,
        )
        return line.earliest(count or len(wanted.slot_nos))

    def preventing(self) -> tuple[Constraint, ...]:
        """With all constraints lifted, each is put back unless that leaves no series: what stays lifted prevents it."""
        every = tuple(it for it in Constraint if it not in NEVER_LIFTED)
        lifted = frozenset(every)
        if self.series(lifted) is None:
            return (Constraint.UNTIL,)
        for constraint in every:
            if self.series(lifted - {constraint}) is not None:
                lifted -= {constraint}
        return tuple(it for it in every if it in lifted)

    def missing(self) -> int:
        """The first slot that can't be had beside those before it."""
        numbers = self.wanted.slot_nos
        had = (count for count in range(len(numbers) - 1, 0, -1) if self.series(count=count) is not None)
        return numbers[next(had, 0)]

    def place(self, slot_no: int, start: datetime) -> Place:
        """The first chair, nurse and provider, in the site's order, who are free."""
        wanted, bit = self.wanted, self.seats.bit(start)

        def first(names: Collection[ResourceId]) -> ResourceId:
            return next(it for it in names if self._any_of((it,)) >> bit & 1)

        provider = first(wanted.providers) if wanted.providers else None
        return Place(slot_no, start, start + wanted.length, first(wanted.chairs), first(wanted.nurses), provider)

    @property
    def _all(self) -> int:
        return (1 << len(self.seats.span)) - 1

    def _any_of(self, names: Collection[ResourceId]) -> int:
        """Where a seat of one of these is free for a whole visit, as bits."""
        free = 0
        for name in names:
            free |= self.seats.free(name, self.site.capacity(name), self.wanted.length)
        return free

    def _free(self, lifted: Collection[Constraint]) -> Iterator[datetime]:
        """The starts at which the site is open all the while, and a seat of each kind is free."""
        free = self._all
        for kind, bits in self.free.items():
            free &= self._all if kind in lifted else bits
        for start in self.open:
            if free >> self.seats.bit(start) & 1 and (Constraint.CLOSURES in lifted or start not in self.shut):
                yield start


def _open(wanted: Wanted, site: Site) -> Iterator[datetime]:
    """The starts, from the earliest to the last, of visits within the site's hours."""
    day = site.day(wanted.earliest)
    while day <= wanted.until:
        hours = site.hours.get(day.weekday())
        start = datetime.combine(day, hours.opens if hours else time.max, tzinfo=site.tzinfo).astimezone(UTC)
        while site.is_open(start, start + wanted.length):
            if start >= wanted.earliest:
                yield start
            start += STEP
        day += timedelta(days=1)


def _fits(start: datetime, wanted: Wanted, site: Site) -> bool:
    """Whether it is far enough from every other infusion, near enough to the plan's, and the patient free."""
    end = start + wanted.length
    return (
        all(abs(start - other) >= wanted.min_gap for other in wanted.apart)
        and all(abs((site.day(other) - site.day(start)).days) <= wanted.window_d for other in wanted.kept)
        and not any(begins < end and start < ends for begins, ends in wanted.own)
    )
