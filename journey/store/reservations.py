"""What must be unique across journeys: a chair's and a person's five minutes, and a patient's one open journey?

Rows that follow from the journeys' appointments, written and freed with the events; they can be made anew from them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from journey.errors import Refused, Rule
from journey.site import Site
from journey.state import Appointment, AppointmentStatus, Journey
from journey.store.statements import Database, Statement

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

Seat = tuple[str, int, int]
"""A resource, its seat, and a slot: five minutes, counted from 1970."""


def wanted(journey: Journey) -> dict[UUID, Appointment]:
    """The appointments that hold their chairs and staff."""
    return {key: it for key, it in journey.appointments.items() if it.status in HOLDING and it.resources}


def slots(start: datetime, end: datetime) -> range:
    """The slots that a time touches."""
    return range(int(start.timestamp()) // SLOT_S, -(-int(end.timestamp()) // SLOT_S))


@dataclass(slots=True)
class Reservations:
    """Takes and frees seats for a batch of commands; what the batch holds already counts as taken."""

    database: Database
    site: Site
    _held: dict[UUID, list[Seat]] = field(default_factory=dict)
    _freed: set[UUID] = field(default_factory=set)

    def change(self, before: Journey, after: Journey) -> list[Statement]:
        """The statements that follow from a journey's change. Raises Refused(RESOURCE_TAKEN), with nothing changed."""
        held, freed = dict(self._held), set(self._freed)
        try:
            return self._changed(before, after)
        except Refused:
            self._held, self._freed = held, freed
            raise

    def _changed(self, before: Journey, after: Journey) -> list[Statement]:
        had, has = wanted(before), wanted(after)
        gone = [key for key, held in had.items() if not _same(held, has.get(key))]
        new = [(key, held) for key, held in has.items() if not _same(held, had.get(key))]
        statements = [self._free(key) for key in sorted(gone)]
        seats = sorted(seat for key, held in new for seat in self._take(key, held))
        appointments = {seat: key for key, _ in new for seat in self._held[key]}
        return [*statements, *self._rows(seats, appointments), *self._open(before, after)]

    def _free(self, appointment_id: UUID) -> Statement:
        self._held.pop(appointment_id, None)
        self._freed.add(appointment_id)
        return Statement("DELETE FROM reservations WHERE appointment_id = ?", (str(appointment_id),))

    def _take(self, appointment_id: UUID, appointment: Appointment) -> list[Seat]:
        span = slots(appointment.start, appointment.end)
        seats: list[Seat] = []
        for resource in appointment.resources:
            taken = set(self._taken(resource, span, but=appointment_id))
            free = [seat for seat in range(1, self.site.capacity(resource) + 1) if seat not in taken]
            if not free:
                raise Refused(Rule.RESOURCE_TAKEN)
            seats += [(resource, free[0], slot) for slot in span]
        self._held[appointment_id] = seats
        return seats

    def _taken(self, resource: str, span: range, *, but: UUID) -> Iterator[int]:
        """The seats of a resource that are held at some time of a span."""
        rows = self.database.read(
            "SELECT seat, appointment_id FROM reservations WHERE site_id = ? AND resource = ? AND slot BETWEEN ? AND ?",
            self.site.site_id, resource, span.start, span.stop - 1,
        )  # fmt: skip
        changed = {str(key) for key in {*self._freed, *self._held, but}}
        yield from (seat for seat, holder in rows if holder not in changed)
        for key, seats in self._held.items():
            if key != but:
                yield from (seat for name, seat, slot in seats if name == resource and slot in span)

    def _rows(self, seats: Collection[Seat], appointments: Mapping[Seat, UUID]) -> Iterable[Statement]:
        if not seats:
            return
        marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(seats))
        values = ((self.site.site_id, *seat, str(appointments[seat])) for seat in seats)
        yield Statement(
            f"INSERT INTO reservations (site_id, resource, seat, slot, appointment_id) VALUES {marks}",  # noqa: S608 - only marks
            tuple(value for row in values for value in row),
        )

    def _open(self, before: Journey, after: Journey) -> Iterable[Statement]:
        """A journey is the patient's open one from its referral to its end."""
        if after.referred is None or after.journey_id is None:
            return
        key = (self.site.site_id, str(after.referred.patient_id))
        if before.referred is None:
            yield Statement(
                "INSERT INTO open_journeys (site_id, patient_id, journey_id) VALUES (?, ?, ?)",
                (*key, str(after.journey_id)),
            )
        elif after.closed is not None and before.closed is None:
            yield Statement("DELETE FROM open_journeys WHERE site_id = ? AND patient_id = ?", key)
        elif after.closed is None and before.closed is not None:  # the closing was retracted
            yield Statement(
                "INSERT INTO open_journeys (site_id, patient_id, journey_id) VALUES (?, ?, ?)",
                (*key, str(after.journey_id)),
            )


def has_open_journey(database: Database, site_id: str, patient_id: UUID) -> bool:
    """Whether a patient has an open journey at a site."""
    sql = "SELECT 1 FROM open_journeys WHERE site_id = ? AND patient_id = ?"
    return bool(database.read(sql, site_id, str(patient_id)))


def rebuilt(database: Database, site: Site, journeys: Iterable[Journey]) -> list[Statement]:
    """The statements that make the rows anew from all journeys of a site."""
    fresh = Reservations(database, site)
    fresh._freed = {key for journey in journeys for key in wanted(journey)}  # noqa: SLF001 - every row is made anew
    statements = [
        Statement("DELETE FROM reservations WHERE site_id = ?", (site.site_id,)),
        Statement("DELETE FROM open_journeys WHERE site_id = ?", (site.site_id,)),
    ]
    for journey in journeys:
        statements += [it for it in fresh.change(Journey(), journey) if not it.sql.startswith("DELETE")]
    return statements


def _same(held: Appointment, other: Appointment | None) -> bool:
    return other is not None and (held.resources, held.start, held.end) == (other.resources, other.start, other.end)
