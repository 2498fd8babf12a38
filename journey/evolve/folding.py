"""How does each event change a journey? Evolve never refuses: what was stored has happened."""

from __future__ import annotations

from typing import assert_never

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
    ContainerDestroyed,
    ContainerDispensed,
    ContainerReceived,
    ContainerTransferredOut,
    ContainerWasted,
    ContraindicationCleared,
    ContraindicationRecorded,
    CountRecorded,
    CoverageVerified,
    DeathRecorded,
    DischargeReadinessAssessed,
    DiscrepancyOpened,
    DiscrepancyResolved,
    DoseDispensed,
    DoseWasted,
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
    MovementAttested,
    PatientCheckedIn,
    PatientContacted,
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
from journey.events.outcome import Seriousness
from journey.evolve.appointments import not_kept, with_booked, with_kept, with_moved, with_status
from journey.evolve.changing import having, with_session
from journey.evolve.parts import consent_withdrawn, resumed, updated, with_adverse_event
from journey.evolve.sessions import (
    cleared,
    discharged,
    drawn,
    infusion_ended,
    infusion_started,
    iv_placed,
    rate_changed,
    read,
    wasted,
)
from journey.phases import BY_EVENT, Standing, following
from journey.recorded import Happened
from journey.screenings import Clearing, Screening
from journey.state import (
    AdverseEvent,
    AppointmentStatus,
    Assessment,
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
            return with_kept(replace(journey, consult=event, consult_id=recorded.event_id), recorded)
        case TreatmentTrialRecorded() as event:
            trial = Trial(recorded=event, event_id=recorded.event_id)
            return replace(journey, trials=having(journey.trials, event.trial_id, trial))
        case ContraindicationRecorded() as event:
            return replace(journey, contraindications=having(journey.contraindications, recorded.event_id, event))
        case ContraindicationCleared() as event:
            clearing = Clearing(cleared=event, at=recorded.at, event_id=recorded.event_id)
            return replace(journey, clearings=having(journey.clearings, event.contraindication_id, clearing))
        case ScreeningCompleted() as event:
            screening = Screening(completed=event, event_id=recorded.event_id)
            return replace(journey, screenings=(*journey.screenings, screening))
        case EligibilityConfirmed() as event:
            return replace(journey, eligibility=event)
        case EligibilityDenied():
            return replace(journey, eligibility=None)
        case ConsentGiven() as event:
            return replace(journey, consents=having(journey.consents, event.consent_id, Consent(given=event)))
        case ConsentWithdrawn() as event:
            return consent_withdrawn(journey, recorded, event)
        case CoverageVerified() as event:
            return replace(journey, coverages=having(journey.coverages, event.coverage_id, event))
        case TreatmentPlanApproved() as event:
            return replace(journey, plan=event, switched=False)
        case SeriesBooked() | AppointmentBooked() as event:
            return with_booked(journey, event)
        case AppointmentRescheduled() as event:
            return with_moved(journey, event.moves)
        case AppointmentCancelled() as event:
            for appointment_id in event.appointment_ids:
                journey = not_kept(journey, appointment_id, AppointmentStatus.CANCELLED)
            return journey
        case AppointmentMissed() as event:
            return not_kept(journey, event.appointment_id, AppointmentStatus.MISSED)
        case PatientCheckedIn() as event:
            session = Session(checked_in=event, checked_in_at=recorded.at)
            arrived = with_status(
                journey, event.appointment_id, status=AppointmentStatus.ARRIVED, session_id=event.session_id
            )
            return replace(arrived, sessions=having(journey.sessions, event.session_id, session))
        case VitalsRecorded() as event:
            return read(journey, event, Reading(recorded.at, event, recorded.event_id))
        case SessionCleared() as event:
            return cleared(journey, recorded, event)
        case SessionWithheld() as event:
            return with_session(journey, event.session_id, stage=Stage.WITHHELD, ended_at=recorded.at)
        case IvAccessPlaced() as event:
            return iv_placed(journey, event)
        case InfusionStarted() as event:
            return infusion_started(journey, recorded, event)
        case InfusionRateChanged() as event:
            return rate_changed(journey, event, RateSegment(recorded.at, event.rate_ml_h))
        case InfusionCompleted() | InfusionAborted() as event:
            return infusion_ended(journey, recorded, event)
        case MedicationGiven():
            return journey  # nothing is decided on it
        case PatientContacted():
            return with_kept(journey, recorded)
        case DoseDispensed() as event:
            return drawn(journey, event)
        case DoseWasted() as event:
            return wasted(journey, event)
        case DischargeReadinessAssessed() as event:
            return with_session(journey, event.session_id, readiness=event)
        case PatientDischarged() as event:
            return discharged(journey, recorded, event)
        case AssessmentCompleted() as event:
            assessment = Assessment(completed=event, at=recorded.at, event_id=recorded.event_id)
            return replace(journey, assessments=having(journey.assessments, event.assessment_id, assessment))
        case SuicideRiskRaised() as event:
            risk = Risk(raised=event, raised_at=recorded.at)
            return replace(journey, risks=having(journey.risks, event.risk_id, risk))
        case SuicideRiskAddressed() as event:
            if event.risk_id not in journey.risks:
                return journey
            addressed = replace(journey.risks[event.risk_id], addressed_at=recorded.at)
            return replace(journey, risks=having(journey.risks, event.risk_id, addressed))
        case AdverseEventReported() as event:
            died = event.seriousness_code is Seriousness.DEATH
            reported = with_adverse_event(journey, AdverseEvent(reported=event, grade=event.grade))
            return replace(reported, deceased=journey.deceased or died)
        case AdverseEventUpdated() as event:
            return updated(journey, event)
        case ResponseAssessed() as event:
            reviewed = replace(journey, reviews=having(journey.reviews, event.review_id, event))
            return with_kept(reviewed, recorded)
        case JourneyPaused() as event:
            return replace(journey, pauses=(*journey.pauses, Pause(paused=event, at=recorded.at)))
        case JourneyResumed():
            return replace(journey, pauses=tuple(resumed(pause, recorded.at) for pause in journey.pauses))
        case ModalityChanged() as event:
            switched = journey.switched or event.mode is ModalityMode.SWITCH
            return replace(journey, modality=event, switched=switched)
        case RelapseDetected() as event:
            return replace(journey, relapses=having(journey.relapses, event.assessment_id, event))
        case ReinductionOrdered() as event:
            return replace(journey, reinduction=Reinduction(ordered=event, at=recorded.at, event_id=recorded.event_id))
        case MaintenanceScheduled() as event:
            return replace(journey, maintenance=event)
        case JourneyClosed() as event:
            return replace(journey, closed=event)
        case DeathRecorded() as event:
            return replace(journey, deceased=True, died_on=event.died_on)
        case SessionSignedOff() as event:
            return with_session(journey, event.session_id, signed_off=event)
        case EntryCorrected():
            return journey  # applied to the history before it is folded
        case (
            ContainerReceived()
            | MovementAttested()
            | ContainerDispensed()
            | ContainerWasted()
            | CountRecorded()
            | ContainerTransferredOut()
            | ContainerDestroyed()
            | DiscrepancyOpened()
            | DiscrepancyResolved()
        ):
            return journey  # what happens to a container lies in a stream of its own
        case _:
            assert_never(recorded.event)
