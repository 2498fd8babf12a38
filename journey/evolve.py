"""How does each event change a journey? Evolve never refuses: what was stored has happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, assert_never
from uuid import UUID

from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentRescheduled,
    AssessmentCompleted,
    ConsentGiven,
    ConsentWithdrawn,
    ConsultCompleted,
    ContraindicationCleared,
    ContraindicationRecorded,
    CoverageVerified,
    DeathRecorded,
    DischargeReadinessAssessed,
    EligibilityConfirmed,
    EligibilityDenied,
    EntryCorrected,
    Event,
    InfusionAborted,
    InfusionCompleted,
    InfusionRateChanged,
    InfusionStarted,
    IvAccessPlaced,
    JourneyClosed,
    JourneyPaused,
    JourneyReferred,
    JourneyResumed,
    MaintenanceScheduled,
    MedicationGiven,
    ModalityChanged,
    PatientCheckedIn,
    PatientDischarged,
    ReinductionOrdered,
    RelapseDetected,
    ResponseAssessed,
    ScreeningCompleted,
    SeriesBooked,
    SessionCleared,
    SessionSignedOff,
    SessionWithheld,
    SuicideRiskAddressed,
    SuicideRiskRaised,
    TreatmentPlanApproved,
    TreatmentTrialRecorded,
    VitalsRecorded,
)
from journey.events.course import ModalityMode
from journey.events.outcome import AdverseEventOutcome, Seriousness
from journey.events.schedule import AppointmentKind, Move, SeriesSlot
from journey.events.session import Disposition
from journey.phases import BY_EVENT, Standing, following
from journey.recorded import Happened
from journey.screenings import Clearing, Screening
from journey.state import (
    AdverseEvent,
    Appointment,
    AppointmentStatus,
    Assessment,
    Attempt,
    Consent,
    Journey,
    Pause,
    RateSegment,
    Reading,
    Reinduction,
    Risk,
    Session,
    Stage,
    Trial,
    replace,
)

K = TypeVar("K")
V = TypeVar("V")


def evolve(journey: Journey, recorded: Happened[Event]) -> Journey:
    """The journey after one more event."""
    return replace(changed(journey, recorded), version=recorded.version)


def changed(journey: Journey, recorded: Happened[Event]) -> Journey:
    """The journey as an event changes it; at which version it then is, a fold says once, at its end."""
    told = _told(journey, recorded)
    return told if told is journey else _moved(told, recorded.event)


def _moved(journey: Journey, event: Event) -> Journey:
    """The journey in the phase that an event brings it into."""
    if type(event) not in BY_EVENT:
        return journey
    now = Standing(journey.phase, journey.paused_in)
    then = following(now, type(event), journey.series)
    return journey if then == now else replace(journey, phase=then.phase, paused_in=then.paused_in)


def _told(journey: Journey, recorded: Happened[Event]) -> Journey:  # noqa: C901, PLR0911, PLR0912, PLR0915 - one arm an event, so that none can be missing
    """What an event tells of the journey, but for its phase."""
    match recorded.event:
        case JourneyReferred() as event:
            return replace(journey, journey_id=recorded.journey_id, referred=event)
        case ConsultCompleted() as event:
            return replace(journey, consult=event, consult_id=recorded.event_id)
        case TreatmentTrialRecorded() as event:
            trial = Trial(recorded=event, event_id=recorded.event_id)
            return replace(journey, trials=_with(journey.trials, event.trial_id, trial))
        case ContraindicationRecorded() as event:
            return replace(journey, contraindications=_with(journey.contraindications, recorded.event_id, event))
        case ContraindicationCleared() as event:
            clearing = Clearing(cleared=event, at=recorded.at, event_id=recorded.event_id)
            return replace(journey, clearings=_with(journey.clearings, event.contraindication_id, clearing))
        case ScreeningCompleted() as event:
            screening = Screening(completed=event, event_id=recorded.event_id)
            return replace(journey, screenings=(*journey.screenings, screening))
        case EligibilityConfirmed() as event:
            return replace(journey, eligibility=event)
        case EligibilityDenied():
            return replace(journey, eligibility=None)
        case ConsentGiven() as event:
            return replace(journey, consents=_with(journey.consents, event.consent_id, Consent(given=event)))
        case ConsentWithdrawn() as event:
            return _consent_withdrawn(journey, recorded, event)
        case CoverageVerified() as event:
            return replace(journey, coverages=_with(journey.coverages, event.coverage_id, event))
        case TreatmentPlanApproved() as event:
            return replace(journey, plan=event, switched=False)
        case SeriesBooked() | AppointmentBooked() as event:
            return with_booked(journey, event)
        case AppointmentRescheduled() as event:
            return with_moved(journey, event.moves)
        case AppointmentCancelled() as event:
            for appointment_id in event.appointment_ids:
                journey = _not_kept(journey, appointment_id, AppointmentStatus.CANCELLED)
            return journey
        case AppointmentMissed() as event:
            return _not_kept(journey, event.appointment_id, AppointmentStatus.MISSED)
        case PatientCheckedIn() as event:
            session = Session(checked_in=event, checked_in_at=recorded.at)
            arrived = _appointment(
                journey, event.appointment_id, status=AppointmentStatus.ARRIVED, session_id=event.session_id
            )
            return replace(arrived, sessions=_with(journey.sessions, event.session_id, session))
        case VitalsRecorded() as event:
            return _read(journey, event, Reading(recorded.at, event, recorded.event_id))
        case SessionCleared() as event:
            return _cleared(journey, recorded, event)
        case SessionWithheld() as event:
            return _session(journey, event.session_id, stage=Stage.WITHHELD, ended_at=recorded.at)
        case IvAccessPlaced() as event:
            return _iv_placed(journey, event)
        case InfusionStarted() as event:
            return _infusion_started(journey, recorded, event)
        case InfusionRateChanged() as event:
            return _rate_changed(journey, event, RateSegment(recorded.at, event.rate_ml_h))
        case InfusionCompleted() | InfusionAborted() as event:
            return _infusion_ended(journey, recorded, event)
        case MedicationGiven():
            return journey  # nothing is decided on it
        case DischargeReadinessAssessed() as event:
            return _session(journey, event.session_id, readiness=event)
        case PatientDischarged() as event:
            return _discharged(journey, recorded, event)
        case AssessmentCompleted() as event:
            assessment = Assessment(completed=event, at=recorded.at, event_id=recorded.event_id)
            return replace(journey, assessments=_with(journey.assessments, event.assessment_id, assessment))
        case SuicideRiskRaised() as event:
            risk = Risk(raised=event, raised_at=recorded.at)
            return replace(journey, risks=_with(journey.risks, event.risk_id, risk))
        case SuicideRiskAddressed() as event:
            if event.risk_id not in journey.risks:
                return journey
            addressed = replace(journey.risks[event.risk_id], addressed_at=recorded.at)
            return replace(journey, risks=_with(journey.risks, event.risk_id, addressed))
        case AdverseEventReported() as event:
            died = event.seriousness_code is Seriousness.DEATH
            reported = _adverse_event(journey, AdverseEvent(reported=event, grade=event.grade))
            return replace(reported, deceased=journey.deceased or died)
        case AdverseEventUpdated() as event:
            return _updated(journey, event)
        case ResponseAssessed() as event:
            return replace(journey, reviews=_with(journey.reviews, event.review_id, event))
        case JourneyPaused() as event:
            return replace(journey, pauses=(*journey.pauses, Pause(paused=event, at=recorded.at)))
        case JourneyResumed():
            return replace(journey, pauses=tuple(_resumed(pause, recorded.at) for pause in journey.pauses))
        case ModalityChanged() as event:
            switched = journey.switched or event.mode is ModalityMode.SWITCH
            return replace(journey, modality=event, switched=switched)
        case RelapseDetected() as event:
            return replace(journey, relapses=_with(journey.relapses, event.assessment_id, event))
        case ReinductionOrdered() as event:
            return replace(journey, reinduction=Reinduction(ordered=event, at=recorded.at))
        case MaintenanceScheduled() as event:
            return replace(journey, maintenance=event)
        case JourneyClosed() as event:
            return replace(journey, closed=event)
        case DeathRecorded() as event:
            return replace(journey, deceased=True, died_on=event.died_on)
        case SessionSignedOff() as event:
            return _session(journey, event.session_id, signed_off=event)
        case EntryCorrected():
            return journey  # applied to the history before it is folded
        case _:
            assert_never(recorded.event)


def _with(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return {**mapping, key: value}


def _session(journey: Journey, session_id: UUID, **changes: Any) -> Journey:
    """Change a session; nothing where its check-in was retracted."""
    session = journey.sessions.get(session_id)
    if session is None:
        return journey
    return replace(journey, sessions=_with(journey.sessions, session_id, replace(session, **changes)))


def _attempt(journey: Journey, session: Session, attempt: Attempt, **changes: Any) -> Journey:
    """Change one of a session's infusions."""
    attempts = tuple(replace(it, **changes) if it is attempt else it for it in session.attempts)
    return _session(journey, session.checked_in.session_id, attempts=attempts)


