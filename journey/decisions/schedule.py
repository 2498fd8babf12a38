"""What may happen with appointments? That no other journey holds the chair is held by reservations."""

from __future__ import annotations

from datetime import timedelta

from journey.clinic import Clinic
from journey.commands import (
    BookAppointment,
    CancelAppointment,
    ContactPatient,
    MissAppointment,
    RescheduleAppointment,
)
from journey.decisions.findings import Findings, known, require, treatable, treating
from journey.decisions.placing import infusions, of_plan, placed, plan_id, seated
from journey.errors import Rule
from journey.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
    PatientContacted,
)
from journey.events.schedule import AppointmentKind, Move, Scope
from journey.evolve import with_booked, with_moved
from journey.phases import Phase
from journey.recorded import Asked, Fact
from journey.site import Site
from journey.state import Appointment, AppointmentStatus, Journey

WITHOUT_SLOTS = frozenset({Phase.MAINTENANCE, Phase.REINDUCTION})
"""Where an infusion fills no slot of the plan."""


def book_appointment(journey: Journey, asked: Asked[BookAppointment], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Give an appointment; an infusion needs a plan, its slot, its gap, a chair and a nurse, and no pause."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.appointment_id not in journey.appointments)
    treatable(journey, findings)
    require(Rule.UNKNOWN_PLAN, holds=command.plan_id in {None, plan_id(journey)})
    infusion = command.kind is AppointmentKind.INFUSION
    if infusion:
        treating(journey, asked.at, findings)
        _slot(journey, command, findings)
    event = AppointmentBooked(
        appointment_id=command.appointment_id,
        kind=command.kind,
        plan_id=plan_id(journey) if infusion else command.plan_id,
        slot_no=command.slot_no,
        start=command.start,
        end=command.end,
        chair=command.chair,
        nurse=command.nurse,
        provider=command.provider,
    )
    after = with_booked(journey, event)
    booked = after.appointments[event.appointment_id]
    seated(booked, findings)
    placed(after, booked, asked.at, clinic, findings)
    return [findings.fact(event)]


def reschedule_appointment(
    journey: Journey, asked: Asked[RescheduleAppointment], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Move appointments that are still open; all of them or none."""
    command = asked.command
    named = [move.appointment_id for move in command.moves]
    require(Rule.DUPLICATE_ID, holds=len(set(named)) == len(named))
    require(Rule.SCOPE_NAMES_ONE, holds=command.scope is Scope.THIS or len(named) == 1)
    for key in named:
        known(journey.appointments, key, Rule.UNKNOWN_APPOINTMENT)
    treatable(journey, findings)
    moves = (*command.moves, *_moves_following(journey, command, clinic.site))
    after = with_moved(journey, moves)
    for move in moves:
        it = after.appointments[move.appointment_id]
        findings.guard(Rule.NOT_BOOKED, holds=it.status is AppointmentStatus.BOOKED, **it.about)
        seated(it, findings)
        placed(after, it, asked.at, clinic, findings)
    event = AppointmentRescheduled(moves=moves, initiator=command.initiator, reason=command.reason, scope=command.scope)
    return [findings.fact(event)]


def cancel_appointment(
    journey: Journey, asked: Asked[CancelAppointment], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Record that appointments are called off; late by the policy of the day."""
    command = asked.command
    named = [known(journey.appointments, key, Rule.UNKNOWN_APPOINTMENT) for key in command.appointment_ids]
    findings.note(Rule.NOT_BOOKED, holds=all(it.status is AppointmentStatus.BOOKED for it in named))
    reached = {it.appointment_id: it for it in named}
    if command.scope is Scope.THIS_AND_FOLLOWING:
        reached |= {it.appointment_id: it for one in named for it in following(journey, one)}
    first = min(it.start for it in reached.values())
    late = first - asked.at < timedelta(hours=clinic.policy.late_cancellation_h)
    return [
        findings.fact(
            AppointmentCancelled(
                appointment_ids=tuple(reached),
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


def contact_patient(journey: Journey, asked: Asked[ContactPatient], findings: Findings) -> list[Fact]:
    """Record a call, about an appointment if one is named: before that began there was nothing to call about."""
    command = asked.command
    if command.appointment_id is not None:
        appointment = known(journey.appointments, command.appointment_id, Rule.UNKNOWN_APPOINTMENT)
        findings.note(Rule.OUT_OF_ORDER, holds=asked.at >= appointment.start)
    event = PatientContacted(purpose=command.purpose, appointment_id=command.appointment_id, reached=command.reached)
    return [findings.fact(event)]


def following(journey: Journey, it: Appointment) -> list[Appointment]:
    """The later infusions of the series that are still booked, in their order, however each of them was booked."""
    if it.slot_no is None:
        return []
    ours = (other for other in infusions(journey) if other.reinduction_id == it.reinduction_id)
    later = (
        other
        for other in ours
        if other.status is AppointmentStatus.BOOKED and other.slot_no is not None and other.start > it.start
    )
    return sorted(later, key=lambda other: other.start)


def _moves_following(journey: Journey, command: RescheduleAppointment, site: Site) -> list[Move]:
    """What changes of the one that is named, day, hour, length, chair or staff, changes of those that follow it."""
    if command.scope is Scope.THIS:
        return []
    move = command.moves[0]
    was = journey.appointments[move.appointment_id]
    return [
        Move(
            appointment_id=it.appointment_id,
            start=site.shifted(it.start, was.start, move.start),
            end=site.shifted(it.end, was.end, move.end),
            chair=it.chair if move.chair == was.chair else move.chair,
            nurse=it.nurse if move.nurse == was.nurse else move.nurse,
            provider=it.provider if move.provider == was.provider else move.provider,
        )
        for it in following(journey, was)
    ]


def _slot(journey: Journey, command: BookAppointment, findings: Findings) -> None:
    """An infusion of the plan fills one of its slots; one of maintenance or of a reinduction has no slot."""
    plan, slot_no = journey.plan, command.slot_no
    findings.guard(Rule.NO_PLAN, holds=plan is not None)
    if slot_no is None:
        findings.guard(Rule.SLOT_NOT_IN_PLAN, holds=journey.stands_in in WITHOUT_SLOTS)
        return
    findings.guard(Rule.SLOT_NOT_IN_PLAN, holds=plan is None or slot_no <= plan.infusions)
    findings.guard(Rule.SLOT_TAKEN, holds=all(it.slot_no != slot_no for it in of_plan(journey)))
