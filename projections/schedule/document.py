"""What does the schedule know of a journey? Its document, and what each event changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AppointmentMissed,
    DeathRecorded,
    EntryCorrected,
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
from journey.policy import Policy
from journey.recorded import Happened
from journey.response import Anchor, ResponseRule
from journey.state import replace
from projections.plain import moment, noon, written
from projections.schedule import appointments, raised, sessions, standing
from projections.schedule.appointments import Appointments
from projections.schedule.raised import Tasks
from projections.schedule.sessions import Sessions
from projections.schedule.standing import Standing
from projections.schedule.terms import BUILT_IN, Terms


@dataclass(frozen=True, kw_only=True)
class Review:
    """From which day to which the response is reviewed, and whether they are counted from the first infusion."""

    days_min: int
    days_max: int
    from_first: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The plan in force."""

    plan_id: str
    revision: int
    infusions: int
    review: Review


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
    """A series begun anew under the plan: by which entry, since when, and of how many infusions."""

    reinduction_id: str
    since: str
    infusions: int


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Since when the journey rests, why, and until when it is likely to."""

    since: str
    reason: str
    until: str | None


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The last day on which something happened, and from when on the journey has lapsed if nothing does."""

    day: str
    lapsed_from: str


MOVING = frozenset(
    {
        *(JourneyReferred, TreatmentPlanApproved, ResponseAssessed, JourneyPaused, JourneyResumed, ModalityChanged),
        *(ReinductionOrdered, MaintenanceScheduled, AdverseEventReported, AdverseEventUpdated),
        *(JourneyClosed, DeathRecorded, PatientDischarged),
    }
)
"""What changes the course of the treatment as a whole."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """A journey as the schedule sees it."""

    patient_id: str | None = None
    site_id: str | None = None
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
    heard: Heard | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more is planned."""
        return self.closed_at is not None or self.died_at is not None


def evolve(schedule: Schedule, _position: int, recorded: Happened[Event], terms: Terms = BUILT_IN) -> Schedule:
    """The schedule after one more event, its times counted by the policy and rules of its day."""
    policy = terms.policy(recorded.policy_version)
    maintenance_id = None if schedule.maintenance is None else schedule.maintenance.maintenance_id
    again = schedule.reinduction is not None
    visits = sessions.after(schedule.sessions, recorded, maintenance_id, policy, again=again)
    booked = appointments.after(schedule.appointments, recorded, policy)
    changed = _course(schedule, recorded, terms)
    if visits is not schedule.sessions:
        changed["sessions"] = visits
    if booked is not schedule.appointments:
        changed["appointments"] = booked
    if (stands := standing.after(schedule.standing, recorded, policy)) is not schedule.standing:
        changed["standing"] = stands
    if (tasks := raised.after(schedule.tasks, recorded, visits, booked, policy)) is not schedule.tasks:
        changed["tasks"] = tasks
    if (heard := _heard(schedule.heard, recorded, policy)) is not schedule.heard:
        changed["heard"] = heard
    return replace(schedule, **changed) if changed else schedule


def _heard(heard: Heard | None, recorded: Happened[Event], policy: Policy) -> Heard | None:
    """The last day of the journey; nobody came, where a visit was missed, and a correction is about another day."""
    day = moment(recorded.at)[:10]
    if isinstance(recorded.event, (AppointmentMissed, EntryCorrected)) or (heard is not None and day <= heard.day):
        return heard
    return Heard(day=day, lapsed_from=moment(recorded.at + timedelta(days=policy.lapsed_after_days)))


def _course(schedule: Schedule, recorded: Happened[Event], terms: Terms) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one arm an event
    """What an event changes in the course of the treatment as a whole."""
    if type(recorded.event) not in MOVING:
        return {}
    at = moment(recorded.at)
    match recorded.event:
        case JourneyReferred() as event:
            return {"patient_id": written(event.patient_id), "site_id": recorded.site_id, "referred_at": at}
        case TreatmentPlanApproved() as event:
            rule = terms.rule(event.response_rule_id, recorded.recorded_at)
            return {"plan": _plan(event, rule), "switched_at": None}
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
            again = Reinduction(reinduction_id=written(recorded.event_id), since=at, infusions=event.infusions)
            return {"reinduction": again, "maintenance": None}
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


def _plan(event: TreatmentPlanApproved, rule: ResponseRule) -> Plan:
    return Plan(
        plan_id=written(event.plan_id),
        revision=event.revision,
        infusions=event.infusions,
        review=Review(
            days_min=rule.endpoint_days_min,
            days_max=rule.endpoint_days_max,
            from_first=rule.endpoint_from is Anchor.FIRST,
        ),
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
    return replace(schedule, tasks=raised.after_correction(schedule.tasks, log, schedule.sessions))
