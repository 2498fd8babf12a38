"""How do events change a journey's appointments?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from journey.events import AppointmentBooked, Event, SeriesBooked
from journey.events.schedule import AppointmentKind, Move, SeriesSlot
from journey.evolve.changing import having
from journey.keeping import kept
from journey.recorded import Happened
from journey.state import Appointment, AppointmentStatus, Journey, replace


def with_booked(journey: Journey, event: SeriesBooked | AppointmentBooked) -> Journey:
    """The journey with what was booked."""
    booked = (_booked(event),) if isinstance(event, AppointmentBooked) else map(partial(_slot, event), event.slots)
    return replace(journey, appointments={**journey.appointments, **{it.appointment_id: it for it in booked}})


def with_moved(journey: Journey, moves: Iterable[Move]) -> Journey:
    """The journey with appointments where they were moved to; one whose booking was retracted is not moved."""
    appointments = dict(journey.appointments)
    for move in moves:
        if move.appointment_id in appointments:
            appointments[move.appointment_id] = replace(
                appointments[move.appointment_id],
                start=move.start,
                end=move.end,
                chair=move.chair,
                nurse=move.nurse,
                provider=move.provider,
            )
    return replace(journey, appointments=appointments)


def not_kept(journey: Journey, appointment_id: UUID, status: AppointmentStatus) -> Journey:
    """An appointment was called off or missed; but whoever came has come."""
    appointment = journey.appointments.get(appointment_id)
    if appointment is None or appointment.status is AppointmentStatus.ARRIVED:
        return journey
    return with_status(journey, appointment_id, status=status)


WAITED_FOR = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.MISSED})


def with_kept(journey: Journey, recorded: Happened[Event]) -> Journey:
    """The journey with the appointment kept that an event was held at, if there is one."""
    waiting = ((key, it.kind, it.start) for key, it in journey.appointments.items() if it.status in WAITED_FOR)
    appointment_id = kept(recorded.event, recorded.at, waiting)
    if appointment_id is None:
        return journey
    return with_status(journey, appointment_id, status=AppointmentStatus.ARRIVED)


def _booked(event: AppointmentBooked) -> Appointment:
    return Appointment(
        appointment_id=event.appointment_id,
        kind=event.kind,
        plan_id=event.plan_id,
        slot_no=event.slot_no,
        start=event.start,
        end=event.end,
        chair=event.chair,
        nurse=event.nurse,
        provider=event.provider,
    )


def _slot(event: SeriesBooked, slot: SeriesSlot) -> Appointment:
    return Appointment(
        appointment_id=slot.appointment_id,
        kind=AppointmentKind.INFUSION,
        plan_id=event.plan_id,
        series_id=event.series_id,
        reinduction_id=event.reinduction_id,
        slot_no=slot.slot_no,
        start=slot.start,
        end=slot.end,
        chair=slot.chair,
        nurse=slot.nurse,
        provider=slot.provider,
    )


def with_status(
    journey: Journey, appointment_id: UUID, *, status: AppointmentStatus, session_id: UUID | None = None
) -> Journey:
    """The journey with what became of an appointment; as it was where the booking was retracted."""
    appointment = journey.appointments.get(appointment_id)
    if appointment is None:
        return journey
    moved = replace(appointment, status=status, session_id=session_id or appointment.session_id)
    return replace(journey, appointments=having(journey.appointments, appointment_id, moved))
