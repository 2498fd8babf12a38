"""How is asked for an appointment: for the first day on which it can be?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from journey.commands import (
    BookAppointment,
    BookSeries,
    CancelAppointment,
    CheckInPatient,
    ContactPatient,
    MissAppointment,
    RescheduleAppointment,
)
from journey.commands.schedule import WantedSlot
from journey.decisions.placing import of_plan, open_slots
from journey.decisions.probes.intake import WEIGHT_KG
from journey.decisions.probes.openings import VISIT, for_infusion, openings, series
from journey.decisions.probes.probe import Now, Probe, of, once
from journey.decisions.schedule import WITHOUT_SLOTS
from journey.events.schedule import (
    AppointmentKind,
    CancellationReason,
    ContactPurpose,
    Initiator,
    Move,
    RescheduleReason,
)
from journey.events.session import Identifier, Ride, RideKind
from journey.state import Appointment
from journey.values import ResourceId


def book_series(now: Now) -> Iterator[Probe]:
    """Every slot that the plan still lacks, each as early as the gap lets it, from each of the first days on."""
    numbers = open_slots(now.journey) if now.journey.plan is not None else (1,)
    if numbers:
        series_id = now.new_id("series")
        asks = (
            BookSeries(
                series_id=series_id,
                slots=tuple(
                    WantedSlot(slot_no=number, start=start, end=start + VISIT, chair=_chair(now), nurse=_nurse(now))
                    for number, start in zip(numbers, starts, strict=True)
                ),
            )
            for starts in series(now, len(numbers))
        )
        yield Probe(asks, {"slots": list(numbers)})


def _chair(now: Now) -> ResourceId:
    return next(iter(now.clinic.site.chairs), "none")


def _nurse(now: Now) -> ResourceId:
    return next(iter(now.clinic.site.nurses), "none")


def book_appointment(now: Now) -> Iterator[Probe]:
    """The next infusion, and a consult or, after it, a review: each on the first day that the rules allow."""
    visit = AppointmentKind.CONSULT if now.journey.consult is None else AppointmentKind.REVIEW
    kinds = (AppointmentKind.INFUSION, _next_slot(now), for_infusion(now)), (visit, None, openings(now))
    for kind, slot_no, starts in kinds:
        about = {"kind": kind.value} | ({} if slot_no is None else {"slot_no": slot_no})
        asks = (
            BookAppointment(
                appointment_id=now.new_id("appointment"),
                kind=kind,
                slot_no=slot_no,
                start=start,
                end=start + VISIT,
                chair=_chair(now),
                nurse=_nurse(now),
            )
            for start in starts
        )
        yield Probe(asks, about)


def reschedule_appointment(now: Now) -> Iterator[Probe]:
    """The next appointment that is booked, to the first day that the rules allow."""
    for it in now.next_booked():
        infusion = it.kind is AppointmentKind.INFUSION
        moves = (_moved(it, start) for start in (for_infusion(now, it.appointment_id) if infusion else openings(now)))
        asks = (
            RescheduleAppointment(moves=(move,), initiator=Initiator.CLINIC, reason=RescheduleReason.PATIENT_REQUEST)
            for move in moves
        )
        yield Probe(asks, of((it,)))


def cancel_appointment(now: Now) -> Iterator[Probe]:
    """The next appointment that is booked."""
    for it in now.next_booked():
        yield once(
            CancelAppointment(
                appointment_ids=(it.appointment_id,),
                initiator=Initiator.CLINIC,
                reason_code=CancellationReason.PATIENT,
            ),
            **of((it,)),
        )


def miss_appointment(now: Now) -> Iterator[Probe]:
    """The next appointment that is booked."""
    for it in now.next_booked():
        yield once(MissAppointment(appointment_id=it.appointment_id, contacted=False), **of((it,)))


def contact_patient(now: Now) -> Iterator[Probe]:
    """At any time, and about the next follow-up that is booked."""
    yield once(ContactPatient(purpose=ContactPurpose.OUTREACH, reached=True))
    for it in now.next_booked(AppointmentKind.FOLLOWUP):
        command = ContactPatient(purpose=ContactPurpose.FOLLOW_UP, appointment_id=it.appointment_id, reached=True)
        yield once(command, **of((it,)))


def check_in_patient(now: Now) -> Iterator[Probe]:
    """The next infusion that is booked, at the weight of last time."""
    for it in now.next_booked(AppointmentKind.INFUSION):
        yield once(
            CheckInPatient(
                session_id=now.new_id("session"),
                appointment_id=it.appointment_id,
                identifiers_checked=(Identifier.NAME, Identifier.DATE_OF_BIRTH),
                weight_kg=now.journey.weight_kg_before(now.at) or WEIGHT_KG,
                ride=Ride(kind=RideKind.ESCORT, confirmed=True),
            ),
            **of((it,)),
        )


def _next_slot(now: Now) -> int | None:
    """The first slot of the plan that is free; none in maintenance and in a reinduction."""
    plan = now.journey.plan
    if now.journey.stands_in in WITHOUT_SLOTS:
        return None
    if plan is None:
        return 1
    taken = {it.slot_no for it in of_plan(now.journey)}
    return next((slot_no for slot_no in range(1, plan.infusions + 1) if slot_no not in taken), plan.infusions)


def _moved(appointment: Appointment, start: datetime) -> Move:
    return Move(
        appointment_id=appointment.appointment_id,
        start=start,
        end=start + (appointment.end - appointment.start),
        chair=appointment.chair,
        nurse=appointment.nurse,
        provider=appointment.provider,
    )
