"""What does the outcome of a journey rest on? Its document, and what each event adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AssessmentCompleted,
    DeathRecorded,
    DischargeReadinessAssessed,
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
)
from journey.events.course import ModalityMode
from journey.history import stale_entries
from journey.recorded import Happened
from journey.state import replace
from projections.outcome import adverse_events, infusions, medications
from projections.outcome.adverse_events import SideEffect
from projections.outcome.infusions import Start
from projections.outcome.medications import Medication
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
        Column("rule_id", Kind.TEXT, "the response rule of its plan"),
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
    rule_id: str | None = None
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


def evolve(course: Course, _position: int, recorded: Happened[Event]) -> Course:  # noqa: C901, PLR0911, PLR0912 - one arm an event
    """The course after one more event."""
    at = recorded.at
    match recorded.event:
        case JourneyReferred() as event:
            about = About(
                patient_id=written(event.patient_id), referred_at=moment(at), indication_icd10=event.indication_icd10
            )
            return replace(course, about=about)
        case TreatmentPlanApproved() as event:
            return _about(course, rule_id=event.response_rule_id)
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
            return replace(course, part=infusions.MAINTENANCE)
        case ModalityChanged() as event if event.mode is ModalityMode.SWITCH:
            return _about(course, switched_to=event.to.value)
        case JourneyClosed() as event:
            return _about(course, closed_at=moment(at), closing_reason=event.reason.value)
        case DeathRecorded() as event:
            return _about(course, died_on=event.died_on.isoformat())
        case _:
            return course


def _about(course: Course, **changes: str) -> Course:
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
        "scores": {key: row_of(score) for key, score in course.scores.items()},
        "infusions": infusions.rows(course.starts),
        "responses": {key: row_of(review) for key, review in course.reviews.items()},
        "relapses": {key: row_of(relapse) for key, relapse in course.relapses.items()},
        "side_effects": adverse_events.rows(course.side_effects, course.starts),
        "medications": medications.rows(course.medications, course.starts),
    }
