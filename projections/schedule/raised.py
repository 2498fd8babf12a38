"""What must somebody look at? Tasks that an event raises, kept until another settles them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from journey.commands import ANSWERED_BY, CorrectEntry, SignOffSession
from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AppointmentBooked,
    AppointmentMissed,
    AssessmentCompleted,
    EntryCorrected,
    Event,
    JourneyClosed,
    JourneyResumed,
    ModalityChanged,
    PatientCheckedIn,
    PatientContacted,
    ReinductionOrdered,
    RelapseDetected,
    ResponseAssessed,
    SeriesBooked,
    SessionSignedOff,
    SessionWithheld,
)
from journey.events.outcome import AdverseEventOutcome
from journey.events.schedule import ContactPurpose
from journey.events.session import NextAction
from journey.history import SIGNED_FOR, of_what, stale_entries
from journey.instruments import SCORERS
from journey.policy import Policy
from journey.recorded import Happened
from journey.state import AppointmentStatus, replace
from projections.plain import moment, written
from projections.schedule.appointments import Appointments
from projections.schedule.sessions import Sessions

SETTLING = frozenset(
    {
        *(AppointmentBooked, SeriesBooked, PatientCheckedIn, PatientContacted, AssessmentCompleted),
        *(AdverseEventUpdated, ReinductionOrdered, ModalityChanged, ResponseAssessed, JourneyClosed),
    }
)
"""What settles tasks of its own kinds; whatever was stale is settled by the same decided again."""

RAISING = frozenset(
    {
        *(AssessmentCompleted, AdverseEventReported, AdverseEventUpdated, SessionWithheld),
        *(RelapseDetected, AppointmentMissed),
    }
)
"""What may raise a task by itself, besides its deviations."""

STALE = "stale:"
"""What begins the keys of tasks about entries that rest on a corrected one."""

RESOLVED = frozenset({AdverseEventOutcome.RESOLVED, AdverseEventOutcome.RESOLVED_WITH_SEQUELAE})


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something to do, and why.

    It is due at a time; before `opens_at` it is none yet, and from `overdue_at` on it is late, if there are such times.
    What it is about: an appointment, a session, or, as `subject_id`, whatever else its command asks for. `settled_by`
    is that command where it is not the one that its kind proposes.
    """

    due_at: str
    reason: str
    opens_at: str | None = None
    overdue_at: str | None = None
    appointment_id: str | None = None
    session_id: str | None = None
    subject_id: str | None = None
    settled_by: str | None = None


SIGNED_AS_STALE = tuple(f"{STALE}{it.__name__}:" for it in SIGNED_FOR)
SIGNED = ("deviation:", *SIGNED_AS_STALE)
"""What begins the keys of the tasks that the signature of their session settles."""

Tasks = dict[str, Task]
"""By kind and by what raised them, `kind:...`, so that what settles a kind of them finds them."""

ONCE = (JourneyResumed, ReinductionOrdered)
"""What can't be decided again where it stands: it is confirmed, or corrected itself."""

DECIDED_BY = {event: command.__name__ for command, event in ANSWERED_BY.items()} | dict.fromkeys(
    ONCE, CorrectEntry.__name__
)


def after(
    tasks: Tasks, recorded: Happened[Event], sessions: Sessions, appointments: Appointments, policy: Policy
) -> Tasks:
    """The tasks after one more event, with the sessions and appointments as they are after it."""
    settled = _settled(tasks, recorded.event) if tasks else tasks
    if not recorded.deviations and type(recorded.event) not in RAISING:
        return settled
    raised = list(_raised(recorded, appointments, policy))
    if not raised:
        return settled
    session_id = session_of(recorded.event)
    task = Task(
        due_at=moment(recorded.at),
        reason="",
        appointment_id=appointment_of(recorded.event, sessions),
        session_id=session_id,
    )
    corrects = CorrectEntry.__name__ if session_id is None else None
    return settled | {
        key: replace(
            task, reason=reason, subject_id=subject_id, settled_by=corrects if key.startswith("deviation:") else None
        )
        for key, reason, subject_id in raised
    }


def appointment_of(event: Event, sessions: Sessions) -> str | None:
    """The appointment that an event is of, or that a correction puts right: by its session or by itself."""
    said = event.replacement.data if isinstance(event, EntryCorrected) and event.replacement else event
    session = sessions.get(str(getattr(said, "session_id", None)))
    if session is not None:
        return session.appointment_id
    own = getattr(said, "appointment_id", None)
    return None if own is None else str(own)


