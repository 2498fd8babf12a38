"""What must somebody look at? Tasks that an event raises, kept until another settles them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AppointmentBooked,
    AppointmentMissed,
    AssessmentCompleted,
    EntryCorrected,
    Event,
    JourneyClosed,
    ModalityChanged,
    PatientCheckedIn,
    ReinductionOrdered,
    RelapseDetected,
    ResponseAssessed,
    SeriesBooked,
    SessionSignedOff,
    SessionWithheld,
)
from journey.events.outcome import AdverseEventOutcome
from journey.events.session import NextAction
from journey.history import of_what, stale_entries
from journey.instruments import SCORERS
from journey.recorded import Happened
from journey.state import AppointmentStatus
from projections.plain import moment
from projections.schedule.appointments import Appointments
from projections.schedule.sessions import Sessions

RESOLVED = frozenset({AdverseEventOutcome.RESOLVED, AdverseEventOutcome.RESOLVED_WITH_SEQUELAE})

SEVERE = 3
"""CTCAE grade from which somebody reviews an adverse event."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to look at, since when, and why."""

    due_at: str
    reason: str
    appointment_id: str | None = None


Tasks = Mapping[str, Task]
"""By what raised them: `what:...`, so that what settles a kind of them finds them."""


def after(tasks: Tasks, recorded: Happened[Event], sessions: Sessions, appointments: Appointments) -> Tasks:
    """The tasks after one more event, with the sessions and appointments as they are after it."""
    raised = {
        key: Task(due_at=moment(recorded.at), reason=reason, appointment_id=appointment_of(recorded.event, sessions))
        for key, reason in _raised(recorded, appointments)
    }
    settled = _settled(tasks, recorded.event, sessions) if tasks else tasks
    return {**settled, **raised} if raised else settled


def appointment_of(event: Event, sessions: Sessions) -> str | None:
    """The appointment that an event is of, or that a correction puts right: by its session or by itself."""
    said = event.replacement.data if isinstance(event, EntryCorrected) and event.replacement else event
    session = sessions.get(str(getattr(said, "session_id", None)))
    if session is not None:
        return session.appointment_id
    own = getattr(said, "appointment_id", None)
    return None if own is None else str(own)


def _settled(tasks: Tasks, event: Event, sessions: Sessions) -> Tasks:
    prefixes = (_stale(event), *_settles(event))
    left = {key: task for key, task in tasks.items() if not key.startswith(prefixes)}
    if not isinstance(event, SessionSignedOff):
        return left
    signed = appointment_of(event, sessions)  # what deviates in its session is explained by the signature's note
    return {key: it for key, it in left.items() if not (key.startswith("deviation:") and it.appointment_id == signed)}


def _settles(event: Event) -> tuple[str, ...]:
    match event:
        case AppointmentBooked() | SeriesBooked():
            return ("withheld:", "missed:")
        case PatientCheckedIn():
            return ("missed:",)
        case AssessmentCompleted():
            scorer = SCORERS[event.instrument]
            return ("unanswered:",) if scorer.suicide_items and not scorer.unanswered(event.items) else ()
        case AdverseEventUpdated() as event:
            return (f"adverse_event:{event.ae_id}",) if event.outcome in RESOLVED else ()
        case ReinductionOrdered() | ModalityChanged() | ResponseAssessed() | JourneyClosed():
            return ("relapse:",)
        case _:
            return ()


def _raised(recorded: Happened[Event], appointments: Appointments) -> Iterator[tuple[str, str]]:
    """The keys and reasons of the tasks that an event raises."""
    for rule in recorded.deviations:
        yield f"deviation:{recorded.event_id}:{rule.value}", rule.value
    match recorded.event:
        case AssessmentCompleted() as event:
            for item in SCORERS[event.instrument].unanswered(event.items)[:1]:
                yield f"unanswered:{recorded.event_id}", f"{event.instrument.value}_item_{item}_unanswered"
        case AdverseEventReported() as event if event.serious or event.grade >= SEVERE:
            how = "serious" if event.serious else "severe"
            yield f"adverse_event:{event.ae_id}", f"adverse_event_{how}"
        case AdverseEventUpdated() as event if event.outcome not in RESOLVED and (event.grade or 0) >= SEVERE:
            how = "serious" if event.outcome is AdverseEventOutcome.FATAL else "severe"
            yield f"adverse_event:{event.ae_id}", f"adverse_event_{how}"
        case SessionWithheld() as event if event.next_action is not NextAction.NONE:
            yield f"withheld:{recorded.event_id}", f"withheld_{event.next_action.value}"
        case RelapseDetected() as event:
            yield f"relapse:{event.assessment_id}", "relapse_review"
        case AppointmentMissed():
            missed = sum(it.status == AppointmentStatus.MISSED for it in appointments.values())
            yield f"missed:{recorded.event_id}", "missed_rebook" if missed <= 1 else "missed_outreach"
        case _:
            pass


def after_correction(tasks: Tasks, log: Sequence[Happened[Event]], sessions: Sessions) -> Tasks:
    """The tasks of a journey with corrections: what was corrected deviates no more, what rested on it is stale."""
    corrected = tuple(
        f"deviation:{entry.event.target_event_id}:" for entry in log if isinstance(entry.event, EntryCorrected)
    )
    kept = {key: task for key, task in tasks.items() if not key.startswith(corrected)}
    for entry in stale_entries(log):
        kept[f"{_stale(entry.event)}{entry.event_id}"] = Task(
            due_at=moment(entry.at),
            reason="rests_on_corrected_entry",
            appointment_id=appointment_of(entry.event, sessions),
        )
    return kept


def _stale(event: Event) -> str:
    """What begins the key of a stale entry; the same decided again, of the same thing, settles it."""
    return f"stale:{type(event).__name__}:{of_what(event)}:"
