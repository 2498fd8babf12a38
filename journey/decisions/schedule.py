"""What may happen with appointments? That no other journey holds the chair is held by reservations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from journey.clinic import Clinic
from journey.commands import BookAppointment, CancelAppointment, MissAppointment, RescheduleAppointment
from journey.decisions.findings import Findings, known, require, treatable, treating
from journey.errors import Rule
from journey.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
)
from journey.events.schedule import AppointmentKind, Move
from journey.phases import Phase
from journey.recorded import Asked, Fact
from journey.state import Appointment, AppointmentStatus, Journey

WITHOUT_SLOTS = frozenset({Phase.MAINTENANCE, Phase.REINDUCTION})
"""Where an infusion fills no slot of the plan."""

LONGEST = timedelta(days=1)
"""No visit lasts longer: what does is a slip in a date, and would hold its chair for years."""


def book_appointment(journey: Journey, asked: Asked[BookAppointment], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Give an appointment; an infusion needs a plan, its slot, its gap, a chair and a nurse, and no pause."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.appointment_id not in journey.appointments)
    treatable(journey, findings)
    move = Move(
        appointment_id=command.appointment_id,
        start=command.start,
        end=command.end,
        chair=command.chair,
        nurse=command.nurse,
        provider=command.provider,
    )
    plan_id = command.plan_id
    require(Rule.UNKNOWN_PLAN, holds=plan_id in {None, _plan_id(journey)})
    if command.kind is AppointmentKind.INFUSION:
        treating(journey, asked.at, findings)
        _slot(journey, command, findings)
        plan_id = _plan_id(journey)
    _placed(journey, move, command.kind, asked.at, clinic, findings)
    return [
        findings.fact(
            AppointmentBooked(
                appointment_id=command.appointment_id,
                kind=command.kind,
                plan_id=plan_id,
                slot_no=command.slot_no,
                start=command.start,
                end=command.end,
                chair=command.chair,
                nurse=command.nurse,
                provider=command.provider,
            )
        )
    ]


def reschedule_appointment(
    journey: Journey, asked: Asked[RescheduleAppointment], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Move appointments that are still open; all of them or none."""
    command = asked.command
    moved = [move.appointment_id for move in command.moves]
    require(Rule.DUPLICATE_ID, holds=len(set(moved)) == len(moved))
    booked = [known(journey.appointments, move.appointment_id, Rule.UNKNOWN_APPOINTMENT) for move in command.moves]
    treatable(journey, findings)
    for appointment, move in zip(booked, command.moves, strict=True):
        findings.guard(Rule.NOT_BOOKED, holds=appointment.status is AppointmentStatus.BOOKED)
        _placed(journey, move, appointment.kind, asked.at, clinic, findings, command.moves)
    return [
        findings.fact(
            AppointmentRescheduled(
                moves=command.moves, initiator=command.initiator, reason=command.reason, scope=command.scope
            )
        )
    ]