def session_of(event: Event) -> str | None:
    """The session that an event is of, or that a correction puts right."""
    said = event.replacement.data if isinstance(event, EntryCorrected) and event.replacement else event
    session_id = getattr(said, "session_id", None)
    return None if session_id is None else written(session_id)


def settled_by(key: str, task: Task, sessions: Sessions) -> str | None:
    """The command that settles a task, if it is not the one that its kind proposes.

    What is stale of a session that is over is not decided again: its record is signed anew.
    """
    session = sessions.get(task.session_id or "")
    over = session is not None and not session.is_open and key.startswith(SIGNED_AS_STALE)
    return SignOffSession.__name__ if over else task.settled_by


def _settled(tasks: Tasks, event: Event) -> Tasks:
    prefixes = _settles(event) if type(event) in SETTLING else ()
    if any(key.startswith(STALE) for key in tasks):
        prefixes = (*prefixes, _stale(event))
    left = {key: task for key, task in tasks.items() if not key.startswith(prefixes)} if prefixes else tasks
    if not isinstance(event, SessionSignedOff):
        return left
    signed = session_of(event)  # what deviates in its session, or is stale, is explained by the signature
    return {key: it for key, it in left.items() if not (key.startswith(SIGNED) and it.session_id == signed)}


def _settles(event: Event) -> tuple[str, ...]:  # noqa: PLR0911 - one arm an event
    match event:
        case AppointmentBooked() | SeriesBooked():
            return ("withheld:", "rebook:", "outreach:")
        case PatientCheckedIn():
            return ("rebook:", "outreach:")
        case PatientContacted() as event if event.reached and event.purpose is ContactPurpose.OUTREACH:
            return ("outreach:",)
        case AssessmentCompleted():
            scorer = SCORERS[event.instrument]
            return ("unanswered:",) if scorer.suicide_items and not scorer.unanswered(event.items) else ()
        case AdverseEventUpdated() as event:
            over = event.outcome in RESOLVED or (event.outcome is AdverseEventOutcome.FATAL and event.grade is None)
            return (f"adverse_event:{event.ae_id}",) if over else ()  # a death that was known before is reviewed by it
        case ReinductionOrdered() | ModalityChanged() | ResponseAssessed():
            return ("relapse:",)
        case JourneyClosed():
            return ("relapse:", "withheld:", "rebook:", "outreach:")
        case _:
            return ()


def _raised(
    recorded: Happened[Event], appointments: Appointments, policy: Policy
) -> Iterator[tuple[str, str, str | None]]:
    """The keys, reasons and subjects of the tasks that an event raises."""
    entry = written(recorded.event_id)
    for rule in recorded.deviations:
        yield f"deviation:{entry}:{rule.value}", rule.value, entry
    match recorded.event:
        case AssessmentCompleted() as event:
            for item in SCORERS[event.instrument].unanswered(event.items)[:1]:
                yield f"unanswered:{entry}", f"{event.instrument.value}_item_{item}_unanswered", None
        case AdverseEventReported() as event if event.serious or event.grade >= policy.adverse_event_review_grade:
            how = "serious" if event.serious else "severe"
            yield f"adverse_event:{event.ae_id}", f"adverse_event_{how}", written(event.ae_id)
        case AdverseEventUpdated() as event if event.outcome not in RESOLVED and (
            (event.grade or 0) >= policy.adverse_event_review_grade
        ):
            how = "serious" if event.outcome is AdverseEventOutcome.FATAL else "severe"
            yield f"adverse_event:{event.ae_id}", f"adverse_event_{how}", written(event.ae_id)
        case SessionWithheld() as event if event.next_action is not NextAction.NONE:
            yield f"withheld:{entry}", f"withheld_{event.next_action.value}", None
        case RelapseDetected() as event:
            yield f"relapse:{event.assessment_id}", "relapse_review", written(event.assessment_id)
        case AppointmentMissed():
            missed = sum(it.status == AppointmentStatus.MISSED for it in appointments.values())
            kind = "rebook" if missed < policy.outreach_from_missed else "outreach"
            yield f"{kind}:{entry}", f"missed_{kind}", None
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
            session_id=session_of(entry.event),
            subject_id=written(entry.event_id),
            settled_by=DECIDED_BY[type(entry.event)],
        )
    return kept


def _stale(event: Event) -> str:
    """What begins the key of a stale entry; the same decided again, of the same thing, settles it."""
    return f"{STALE}{type(event).__name__}:{of_what(event)}:"
