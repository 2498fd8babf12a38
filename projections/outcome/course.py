"""What does the outcome of a journey rest on? Its document, and what each event adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AssessmentCompleted,
    ConsentGiven,
    ConsentWithdrawn,
    ConsultCompleted,
    DeathRecorded,
    DischargeReadinessAssessed,
    EligibilityConfirmed,
    EligibilityDenied,
    Event,
    InfusionAborted,
    InfusionCompleted,
    InfusionStarted,
    JourneyClosed,
    JourneyReferred,
    MaintenanceScheduled,
    MedicationGiven,
    ModalityChanged,
    PatientCheckedIn,
    ReinductionOrdered,
    RelapseDetected,
    ResponseAssessed,
    TreatmentPlanApproved,
    VitalsRecorded,
)
from journey.events.course import ModalityMode
from journey.events.plan import ConsentKind, WithdrawalEffect
from journey.history import stale_entries
from journey.recorded import Happened
from journey.state import replace
from projections.outcome import adverse_events, infusions, medications, pressures, scores
from projections.outcome.adverse_events import SideEffect
from projections.outcome.infusions import Start
from projections.outcome.medications import Medication
from projections.outcome.pressures import Pressure
from projections.outcome.relapses import Relapse, detected
from projections.outcome.responses import Review, reviewed
from projections.outcome.scores import Score, scored
from projections.plain import moment, row_of, written
from projections.projection import Column, Kind, Rows, Table

JOURNEYS = Table(
    "journeys",
    "Every journey: whose it is, its response rule, and how it ended",
    (
        Column("patient_id", Kind.TEXT, "the patient, by a name of the vault"),
        Column("referred_at", Kind.TIME, "when it began"),
        Column("indication_icd10", Kind.TEXT, "what is treated", "ICD-10-CM"),
        Column("site_id", Kind.TEXT, "the site that entered the referral"),
        Column("consulted_at", Kind.TIME, "when the consult was completed, the last one"),
        Column("eligible_at", Kind.TIME, "when eligibility was confirmed, the last time"),
        Column("denied_at", Kind.TIME, "when it was denied, unless it was confirmed since"),
        Column("planned_at", Kind.TIME, "when a plan was approved, the last one"),
        Column("infusions_planned", Kind.WHOLE, "how many infusions the last plan has"),
        Column("rule_id", Kind.TEXT, "the response rule of its plan"),
        Column("consent_withdrawn_at", Kind.TIME, "when consent to treatment was withdrawn, unless given again since"),
        Column("maintained_at", Kind.TIME, "when maintenance was scheduled, the last time"),
        Column("switched_to", Kind.TEXT, "the treatment that took the place of the infusions, the last one"),
        Column("closed_at", Kind.TIME, "when it was closed"),
        Column("closing_reason", Kind.TEXT, "why"),
        Column("died_on", Kind.TEXT, "the day of death"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class About:
    """The journey itself, as a row."""

    patient_id: str
    referred_at: str
    indication_icd10: str
    site_id: str
    consulted_at: str | None = None
    eligible_at: str | None = None
    denied_at: str | None = None
    planned_at: str | None = None
    infusions_planned: int | None = None
    rule_id: str | None = None
    consent_withdrawn_at: str | None = None
    maintained_at: str | None = None
    switched_to: str | None = None
    closed_at: str | None = None
    closing_reason: str | None = None
    died_on: str | None = None


@dataclass(frozen=True, kw_only=True)
class Course:
    """What is kept of a journey.

    Of sessions only that they are there: a retracted check-in takes its starts of the pump with it.
    """

    about: About | None = None
    part: str = infusions.INDUCTION
    sessions: tuple[str, ...] = ()
    starts: Mapping[str, Start] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    relapses: Mapping[str, Relapse] = field(default_factory=dict)
    side_effects: Mapping[str, SideEffect] = field(default_factory=dict)
    medications: Mapping[str, Medication] = field(default_factory=dict)
    pressures: Mapping[str, Pressure] = field(default_factory=dict)


MOVING = frozenset(
    {
        *(JourneyReferred, ConsultCompleted, EligibilityConfirmed, EligibilityDenied, ConsentGiven, ConsentWithdrawn),
        *(TreatmentPlanApproved, PatientCheckedIn, InfusionStarted, InfusionCompleted, InfusionAborted, VitalsRecorded),
        *(MedicationGiven, DischargeReadinessAssessed, AssessmentCompleted, ResponseAssessed, AdverseEventReported),
        *(AdverseEventUpdated, RelapseDetected, ReinductionOrdered, MaintenanceScheduled, ModalityChanged),
        *(JourneyClosed, DeathRecorded),
    }
)
"""What changes a course."""


def evolve(course: Course, _position: int, recorded: Happened[Event]) -> Course:  # noqa: C901, PLR0911, PLR0912 - one arm an event
    """The course after one more event; what is most of a log is looked for first."""
    at = recorded.at
    if type(recorded.event) not in MOVING:
        return course
    match recorded.event:
        case VitalsRecorded() as event:
            key = written(recorded.event_id)
            return replace(course, pressures=pressures.read(course.pressures, key, at, event))
        case JourneyReferred() as event:
            about = About(
                patient_id=written(event.patient_id),
                referred_at=moment(at),
                indication_icd10=event.indication_icd10,
                site_id=recorded.site_id,
            )
            return replace(course, about=about)
        case ConsultCompleted():
            return _about(course, consulted_at=moment(at))
        case EligibilityConfirmed():
            return _about(course, eligible_at=moment(at), denied_at=None)
        case EligibilityDenied():
            return _about(course, denied_at=moment(at))
        case ConsentGiven() as event if event.kind is ConsentKind.TREATMENT:
            return _about(course, consent_withdrawn_at=None)
        case ConsentWithdrawn() as event if event.effect is WithdrawalEffect.STOP_TREATMENT:
            return _about(course, consent_withdrawn_at=moment(at))
        case TreatmentPlanApproved() as event:
            return _about(
                course, planned_at=moment(at), infusions_planned=event.infusions, rule_id=event.response_rule_id
            )
        case PatientCheckedIn() as event:
            return replace(course, sessions=(*course.sessions, written(event.session_id)))
        case InfusionStarted() as event if written(event.session_id) in course.sessions:
            start = infusions.started(at, event, part=course.part)
            return replace(course, starts={**course.starts, written(recorded.event_id): start})
        case InfusionCompleted() | InfusionAborted() as event:
            return replace(course, starts=infusions.ended(course.starts, at, event))
        case MedicationGiven() as event:
            given = {**course.medications, written(recorded.event_id): medications.given(at, event)}
            return replace(course, medications=given)
        case DischargeReadinessAssessed() as event:
            return replace(course, starts=infusions.recovered(course.starts, written(event.session_id)))
        case AssessmentCompleted() as event:
            return replace(course, scores={**course.scores, written(event.assessment_id): scored(at, event)})
        case ResponseAssessed() as event:
            made_anew = {key: replace(review, stale=False) for key, review in course.reviews.items()}
            return replace(course, reviews={**made_anew, written(event.review_id): reviewed(at, event)})
        case AdverseEventReported() as event:
            effect = adverse_events.reported(at, event)
            return replace(course, side_effects={**course.side_effects, written(event.ae_id): effect})
        case AdverseEventUpdated() as event:
            return replace(course, side_effects=adverse_events.updated(course.side_effects, event))
        case RelapseDetected() as event:
            return replace(course, relapses={**course.relapses, written(event.assessment_id): detected(at, event)})
        case ReinductionOrdered():
            return replace(course, part=infusions.REINDUCTION)
        case MaintenanceScheduled():
            return _about(replace(course, part=infusions.MAINTENANCE), maintained_at=moment(at))
        case ModalityChanged() as event if event.mode is ModalityMode.SWITCH:
            return _about(course, switched_to=event.to.value)
        case JourneyClosed() as event:
            return _about(course, closed_at=moment(at), closing_reason=event.reason.value)
        case DeathRecorded() as event:
            return _about(course, died_on=event.died_on.isoformat())
        case _:
            return course


def _about(course: Course, **changes: Any) -> Course:
    return course if course.about is None else replace(course, about=replace(course.about, **changes))


def after_correction(course: Course, log: Sequence[Happened[Event]]) -> Course:
    """Mark the reviews that rest on an entry corrected since."""
    stale = {str(it.event.review_id) for it in stale_entries(log) if isinstance(it.event, ResponseAssessed)}
    reviews = {key: replace(review, stale=key in stale) for key, review in course.reviews.items()}
    return replace(course, reviews=reviews)


def rows(course: Course) -> Rows:
    """The rows of every table."""
    return {
        "journeys": {} if course.about is None else {"journey": row_of(course.about)},
        "scores": scores.rows(course.scores),
        "infusions": infusions.rows(course.starts),
        "responses": {key: row_of(review) for key, review in course.reviews.items()},
        "relapses": {key: row_of(relapse) for key, relapse in course.relapses.items()},
        "side_effects": adverse_events.rows(course.side_effects, course.starts),
        "medications": medications.rows(course.medications, course.starts),
        "pressures": pressures.rows(course.pressures, course.starts),
    }