def _read(journey: Journey, event: VitalsRecorded, reading: Reading) -> Journey:
    session = journey.sessions.get(event.session_id)
    if session is None:
        return journey
    return _session(journey, event.session_id, readings=(*session.readings, reading))


def _cleared(journey: Journey, recorded: Happened[Event], event: SessionCleared) -> Journey:
    """Cleared once more after a stop, a session has its line already."""
    session = journey.sessions.get(event.session_id)
    placed = session is not None and session.iv_access is not None
    stage = Stage.IV_PLACED if placed else Stage.CLEARED
    return _session(journey, event.session_id, stage=stage, cleared=event, cleared_at=recorded.at)


def _iv_placed(journey: Journey, event: IvAccessPlaced) -> Journey:
    """The stage moves on from the clearance alone: a line may be entered late, or be a second one."""
    placed = _session(journey, event.session_id, iv_access=event)
    session = placed.sessions.get(event.session_id)
    if session is None or session.stage is not Stage.CLEARED:
        return placed
    return _session(placed, event.session_id, stage=Stage.IV_PLACED)


def _rate_changed(journey: Journey, event: InfusionRateChanged, segment: RateSegment) -> Journey:
    """The rate takes its place in time: it may have been heard of late, even after the infusion's end."""
    session = journey.sessions.get(event.session_id)
    attempt = None if session is None else session.attempt_at(segment.at)
    if session is None or attempt is None or not attempt.ran(segment.at):
        return journey
    rates = tuple(sorted((*attempt.rates, segment), key=lambda other: other.at))
    return _attempt(journey, session, attempt, rates=rates)


