"""Which step brings a visit on, what is missing for it, and what helps? The decisions themselves are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from journey.clinic import Clinic
from journey.commands import (
    AbortInfusion,
    AddressSuicideRisk,
    ApproveTreatmentPlan,
    AssessDischargeReadiness,
    AssessResponse,
    CheckInPatient,
    ClearContraindication,
    ClearSession,
    Command,
    CompleteAssessment,
    CompleteConsult,
    CompleteInfusion,
    CompleteScreening,
    ConfirmEligibility,
    ContactPatient,
    DischargePatient,
    DispenseDose,
    GiveConsent,
    MissAppointment,
    PlaceIvAccess,
    RecordVitals,
    ResumeJourney,
    ScheduleMaintenance,
    SignOffSession,
    StartInfusion,
    VerifyCoverage,
)
from journey.decisions.decide import decide
from journey.decisions.next_steps import Step, weighed_step
from journey.decisions.probes import PROBES, Now
from journey.decisions.probes.drug import stocked
from journey.errors import Rule
from journey.events.schedule import AppointmentKind
from journey.history import Log, grown
from journey.recorded import Actor, Happened
from journey.roles import may
from journey.state import Appointment, AppointmentStatus, Journey, Stage
from journey.state import replace as replace_part
from journey.values import Role

ONWARD: Mapping[Stage, type[Command]] = {
    Stage.CHECKED_IN: ClearSession,
    Stage.CLEARED: PlaceIvAccess,
    Stage.IV_PLACED: StartInfusion,
    Stage.INFUSING: CompleteInfusion,
    Stage.RECOVERING: DischargePatient,
    Stage.WITHHELD: SignOffSession,
    Stage.DISCHARGED: SignOffSession,
}
"""Of each stage of a session the command that leads out of it as it should go; at last its record is signed off."""

HELD_BY: Mapping[AppointmentKind, type[Command]] = {
    AppointmentKind.INFUSION: CheckInPatient,
    AppointmentKind.CONSULT: CompleteConsult,
    AppointmentKind.REVIEW: AssessResponse,
    AppointmentKind.FOLLOWUP: ContactPatient,
}
"""Of each kind of appointment the command by which it is kept."""

HELPING: tuple[tuple[type[Command], ...], ...] = (
    (ResumeJourney,),
    (ApproveTreatmentPlan,),
    (GiveConsent,),
    (ClearContraindication,),
    (CompleteScreening,),
    (ConfirmEligibility,),
    (VerifyCoverage,),
    (CompleteAssessment,),
    (AddressSuicideRisk,),
    (RecordVitals,),
    (DispenseDose,),
    (AssessDischargeReadiness,),
    (RecordVitals, AssessDischargeReadiness),
    (ScheduleMaintenance,),
)
"""What may be tried for what is missing, in this order, or one after the other; whether it helps is seen after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """The step that brings a visit on, who may take it, and what somebody may do for it now.

    `step` is asked as somebody would who may: what is missing for it, and what would mark it, stands against it.
    `now` is that step itself where nothing does and one's own role may take it; else, if there is one, a step of one's
    own role after which less is missing.
    """

    step: Step
    roles: tuple[Role, ...]
    now: Step | None

    @property
    def against(self) -> tuple[Rule, ...]:
        """What stands against it."""
        return (*self.step.missing, *self.step.marks)


def onward(journey: Journey, log: Log, at: datetime, actor: Actor, clinic: Clinic, visit: UUID) -> Onward | None:
    """What brings a visit on, at a moment, and what a role may do for it; None if nothing can, or is to.

    A visit is named by its session, or before somebody came by its appointment.
    """
    kind = _kind(journey, visit, at)
    if kind is None:
        return None
    roles = tuple(role for role in Role if may(role, kind))
    own = actor.acting_role in roles
    asker = actor if own else Actor(user=actor.user, role=roles[0])
    now = Now(journey=journey, log=log, at=at, clinic=stocked(clinic, journey, at), actor=asker)
    step = _about(now, kind, visit)
    if step is None:
        return None
    clear = not (step.missing or step.marks)
    helping = _helping(replace(now, actor=actor), step, kind, visit) if not clear else iter((step,) if own else ())
    return Onward(step=step, roles=roles, now=next(helping, None))


def _kind(journey: Journey, visit: UUID, at: datetime) -> type[Command] | None:
    """The command that leads on: of a booking what keeps it, or that nobody came for it.

    A pump that runs without consent, or after the patient has left, is stopped before anything else.
    """
    session, appointment = journey.sessions.get(visit), journey.appointments.get(visit)
    if session is not None:
        astray = session.running is not None and not (session.is_open and journey.consent_in_force(at))
        return AbortInfusion if astray else ONWARD[session.stage]
    if appointment is None or appointment.status is not AppointmentStatus.BOOKED:
        return None
    return MissAppointment if _is_over(appointment, at) else HELD_BY[appointment.kind]


def _is_over(appointment: Appointment, at: datetime) -> bool:
    return appointment.end <= at


def _about(now: Now, kind: type[Command], visit: UUID) -> Step | None:
    """The step of a kind that is about a visit."""
    probes = PROBES[kind](replace(now, journey=_alone(now.journey, visit)))
    return next((weighed_step(now, it) for it in probes if visit in it.about.values()), None)


def _alone(journey: Journey, visit: UUID) -> Journey:
    """The journey with no other visit to ask about, if this one is over or has not begun: a digest is not made in vain.

    While somebody is here the dose depends on what was given before.
    """
    session, appointment = journey.sessions.get(visit), journey.appointments.get(visit)
    if session is not None:
        return journey if session.is_open else replace_part(journey, sessions={visit: session})
    return journey if appointment is None else replace_part(journey, appointments={visit: appointment})


def _helping(now: Now, step: Step, kind: type[Command], visit: UUID) -> Iterator[Step]:
    """The steps of one's own role that may be taken now, and after which something is no longer missing."""
    against = {*step.missing, *step.marks}
    for chain in HELPING:
        if kind not in chain and all(may(now.actor.acting_role, it) for it in chain):
            for first, then in _tried(now, chain):
                after = _about(then, kind, visit)
                if after is not None and not against <= {*after.missing, *after.marks}:
                    yield first


def _tried(now: Now, chain: Sequence[type[Command]]) -> Iterator[tuple[Step, Now]]:
    """The first step of a chain of which each is legal and unmarked, and how it all would be after the last."""
    first, *later = chain
    for probe in PROBES[first](now):
        step = weighed_step(now, probe)
        if not (step.missing or step.marks):
            then = _after(now, step)
            if not later:
                yield step, then
            for _, last in _tried(then, later) if later else ():
                yield step, last


def _after(now: Now, step: Step) -> Now:
    """The journey as it would be after a step."""
    journey, log = now.journey, list(now.log)
    facts = decide(journey, log, step.asked, now.clinic)
    for number, fact in enumerate(it for it in facts if it.stream is None):
        log.append(
            Happened(
                event=fact.event,
                event_id=step.asked.new_id(f"event {number}"),
                site_id=step.asked.site_id,
                journey_id=step.asked.journey_id,
                version=journey.version + 1,
                at=step.asked.at,
                utc_offset_min=step.asked.utc_offset_min,
                recorded_at=step.asked.recorded_at,
                policy_version=now.clinic.policy.version,
                deviations=fact.deviations,
            )
        )
        journey = grown(journey, log)
    return replace(now, journey=journey, log=log)