def cancel_appointment(
    journey: Journey, asked: Asked[CancelAppointment], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Record that appointments are called off; late by the policy of the day."""
    command = asked.command
    appointments = [known(journey.appointments, key, Rule.UNKNOWN_APPOINTMENT) for key in command.appointment_ids]
    findings.note(Rule.NOT_BOOKED, holds=all(it.status is AppointmentStatus.BOOKED for it in appointments))
    first = min(appointment.start for appointment in appointments)
    late = first - asked.at < timedelta(hours=clinic.policy.late_cancellation_h)
    return [
        findings.fact(
            AppointmentCancelled(
                appointment_ids=command.appointment_ids,
                initiator=command.initiator,
                reason_code=command.reason_code,
                scope=command.scope,
                late=late,
            )
        )
    ]


def miss_appointment(journey: Journey, asked: Asked[MissAppointment], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record that the patient did not come: impossible before the start, early within the grace period."""
    command = asked.command
    appointment = known(journey.appointments, command.appointment_id, Rule.UNKNOWN_APPOINTMENT)
    require(Rule.MISSED_BEFORE_START, holds=asked.at >= appointment.start)
    grace = timedelta(minutes=clinic.policy.missed_grace_min)
    findings.note(Rule.MISSED_EARLY, holds=asked.at >= appointment.start + grace)
    findings.note(Rule.NOT_BOOKED, holds=appointment.status is AppointmentStatus.BOOKED)
    return [findings.fact(AppointmentMissed(appointment_id=command.appointment_id, contacted=command.contacted))]


def _slot(journey: Journey, command: BookAppointment, findings: Findings) -> None:
    """An infusion of the plan fills one of its slots; one of maintenance or of a reinduction has no slot."""
    plan, slot_no = journey.plan, command.slot_no
    findings.guard(Rule.NO_PLAN, holds=plan is not None)
    if slot_no is None:
        findings.guard(Rule.SLOT_NOT_IN_PLAN, holds=journey.stands_in in WITHOUT_SLOTS)
        return
    findings.guard(Rule.SLOT_NOT_IN_PLAN, holds=plan is not None and slot_no <= plan.infusions)
    taken = {it.slot_no for it in _infusions(journey, but=command.appointment_id) if it.plan_id == _plan_id(journey)}
    findings.guard(Rule.SLOT_TAKEN, holds=slot_no not in taken)


def _plan_id(journey: Journey) -> UUID | None:
    return None if journey.plan is None else journey.plan.plan_id


def _placed(
    journey: Journey,
    move: Move,
    kind: AppointmentKind,
    at: datetime,
    clinic: Clinic,
    findings: Findings,
    moves: Iterable[Move] = (),
) -> None:
    """The placing is possible at this site, and its gaps to the other infusions are those of the plan."""
    require(Rule.END_BEFORE_START, holds=move.start < move.end)
    require(Rule.APPOINTMENT_TOO_LONG, holds=move.end - move.start <= LONGEST)
    findings.guard(Rule.APPOINTMENT_PAST, holds=move.start >= at)
    site = clinic.site
    resources = [name for name in (move.chair, move.nurse, move.provider) if name is not None]
    findings.guard(Rule.UNKNOWN_RESOURCE, holds=_known(move, clinic) and all(site.capacity(it) for it in resources))
    findings.guard(Rule.SITE_CLOSED, holds=site.is_open(move.start, move.end))
    if kind is AppointmentKind.INFUSION:
        findings.guard(Rule.CHAIR_REQUIRED, holds=move.chair is not None and move.nurse is not None)
        findings.guard(Rule.GAP_TOO_SHORT, holds=_gaps_hold(journey, move, moves))
    findings.guard(Rule.APPOINTMENTS_OVERLAP, holds=_is_elsewhere(journey, move, moves))


def _known(move: Move, clinic: Clinic) -> bool:
    """Whether each resource is one of its kind: a chair a chair, a nurse a nurse."""
    site = clinic.site
    return (
        (move.chair is None or move.chair in site.chairs)
        and (move.nurse is None or move.nurse in site.nurses)
        and (move.provider is None or move.provider in site.providers)
    )


def _gaps_hold(journey: Journey, move: Move, moves: Iterable[Move]) -> bool:
    """Whether every other infusion of the journey is the plan's gap away, start from start."""
    if journey.plan is None:
        return True
    gap = timedelta(hours=journey.plan.min_gap_h)
    elsewhere = {other.appointment_id: other.start for other in moves}
    others = (_start(it, elsewhere) for it in _infusions(journey, but=move.appointment_id))
    return all(abs(start - move.start) >= gap for start in others)


def _is_elsewhere(journey: Journey, move: Move, moves: Iterable[Move]) -> bool:
    """Whether the patient has no other appointment at that time: nobody sits in two chairs."""
    elsewhere = {other.appointment_id: (other.start, other.end) for other in moves}
    others = (
        elsewhere.get(key, (it.start, it.end))
        for key, it in journey.appointments.items()
        if key != move.appointment_id and (it.status is AppointmentStatus.BOOKED or _is_going_on(journey, it))
    )
    return not any(start < move.end and move.start < end for start, end in others)


def _is_going_on(journey: Journey, appointment: Appointment) -> bool:
    session = None if appointment.session_id is None else journey.sessions.get(appointment.session_id)
    return session is not None and session.is_open


def _infusions(journey: Journey, *, but: UUID) -> Iterator[Appointment]:
    """The infusions that are booked, going on or given: one withheld, or not counting, holds no slot."""
    for it in journey.appointments.values():
        booked = it.status is AppointmentStatus.BOOKED or _came_to_something(journey, it)
        if it.kind is AppointmentKind.INFUSION and booked and it.appointment_id != but:
            yield it


def _came_to_something(journey: Journey, appointment: Appointment) -> bool:
    session = None if appointment.session_id is None else journey.sessions.get(appointment.session_id)
    return session is not None and (session.is_open or any(attempt.counts for attempt in session.attempts))


def _start(appointment: Appointment, elsewhere: dict[UUID, datetime]) -> datetime:
    return elsewhere.get(appointment.appointment_id, appointment.start)