def _discharged(journey: Journey, recorded: Happened[Event], event: PatientDischarged) -> Journey:
    discharged = _session(
        journey,
        event.session_id,
        stage=Stage.DISCHARGED,
        disposition=event.disposition,
        ended_at=recorded.at,
    )
    return replace(discharged, deceased=journey.deceased or event.disposition is Disposition.DIED)


def _appointment(
    journey: Journey, appointment_id: UUID, *, status: AppointmentStatus, session_id: UUID | None = None
) -> Journey:
    appointment = journey.appointments.get(appointment_id)
    if appointment is None:
        return journey
    moved = replace(appointment, status=status, session_id=session_id or appointment.session_id)
    return replace(journey, appointments=_with(journey.appointments, appointment_id, moved))


def _adverse_event(journey: Journey, now: AdverseEvent) -> Journey:
    return replace(journey, adverse_events=_with(journey.adverse_events, now.reported.ae_id, now))


def _updated(journey: Journey, event: AdverseEventUpdated) -> Journey:
    """What became of an adverse event; a death is one, also where the report itself was retracted."""
    deceased = journey.deceased or event.outcome is AdverseEventOutcome.FATAL
    known = journey.adverse_events.get(event.ae_id)
    if known is not None:
        grade = max(known.grade, event.grade or known.grade)
        now = replace(known, grade=grade, outcome=event.outcome, resolved_at=event.resolved_at)
        journey = _adverse_event(journey, now)
    return replace(journey, deceased=deceased)


def _resumed(pause: Pause, at: datetime) -> Pause:
    return replace(pause, resumed_at=at) if pause.resumed_at is None else pause


def _not_kept(journey: Journey, appointment_id: UUID, status: AppointmentStatus) -> Journey:
    """An appointment was called off or missed; but whoever came has come."""
    appointment = journey.appointments.get(appointment_id)
    if appointment is None or appointment.status is AppointmentStatus.ARRIVED:
        return journey
    return _appointment(journey, appointment_id, status=status)


def with_booked(journey: Journey, event: SeriesBooked | AppointmentBooked) -> Journey:
    """The journey with what was booked."""
    booked = (_booked(event),) if isinstance(event, AppointmentBooked) else map(partial(_slot, event), event.slots)
    return replace(journey, appointments={**journey.appointments, **{it.appointment_id: it for it in booked}})


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
        slot_no=slot.slot_no,
        start=slot.start,
        end=slot.end,
        chair=slot.chair,
        nurse=slot.nurse,
        provider=slot.provider,
    )


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


def _consent_withdrawn(journey: Journey, recorded: Happened[Event], event: ConsentWithdrawn) -> Journey:
    consent = journey.consents.get(event.consent_id)
    if consent is None:
        return journey
    earlier = consent.withdrawn_at
    withdrawn = replace(consent, withdrawn_at=recorded.at if earlier is None else min(earlier, recorded.at))
    return replace(journey, consents=_with(journey.consents, event.consent_id, withdrawn))


def _infusion_started(journey: Journey, recorded: Happened[Event], event: InfusionStarted) -> Journey:
    session = journey.sessions.get(event.session_id)
    if session is None:
        return journey
    first = RateSegment(recorded.at, event.rate_ml_h)
    attempt = Attempt(started=event, started_at=recorded.at, rates=(first,))
    started = _session(journey, event.session_id, attempts=(*session.attempts, attempt), readiness=None)
    if session.ended_at is None or session.ended_at < recorded.at:  # else heard of only after the patient left
        return _session(started, event.session_id, stage=Stage.INFUSING, ended_at=None)
    return started


def _infusion_ended(journey: Journey, recorded: Happened[Event], event: InfusionCompleted | InfusionAborted) -> Journey:
    session = journey.sessions.get(event.session_id)
    if session is None or session.running is None:
        return journey
    ended = _attempt(
        journey,
        session,
        session.running,
        ended_at=recorded.at,
        ml_infused=event.ml_infused,
        aborted=isinstance(event, InfusionAborted),
        counts=event.counts if isinstance(event, InfusionAborted) else True,
    )
    if session.stage is Stage.INFUSING and ended.sessions[event.session_id].running is None:
        return _session(ended, event.session_id, stage=Stage.RECOVERING)
    return ended
