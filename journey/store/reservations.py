"""What must be unique across journeys: a chair's and a person's five minutes, and a patient's one open journey?

Rows that follow from the journeys' appointments, written and freed with the events; they can be made anew from them.
"""

from __future__ import annotations

import sys
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from journey.errors import Refused, Rule
from journey.state import Appointment, AppointmentStatus, Journey
from journey.store.statements import Database, Statement
from journey.values import ResourceId, SiteId

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS reservations (site_id TEXT NOT NULL, resource TEXT NOT NULL, seat BIGINT NOT NULL, "
        "slot BIGINT NOT NULL, appointment_id TEXT NOT NULL, PRIMARY KEY (site_id, resource, seat, slot))"
    ),
    "CREATE INDEX IF NOT EXISTS reservations_by_appointment ON reservations (appointment_id)",
    (
        "CREATE TABLE IF NOT EXISTS open_journeys (site_id TEXT NOT NULL, patient_id TEXT NOT NULL, "
        "journey_id TEXT NOT NULL, PRIMARY KEY (site_id, patient_id))"
    ),
)

SLOT_S = 300
HOLDING = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED})

FREE = "DELETE FROM reservations WHERE appointment_id = ?"
END = "DELETE FROM open_journeys WHERE site_id = ? AND patient_id = ?"
OPEN = "INSERT INTO open_journeys (site_id, patient_id, journey_id) VALUES (?, ?, ?)"
COLUMNS = "site_id, resource, seat, slot, appointment_id"

Seat = tuple[str, int, int]
"""A resource, its seat, and a slot: five minutes, counted from 1970."""


def holding(journey: Journey) -> dict[UUID, Appointment]:
    """The appointments that hold their chairs and staff."""
    return {key: it for key, it in journey.appointments.items() if it.status in HOLDING and it.resources}


def patient(journey: Journey) -> UUID | None:
    """Whose open journey it is; None if it is not open."""
    return journey.referred.patient_id if journey.referred is not None and journey.closed is None else None


def slots(start: datetime, end: datetime) -> range:
    """The slots that a time touches."""
    return range(int(start.timestamp()) // SLOT_S, -(-int(end.timestamp()) // SLOT_S))


@dataclass(slots=True)
class Reservations:
    """Takes and frees seats and patients for a batch of commands; what the batch has changed counts as done."""

    database: Database
    site_id: SiteId
    capacity: Callable[[ResourceId], int]
    _held: dict[UUID, list[Seat]] = field(default_factory=dict)
    _seated: dict[Seat, UUID] = field(default_factory=dict)
    _freed: set[str] = field(default_factory=set)
    _open: dict[UUID, bool] = field(default_factory=dict)

    def has_open_journey(self, patient_id: UUID) -> bool:
        """Whether a patient has an open journey at the site."""
        if patient_id not in self._open:
            sql = "SELECT 1 FROM open_journeys WHERE site_id = ? AND patient_id = ?"
            self._open[patient_id] = bool(self.database.read(sql, self.site_id, str(patient_id)))
        return self._open[patient_id]

    def change(self, before: Journey, after: Journey) -> list[Statement]:
        """The statements that follow from a journey's change. Raises Refused, and then nothing is taken or freed."""
        had, has = holding(before), holding(after)
        gone = sorted(key for key, it in had.items() if not _same(it, has.get(key)))
        new = {key: it for key, it in has.items() if not _same(it, had.get(key))}
        seats = self._found(new, set(gone))
        return [*self._opened(before, after), *self._free(gone), *self._seat(seats)]

    def _found(self, new: Mapping[UUID, Appointment], gone: set[UUID]) -> dict[Seat, UUID]:
        """A free seat for each appointment at each of its resources."""
        found: dict[Seat, UUID] = {}
        for key, appointment in new.items():
            span = slots(appointment.start, appointment.end)
            taken = self._taken(appointment, span, gone)
            held = ChainMap(found, self._seated)
            for resource in appointment.resources:
                seat = self._free_seat(resource, span, taken[resource], held, gone)
                found |= {(resource, seat, slot): key for slot in span}
        return found

    def _free_seat(
        self, resource: str, span: range, taken: Collection[int], held: Mapping[Seat, UUID], gone: Collection[UUID]
    ) -> int:
        for seat in range(1, self.capacity(resource) + 1):
            here = {held.get((resource, seat, slot)) for slot in span} - {None, *gone}
            if seat not in taken and not here:
                return seat
        raise Refused(Rule.RESOURCE_TAKEN)

    def _taken(self, appointment: Appointment, span: range, gone: set[UUID]) -> Mapping[str, set[int]]:
        """Of each resource the seats that are stored as taken at some time of a span."""
        taken: dict[str, set[int]] = defaultdict(set)
        marks = ", ".join("?" * len(appointment.resources))
        sql = (
            "SELECT DISTINCT resource, seat, appointment_id FROM reservations "  # noqa: S608 - marks only
            f"WHERE site_id = ? AND resource IN ({marks}) AND slot BETWEEN ? AND ?"
        )
        values = (self.site_id, *appointment.resources, span.start, span.stop - 1)
        mine = self._freed | {str(key) for key in gone}
        for resource, seat, holder in self.database.read(sql, *values):
            if holder not in mine:
                taken[resource].add(seat)
        return taken

    def _free(self, gone: Iterable[UUID]) -> Iterable[Statement]:
        for key in gone:
            self._freed.add(str(key))
            for seat in self._held.pop(key, ()):
                del self._seated[seat]
            yield Statement(FREE, (str(key),))

    def _seat(self, seats: Mapping[Seat, UUID]) -> Iterable[Statement]:
        """One statement, its rows in order: who takes several waits for nobody who waits for him."""
        if not seats:
            return
        self._seated |= seats
        for seat, key in seats.items():
            self._held.setdefault(key, []).append(seat)
        marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(seats))
        rows = [(self.site_id, *seat, str(key)) for seat, key in sorted(seats.items())]
        yield Statement(
            f"INSERT INTO reservations ({COLUMNS}) VALUES {marks}",  # noqa: S608 - only marks
            tuple(value for row in rows for value in row),
        )

    def _opened(self, before: Journey, after: Journey) -> Iterable[Statement]:
        """A journey is its patient's open one from its referral to its end, as corrected since."""
        had, has = patient(before), patient(after)
        if had == has:
            return
        if has is not None and self.has_open_journey(has):
            raise Refused(Rule.JOURNEY_OPEN_ELSEWHERE)
        if had is not None:
            self._open[had] = False
            yield Statement(END, (self.site_id, str(had)))
        if has is not None:
            self._open[has] = True
            yield Statement(OPEN, (self.site_id, str(has), str(after.journey_id)))


def rebuilt(site_id: SiteId, journeys: Iterable[Journey]) -> list[Statement]:
    """The statements that make the rows anew from all journeys of a site; what was once booked keeps a seat."""
    fresh = Reservations(_Nothing(), site_id, lambda _: sys.maxsize - 1)
    cleared = [
        Statement(f"DELETE FROM {table} WHERE site_id = ?", (site_id,))  # noqa: S608 - names of ours
        for table in ("reservations", "open_journeys")
    ]
    return cleared + [it for journey in journeys for it in fresh.change(Journey(), journey)]


class _Nothing:
    """A database in which nobody holds anything."""

    postgres = False

    def read(self, _: str, *__: object) -> list[tuple[object, ...]]:
        """No rows."""
        return []

    def write(self, _: object) -> None:
        """Not written to."""


def _same(held: Appointment, other: Appointment | None) -> bool:
    return other is not None and (held.resources, held.start, held.end) == (other.resources, other.start, other.end)
