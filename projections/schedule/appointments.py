"""Which appointments are there, and what became of each?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from journey.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
    ConsultCompleted,
    Event,
    PatientCheckedIn,
    PatientContacted,
    ResponseAssessed,
    SeriesBooked,
)
from journey.events.schedule import AppointmentKind
from journey.keeping import kept
from journey.policy import Policy
from journey.recorded import Happened
from journey.state import AppointmentStatus, replace
from projections.plain import local_day, maybe_written, moment, parsed, written

INFUSION = AppointmentKind.INFUSION.value
BOOKED = AppointmentStatus.BOOKED.value
WAITED_FOR = frozenset({BOOKED, AppointmentStatus.MISSED.value})


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """An appointment where it now stands; `day` is its day in the clinic.

    From `missed_from` on, whoever has not come is asked about: the grace was that of the day it was booked or moved.
    """

    appointment_id: str
    kind: str
    plan_id: str | None
    series_id: str | None
    reinduction_id: str | None = None
    slot_no: int | None
    day: str
    starts_at: str
    ends_at: str
    chair: str | None
    nurse: str | None
    provider: str | None
    missed_from: str
    status: str = BOOKED

    @property
    def is_open(self) -> bool:
        """Whether it still lies ahead."""
        return self.status == BOOKED


Appointments = Mapping[str, Appointment]

MOVING = frozenset(
    {
        *(AppointmentBooked, SeriesBooked, AppointmentRescheduled),
        *(AppointmentCancelled, AppointmentMissed, PatientCheckedIn),
        *(ConsultCompleted, ResponseAssessed, PatientContacted),
    }
)
"""What changes appointments: most events do not."""

Placing = Callable[[datetime, datetime], dict[str, Any]]
"""Of a start and an end what is kept of them."""


def after(appointments: Appointments, recorded: Happened[Event], policy: Policy) -> Appointments:  # noqa: PLR0911 - one arm an event
    """The appointments after one more event, under the policy of its day."""
    if type(recorded.event) not in MOVING:
        return appointments
    place = partial(_when, recorded.utc_offset_min, timedelta(minutes=policy.missed_grace_min))
    match recorded.event:
        case AppointmentBooked() as event:
            return {**appointments, written(event.appointment_id): _booked(event, place)}
        case SeriesBooked() as event:
            return {**appointments, **_of_series(event, place)}
        case AppointmentRescheduled() as event:
            return _rescheduled(appointments, event, place)
        case AppointmentCancelled() as event:
            for appointment_id in event.appointment_ids:
                appointments = _not_kept(appointments, appointment_id, AppointmentStatus.CANCELLED)
            return appointments
        case AppointmentMissed() as event:
            return _not_kept(appointments, event.appointment_id, AppointmentStatus.MISSED)
        case PatientCheckedIn() as event:
            return _with_status(appointments, event.appointment_id, AppointmentStatus.ARRIVED)
        case ConsultCompleted() | ResponseAssessed() | PatientContacted():
            return _kept(appointments, recorded)
        case _:
            return appointments


def _booked(event: AppointmentBooked, place: Placing) -> Appointment:
    return Appointment(
        appointment_id=written(event.appointment_id),
        kind=event.kind.value,
        plan_id=maybe_written(event.plan_id),
        series_id=None,
        slot_no=event.slot_no,
        chair=event.chair,
        nurse=event.nurse,
        provider=event.provider,
        **place(event.start, event.end),
    )


def _of_series(event: SeriesBooked, place: Placing) -> Appointments:
    return {
        written(slot.appointment_id): Appointment(
            appointment_id=written(slot.appointment_id),
            kind=INFUSION,
            plan_id=written(event.plan_id),
            series_id=written(event.series_id),
            reinduction_id=maybe_written(event.reinduction_id),
            slot_no=slot.slot_no,
            chair=slot.chair,
            nurse=slot.nurse,
            provider=slot.provider,
            **place(slot.start, slot.end),
        )
        for slot in event.slots
    }


def _rescheduled(appointments: Appointments, event: AppointmentRescheduled, place: Placing) -> Appointments:
    moved = {
        written(move.appointment_id): {
            "chair": move.chair,
            "nurse": move.nurse,
            "provider": move.provider,
            **place(move.start, move.end),
        }
        for move in event.moves
    }
    return {key: replace(it, **moved[key]) if key in moved else it for key, it in appointments.items()}


def _not_kept(appointments: Appointments, appointment_id: UUID, status: AppointmentStatus) -> Appointments:
    """One of them called off or missed; but whoever came has come."""
    appointment = appointments.get(written(appointment_id))
    arrived = appointment is not None and appointment.status == AppointmentStatus.ARRIVED
    return appointments if arrived else _with_status(appointments, appointment_id, status)


def _kept(appointments: Appointments, recorded: Happened[Event]) -> Appointments:
    """One of them kept, if the event was held at it: nobody checks in for a consult, a review or a call."""
    waiting = (
        (UUID(key), AppointmentKind(it.kind), parsed(it.starts_at))
        for key, it in appointments.items()
        if it.status in WAITED_FOR
    )
    held = kept(recorded.event, recorded.at, waiting)
    return appointments if held is None else _with_status(appointments, held, AppointmentStatus.ARRIVED)


def _with_status(appointments: Appointments, appointment_id: UUID, status: AppointmentStatus) -> Appointments:
    """One of them with another status; as they were where its booking was retracted."""
    key = written(appointment_id)
    return (
        {**appointments, key: replace(appointments[key], status=status.value)} if key in appointments else appointments
    )


def _when(offset_min: int, grace: timedelta, start: datetime, end: datetime) -> dict[str, Any]:
    return {
        "day": local_day(start, offset_min),
        "starts_at": moment(start),
        "ends_at": moment(end),
        "missed_from": moment(start + grace),
    }
