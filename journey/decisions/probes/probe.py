"""What is a probe: a command asked as it should be, of this journey at this moment?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from journey.clinic import Clinic
from journey.commands import Command
from journey.events.schedule import AppointmentKind
from journey.history import Log
from journey.recorded import Actor
from journey.state import Appointment, AppointmentStatus, Attempt, Journey, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """A journey with its log, the moment at which something is asked of it, and by whom."""

    journey: Journey
    log: Log
    at: datetime
    clinic: Clinic
    actor: Actor

    @property
    def today(self) -> date:
        """The site's own day."""
        return self.clinic.site.local(self.at).date()

    @property
    def open_sessions(self) -> Iterator[tuple[UUID, Session]]:
        """The sessions in which somebody is here."""
        return ((key, it) for key, it in self.journey.sessions.items() if it.is_open)

    @property
    def running(self) -> Iterator[tuple[UUID, Attempt]]:
        """The infusions that nobody has stopped, each with its session, whether or not the patient is still here."""
        return ((key, it.running) for key, it in self.journey.sessions.items() if it.running is not None)

    def next_booked(self, kind: AppointmentKind | None = None) -> Iterator[Appointment]:
        """The next appointment that is booked, of a kind if one is said; none where nothing is."""
        booked = (it for it in self.journey.appointments.values() if it.status is AppointmentStatus.BOOKED)
        first = min((it for it in booked if kind in {None, it.kind}), key=lambda it: it.start, default=None)
        yield from () if first is None else (first,)

    def new_id(self, name: str) -> UUID:
        """An id that nothing in the journey has."""
        return uuid5(self.journey.journey_id or UUID(int=0), f"{name} {self.journey.version}")


@dataclass(frozen=True, slots=True)
class Probe:
    """A command of one thing: what it is about, and the ways to ask it, the first of them that is allowed being enough.

    Where a person chooses (a weight, an answer, a time), a value stands that no rule speaks against.
    """

    asks: Iterable[Command]
    about: Mapping[str, Any]


Probes = Callable[[Now], Iterator[Probe]]
"""Of one type of command the probes at a moment; none where there is nothing that it could be about."""


def once(command: Command, **about: Any) -> Probe:
    """A probe with one way to ask it."""
    return Probe((command,), about)


def of(appointments: Iterable[Appointment]) -> dict[str, UUID | datetime]:
    """That a probe is about an appointment, and when that begins; nothing where there is none."""
    found: dict[str, UUID | datetime] = {}
    for it in appointments:
        found |= {"appointment_id": it.appointment_id, "start": it.start}
    return found
