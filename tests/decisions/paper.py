"""What would somebody say who keeps a journey on paper, and knows the rules from docs/clinic.md alone?

A model of the days of infusion, written beside the program and not from it: plain numbers, moments and flags, and for
each request the rules that speak against it. It shares no line with `decide`, `evolve` or `fold`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from journey.errors import Rule

HALF_AN_HOUR = timedelta(minutes=30)
SHORTEST_GAP = timedelta(hours=40)
PLANNED = 6
CLINIC = ZoneInfo("America/Los_Angeles")


@dataclass
class Page:
    """One visit: when the patient came and left, what was read last, whether the pump may run, runs, has run."""

    came_at: datetime
    left: bool = False
    read: tuple[int, int, datetime] | None = None
    cleared_at: datetime | None = None
    running_since: datetime | None = None
    starts: int = 0


@dataclass
class Paper:
    """A journey with a plan of six infusions of 35 mg, as its chart would say."""

    signed: bool = True
    eligible: bool = True
    paused: bool = False
    closed: bool = False
    dead: bool = False
    booked: dict[int, datetime] = field(default_factory=dict)
    visits: dict[int, Page] = field(default_factory=dict)
    given: list[datetime] = field(default_factory=list)
    starts: int = 0
    worries: list[int] = field(default_factory=list)
    """Open answers about suicide, 1 to 3."""

    @property
    def here(self) -> set[int]:
        """The visits whose patient has not left."""
        return {number for number, visit in self.visits.items() if not visit.left}

    @property
    def pumps(self) -> set[int]:
        """The visits whose pump runs."""
        return {number for number, visit in self.visits.items() if visit.running_since}

    def treating(self) -> Iterator[Rule]:
        """What speaks against any treatment today."""
        if self.closed:
            yield Rule.JOURNEY_CLOSED
        if self.dead:
            yield Rule.PATIENT_DECEASED
        if self.paused:
            yield Rule.JOURNEY_PAUSED

    def infusing(self, number: int) -> Iterator[Rule]:
        """What speaks against preparing an infusion, and against giving it."""
        yield from self.treating()
        visit = self.visits[number]
        if visit.left:
            yield Rule.SESSION_NOT_OPEN
        if self.here - {number}:
            yield Rule.OTHER_SESSION_OPEN
        if not self.signed:
            yield Rule.NO_CONSENT
        if not self.eligible:
            yield Rule.NOT_ELIGIBLE
        if visit.read and (visit.read[0] > 180 or visit.read[1] > 110):
            yield Rule.PRESSURE_TOO_HIGH

    def clearing(self, number: int, now: datetime, *, aside: bool, prescriber: bool) -> Iterator[Rule]:
        """What speaks against clearing a visit; `aside`: the pressure and an old weight are to be set aside."""
        if number not in self.visits:
            yield Rule.UNKNOWN_SESSION
            return
        yield from self.infusing(number)
        visit = self.visits[number]
        if visit.running_since and not visit.left:
            yield Rule.SESSION_NOT_OPEN
        if aside and not prescriber:
            yield Rule.OVERRIDE_NEEDS_PRESCRIBER
        if visit.read is None or now - visit.read[2] > HALF_AN_HOUR:
            yield Rule.VITALS_TOO_OLD
        if not aside and (visit.read is None or visit.read[0] > 140 or visit.read[1] > 90):
            yield Rule.PRESSURE_ON_HOLD
        if not aside and _day(visit.came_at) != _day(now):
            yield Rule.WEIGHT_JUMP
        if len(self.given) >= PLANNED:
            yield Rule.PLAN_USED_UP
        if self.given and now - max(self.given) < SHORTEST_GAP:
            yield Rule.GAP_TOO_SHORT
        if 3 in self.worries:
            yield Rule.SUICIDE_RISK_OPEN

    def starting(self, number: int, now: datetime, dose_mg: int) -> Iterator[Rule]:
        """What speaks against starting the pump."""
        if number not in self.visits:
            yield Rule.UNKNOWN_SESSION
            return
        yield from self.infusing(number)
        cleared_at = self.visits[number].cleared_at
        if self.pumps:
            yield Rule.INFUSION_RUNNING
        if cleared_at is None or now - cleared_at > HALF_AN_HOUR:
            yield Rule.NOT_CLEARED
        if not 34 <= dose_mg <= 36:
            yield Rule.DOSE_DIFFERS

    def closing(self, now: datetime) -> Iterator[Rule]:
        """What speaks against ending the journey."""
        if self.closed:
            yield Rule.JOURNEY_CLOSED
        if self.here:
            yield Rule.SESSION_OPEN
        if any(start + timedelta(hours=3) > now for start in self.booked.values()):
            yield Rule.APPOINTMENT_OPEN

    def start(self, number: int, now: datetime) -> None:
        """The pump was started: cleared for this once."""
        visit = self.visits[number]
        visit.cleared_at, visit.running_since = None, now
        visit.starts += 1
        self.starts += 1

    def stop(self, number: int, *, counts: bool) -> None:
        """The pump was stopped; it counts, if it ran to its end or for three quarters of it."""
        visit = self.visits[number]
        if visit.running_since and counts:
            self.given.append(visit.running_since)
        visit.running_since = None

    def answered(self, value: int) -> bool:
        """Somebody answered the question about suicide; whether that is a new worry."""
        new = value > 0 and all(value > open_ for open_ in self.worries)
        if new:
            self.worries.append(value)
        return new


def _day(moment: datetime) -> object:
    return moment.astimezone(CLINIC).date()
