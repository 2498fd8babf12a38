"""What must somebody look at? Tasks that an event raises, kept until another settles them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from journey.events import (
    AdverseEventReported,
    AppointmentBooked,
    AppointmentMissed,
    AssessmentCompleted,
    EntryCorrected,
    Event,
    PatientCheckedIn,
    SessionWithheld,
)
from journey.events.session import NextAction
from journey.history import stale_entries
from journey.instruments import SCORERS
from journey.recorded import Recorded
from projections.plain import moment

SEVERE = 3
"""CTCAE grade from which somebody reviews an adverse event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something to look at, since when, and why."""

    due_at: str
    reason: str
    appointment_id: str | None = None


Tasks = Mapping[str, Task]
"""By what raised them: `what:...`, so that what settles a kind of them finds them."""


def after(tasks: Tasks, recorded: Recorded[Event], appointment_id: str | None, missed: int) -> Tasks:
    """The tasks after one more event, of an appointment if it is of one; `missed` counts the visits missed so far."""
    raised = dict(_raised(recorded, appointment_id, missed))
    settled = _settled(tasks, recorded) if tasks else tasks
    return {**settled, **raised} if raised else settled


def _settled(tasks: Tasks, recorded: Recorded[Event]) -> Tasks:
    prefixes = (_stale(recorded.event), *_settles(recorded.event))
    return {key: task for key, task in tasks.items() if not key.startswith(prefixes)}


def _settles(event: Event) -> tuple[str, ...]:
    match event:
        case AppointmentBooked():
            return ("withheld:", "missed:")
        case PatientCheckedIn():
            return ("missed:",)
        case AssessmentCompleted():
            item = SCORERS[event.instrument].risk_item
            return ("unanswered:",) if item is not None and event.items.get(item) is not None else ()
        case _:
            return ()


def _raised(recorded: Recorded[Event], appointment_id: str | None, missed: int) -> Iterator[tuple[str, Task]]:
    due_at, id_ = moment(recorded.at), recorded.event_id
    for rule in recorded.deviations:
        yield f"deviation:{id_}:{rule.value}", Task(due_at=due_at, reason=rule.value, appointment_id=appointment_id)
    match recorded.event:
        case AssessmentCompleted() as event:
            item = SCORERS[event.instrument].risk_item
            if item is not None and event.items.get(item) is None:
                yield (
                    f"unanswered:{id_}",
                    Task(due_at=due_at, reason=f"{event.instrument.value}_item_{item}_unanswered"),
                )
        case AdverseEventReported() as event if event.serious or event.grade >= SEVERE:
            reason = "adverse_event_serious" if event.serious else "adverse_event_severe"
            yield f"adverse_event:{event.ae_id}", Task(due_at=due_at, reason=reason, appointment_id=appointment_id)
        case SessionWithheld() as event if event.next_action is not NextAction.NONE:
            reason = f"withheld_{event.next_action.value}"
            yield f"withheld:{id_}", Task(due_at=due_at, reason=reason, appointment_id=appointment_id)
        case AppointmentMissed():
            reason = "missed_rebook" if missed == 1 else "missed_outreach"
            yield f"missed:{id_}", Task(due_at=due_at, reason=reason, appointment_id=appointment_id)
        case _:
            pass


def after_correction(tasks: Tasks, log: Sequence[Recorded[Event]], appointments: Mapping[str, str]) -> Tasks:
    """The tasks of a journey with corrections: what was corrected deviates no more, what rested on it is stale.

    `appointments` gives a session's appointment.
    """
    corrected = tuple(
        f"deviation:{entry.event.target_event_id}:" for entry in log if isinstance(entry.event, EntryCorrected)
    )
    kept = {key: task for key, task in tasks.items() if not key.startswith(corrected)}
    for entry in stale_entries(log):
        appointment_id = appointments.get(str(getattr(entry.event, "session_id", None)))
        task = Task(due_at=moment(entry.at), reason="rests_on_corrected_entry", appointment_id=appointment_id)
        kept[f"{_stale(entry.event)}{entry.event_id}"] = task
    return kept


def _stale(event: Event) -> str:
    """What begins the key of a stale entry; the same decided again, for the same session, settles it."""
    return f"stale:{type(event).__name__}:{getattr(event, 'session_id', None)}:"
