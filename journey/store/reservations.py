"""What must be unique across journeys: a chair's and a person's five minutes, and a patient's one open journey?

Rows that follow from the journeys' appointments, written and freed with the events; they can be made anew from them.
"""

from __future__ import annotations

import sys
from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from uuid import UUID

from journey.errors import Refused, Rule
from journey.seats import Seats, slots
from journey.site import Site
from journey.state import Appointment, AppointmentStatus, Journey
from journey.store.statements import Database, Statement
from journey.values import ResourceId, SiteId

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS reservations (site_id TEXT NOT NULL, resource TEXT NOT NULL, seat BIGINT NOT NULL, "
        "slot BIGINT NOT NULL, journey_id TEXT NOT NULL, appointment_id TEXT NOT NULL, "
        "PRIMARY KEY (site_id, resource, seat, slot))"
    ),
    "CREATE INDEX IF NOT EXISTS reservations_by_holder ON reservations (journey_id, appointment_id)",
    (
        "CREATE TABLE IF NOT EXISTS open_journeys (site_id TEXT NOT NULL, patient_id TEXT NOT NULL, "
        "journey_id TEXT NOT NULL, PRIMARY KEY (site_id, patient_id))"
    ),
)

FREE = "DELETE FROM reservations WHERE journey_id = ? AND appointment_id = ?"
END = "DELETE FROM open_journeys WHERE site_id = ? AND patient_id = ?"
OPEN = "INSERT INTO open_journeys (site_id, patient_id, journey_id) VALUES (?, ?, ?)"
SEAT = (
    "WITH RECURSIVE slots (slot) AS (SELECT CAST(? AS BIGINT) UNION ALL SELECT slot + 1 FROM slots WHERE slot < ?), "
    "places (resource, seat) AS (VALUES {places}) "
    "INSERT INTO reservations (site_id, resource, seat, slot, journey_id, appointment_id) "
    "SELECT ?, resource, seat, slot, ?, ? FROM places, slots ORDER BY resource, seat, slot"
)

HELD = (
    "WITH places (resource, seat) AS (VALUES {places}) SELECT resource, seat, "
    "(SELECT {joined}(CAST(slot AS TEXT), ',') FROM reservations AS held WHERE held.site_id = ? "
    "AND held.resource = places.resource AND held.seat = places.seat AND held.slot BETWEEN ? AND ?) FROM places"
)
JOINED = {True: "string_agg", False: "group_concat"}
"""What PostgreSQL calls it, and SQLite: one row a seat is read in a fifth of the time of one a slot."""

Seat = tuple[str, int, int]
"""A resource, its seat, and a slot."""

Holder = tuple[UUID, UUID]
"""A journey and its appointment: two journeys may call theirs alike."""


def holding(journey: Journey) -> dict[Holder, Appointment]:
    """The appointments that hold their chairs and staff: those that are booked, and those whose patient is here.

    For a consult, a review or a call nobody checks in: what was booked for it stays held.
    """
    if journey.journey_id is None:
        return {}
    here = {it.checked_in.appointment_id for it in journey.sessions.values() if it.is_open}
    return {
        (journey.journey_id, key): it
        for key, it in journey.appointments.items()
        if it.resources
        and (
            it.status is AppointmentStatus.BOOKED
            or (it.status is AppointmentStatus.ARRIVED and (it.session_id is None or key in here))
        )
    }


def patient(journey: Journey) -> UUID | None:
    """Whose open journey it is; None if it is not open."""
    return journey.referred.patient_id if journey.referred is not None and journey.closed is None else None


