"""What does the schedule know of a journey? Its document, and what each event changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    DeathRecorded,
    Event,
    JourneyClosed,
    JourneyPaused,
    JourneyReferred,
    JourneyResumed,
    MaintenanceScheduled,
    ModalityChanged,
    PatientDischarged,
    ReinductionOrdered,
    ResponseAssessed,
    TreatmentPlanApproved,
)
from journey.events.course import ModalityMode
from journey.events.outcome import AdverseEventOutcome, Seriousness
from journey.events.session import Disposition
from journey.recorded import Happened
from journey.state import replace
from projections.plain import moment, noon, written
from projections.schedule import appointments, sessions, standing, tasks
from projections.schedule.appointments import Appointments
from projections.schedule.sessions import Sessions
from projections.schedule.standing import Standing
from projections.schedule.tasks import Tasks


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The plan in force."""

    plan_id: str
    revision: int
    infusions: int
    rule_id: str


@dataclass(frozen=True, kw_only=True)
class Maintenance:
    """The maintenance in force: days between infusions, its first and last day, and the clock these are days of."""

    maintenance_id: str
    rule: str
    intervals_d: tuple[int, ...]
    offset_min: int
    first_day: str
    until_day: str | None


@dataclass(frozen=True, kw_only=True)
class Reinduction:
    """A series begun anew under the plan: since when, and of how many infusions."""

    since: str
    infusions: int


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Since when the journey rests, why, and until when it is likely to."""

    since: str
    reason: str
    until: str | None


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A journey as the schedule sees it."""

    patient_id: str | None = None
    referred_at: str | None = None
    standing: Standing = field(default_factory=Standing)
    plan: Plan | None = None
    appointments: Appointments = field(default_factory=dict)
    sessions: Sessions = field(default_factory=dict)
    tasks: Tasks = field(default_factory=dict)
    reviewed_at: str | None = None
    reinduction: Reinduction | None = None
    pauses: tuple[Pause, ...] = ()
    modality: str | None = None
    switched_at: str | None = None
    maintenance: Maintenance | None = None
    closed_at: str | None = None
    died_at: str | None = None
    death_reviewed: bool = False

    @property
    def ended(self) -> bool:
        """Whether nothing more is planned."""
        return self.closed_at is not None or self.died_at is not None


def evolve(schedule: Schedule, _position: int, recorded: Happened[Event]) -> Schedule:
    """The schedule after one more event."""
    maintenance_id = None if schedule.maintenance is None else schedule.maintenance.maintenance_id
    visits = sessions.after(schedule.sessions, recorded, maintenance_id, again=schedule.reinduction is not None)
    booked = appointments.after(schedule.appointments, recorded)
    parts: dict[str, Any] = {
        "standing": standing.after(schedule.standing, recorded),
        "appointments": booked,
        "sessions": visits,
        "tasks": tasks.after(schedule.tasks, recorded, visits, booked),
    }
    changed = {name: part for name, part in parts.items() if part is not getattr(schedule, name)}
    changed |= _course(schedule, recorded)
    return replace(schedule, **changed) if changed else schedule


def _course(schedule: Schedule, recorded: Happened[Event]) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one arm an event
    """What an event changes in the course of the treatment as a whole."""
    at = moment(recorded.at)
    match recorded.event:
        case JourneyReferred() as event:
            return {"patient_id": written(event.patient_id), "referred_at": at}
        case TreatmentPlanApproved() as event:
            return {"plan": _plan(event), "switched_at": None}
        case ResponseAssessed():
            return {"reviewed_at": max(schedule.reviewed_at or at, at)}
        case JourneyPaused() as event:
            until = None if event.until is None else noon(event.until, recorded.utc_offset_min)
            return {"pauses": (*schedule.pauses, Pause(since=at, reason=event.reason.value, until=until))}
        case JourneyResumed():
            return {"pauses": ()}
        case ModalityChanged() as event:
            switched = at if event.mode is ModalityMode.SWITCH else None
            return {"modality": event.to.value, "switched_at": schedule.switched_at or switched}
        case ReinductionOrdered() as event:
            return {"reinduction": Reinduction(since=at, infusions=event.infusions), "maintenance": None}
        case MaintenanceScheduled() as event:
            return {"maintenance": _maintenance(event, recorded.utc_offset_min), "reinduction": None}
        case AdverseEventReported() as event if event.seriousness_code is Seriousness.DEATH:
            return {"death_reviewed": True, "died_at": schedule.died_at or at}
        case AdverseEventUpdated() as event if event.outcome is AdverseEventOutcome.FATAL:
            return {"death_reviewed": True, "died_at": schedule.died_at or at}
        case JourneyClosed():
            return {"closed_at": at}
        case DeathRecorded():
            return {"died_at": schedule.died_at or at}
        case PatientDischarged() as event if event.disposition is Disposition.DIED:
            return {"died_at": schedule.died_at or at}
        case _:
            return {}


def _plan(event: TreatmentPlanApproved) -> Plan:
    return Plan(
        plan_id=written(event.plan_id),
        revision=event.revision,
        infusions=event.infusions,
        rule_id=event.response_rule_id,
    )


def _maintenance(event: MaintenanceScheduled, offset_min: int) -> Maintenance:
    return Maintenance(
        maintenance_id=written(event.maintenance_id),
        rule=event.rule.value,
        intervals_d=event.intervals_d,
        offset_min=offset_min,
        first_day=event.first_due.isoformat(),
        until_day=None if event.until is None else event.until.isoformat(),
    )


def after_correction(schedule: Schedule, log: Sequence[Happened[Event]]) -> Schedule:
    """Settle the tasks of what was corrected, and raise those of what rested on it."""
    return replace(schedule, tasks=tasks.after_correction(schedule.tasks, log, schedule.sessions))