@dataclass(slots=True)
class Reservations:
    """Takes and frees seats and patients for a batch of commands; what the batch has changed counts as done."""

    database: Database
    site_id: SiteId
    capacity: Callable[[ResourceId], int]
    _held: dict[Holder, list[Seat]] = field(default_factory=dict)
    _seated: dict[Seat, Holder] = field(default_factory=dict)
    _freed: set[Holder] = field(default_factory=set)
    _open: dict[UUID, bool] = field(default_factory=dict)

    def has_open_journey(self, patient_id: UUID) -> bool:
        """Whether a patient has an open journey at the site."""
        if patient_id not in self._open:
            sql = "SELECT 1 FROM open_journeys WHERE site_id = ? AND patient_id = ?"
            self._open[patient_id] = bool(self.database.read(sql, self.site_id, str(patient_id)))
        return self._open[patient_id]

    def change(self, before: Journey, after: Journey) -> list[Statement]:
        """The statements that follow from a journey's change. Raises Refused, and then nothing is taken or freed."""
        if before.appointments is after.appointments and before.sessions is after.sessions:
            return list(self._opened(before, after))
        had, has = holding(before), holding(after)
        gone = sorted(key for key, it in had.items() if not _same(it, has.get(key)))
        new = {key: it for key, it in has.items() if not _same(it, had.get(key))}
        seats = self._found(new, set(gone))
        return [*self._opened(before, after), *self._free(gone), *self._seat(seats)]

    def _found(self, new: Mapping[Holder, Appointment], gone: set[Holder]) -> dict[Seat, Holder]:
        """A free seat for each appointment at each of its resources."""
        found: dict[Seat, Holder] = {}
        for key, appointment in new.items():
            span = slots(appointment.start, appointment.end)
            taken = self._taken(appointment, span, gone)
            held = ChainMap(found, self._seated)
            for resource in appointment.resources:
                for seat in self._seats(resource, appointment):
                    here = {held.get((resource, seat, slot)) for slot in span} - {None, *gone}
                    if seat not in taken[resource] and not here:
                        found |= {(resource, seat, slot): key for slot in span}
                        break
                else:
                    raise Refused(Rule.RESOURCE_TAKEN, **appointment.about, resource=resource)
        return found

    def _seats(self, resource: str, appointment: Appointment) -> Iterable[int]:
        """As many as there are; for somebody who is here already, one more: that is no longer a question."""
        arrived = appointment.status is AppointmentStatus.ARRIVED
        return count(1) if arrived else range(1, self.capacity(resource) + 1)

    def _taken(self, appointment: Appointment, span: range, gone: set[Holder]) -> Mapping[str, set[int]]:
        """Of each resource the seats that are stored as taken at some time of a span."""
        taken: dict[str, set[int]] = defaultdict(set)
        marks = ", ".join("?" * len(appointment.resources))
        sql = (
            "SELECT DISTINCT resource, seat, journey_id, appointment_id FROM reservations "  # noqa: S608 - marks only
            f"WHERE site_id = ? AND resource IN ({marks}) AND slot BETWEEN ? AND ?"
        )
        values = (self.site_id, *appointment.resources, span.start, span.stop - 1)
        for resource, seat, *holder in self.database.read(sql, *values):
            journey_id, appointment_id = map(UUID, holder)
            if (journey_id, appointment_id) not in self._freed | gone:
                taken[resource].add(seat)
        return taken

    def _free(self, gone: Iterable[Holder]) -> Iterable[Statement]:
        for key in gone:
            self._freed.add(key)
            for seat in self._held.pop(key, ()):
                del self._seated[seat]
            yield Statement(FREE, _text(key))

    def _seat(self, seats: Mapping[Seat, Holder]) -> Iterable[Statement]:
        """One statement an appointment, its rows in order: who takes several waits for nobody who waits for him."""
        self._seated |= seats
        for key in dict.fromkeys(seats.values()):
            self._held[key] = [seat for seat, holder in seats.items() if holder == key]
            places = dict.fromkeys((resource, number) for resource, number, _ in self._held[key])
            (*_, first), (*_, last) = self._held[key][0], self._held[key][-1]
            marks = ", ".join(["(?, ?)"] * len(places))
            values = (first, last, *chain.from_iterable(places), self.site_id, *_text(key))
            yield Statement(SEAT.format(places=marks), values)

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


def seats(database: Database, site: Site, span: range) -> Seats:
    """What is held in a span of slots, of every seat of the site."""
    names = (*site.chairs, *site.nurses, *site.providers)
    places = [(name, seat) for name in names for seat in range(1, site.capacity(name) + 1)]
    if not places:
        return Seats.of(span, ())
    sql = HELD.format(places=", ".join(["(?, ?)"] * len(places)), joined=JOINED[database.postgres])
    rows = database.read(sql, *chain.from_iterable(places), site.site_id, span.start, span.stop - 1)
    return Seats.of(span, ((resource, seat, map(int, held.split(","))) for resource, seat, held in rows if held))


def rebuilt(site_id: SiteId, journeys: Collection[Journey]) -> list[Statement]:
    """The statements that make the rows anew from all journeys of a site.

    What was once booked keeps a seat. In the order of time, so that no more seats are needed than are held at a time.
    """
    fresh = Reservations(_Nothing(), site_id, lambda _: sys.maxsize - 1)
    statements = [
        Statement(f"DELETE FROM {table} WHERE site_id = ?", (site_id,))  # noqa: S608 - names of ours
        for table in ("reservations", "open_journeys")
    ]
    for journey in journeys:
        statements += fresh._opened(Journey(), journey)  # noqa: SLF001 - of this module
    held = [one for journey in journeys for one in holding(journey).items()]
    for key, appointment in sorted(held, key=lambda one: (one[1].start, one[0])):
        statements += fresh._seat(fresh._found({key: appointment}, set()))  # noqa: SLF001 - as above
    return statements


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


def _text(holder: Holder) -> tuple[str, str]:
    return str(holder[0]), str(holder[1])
