"""What is due, when, and why? Appointments, reviews, maintenance, and the tasks that events raise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from journey.policy import Policy
from journey.response import PHQ9_LT5, RULES
from projections.database import ReadModels
from projections.plain import moment, noon, parsed, row_of
from projections.projection import Column, Kind, Table
from projections.schedule.appointments import INFUSION, Appointment
from projections.schedule.document import Maintenance, Schedule
from projections.schedule.sessions import infusions
from projections.schedule.tasks import Task

DUE = Table(
    "due",
    "Everything that is due, with its date and reason",
    (
        Column("kind", Kind.TEXT, "appointment, review, maintenance or task"),
        Column("due_at", Kind.TIME, "when it is due; of a task that something raised, since when"),
        Column("reason", Kind.TEXT, "why"),
        Column("appointment_id", Kind.TEXT, "the appointment it is about"),
        Column("series_id", Kind.TEXT, "the series that appointment was booked in"),
    ),
    indexed=("due_at",),
)

SIGN_OFF_DUE = timedelta(days=Policy().sign_off_due_days)
APPOINTMENT, REVIEW, MAINTENANCE, TASK = "appointment", "review", "maintenance", "task"


def rows(schedule: Schedule) -> dict[str, dict[str, Any]]:
    """A row for each thing that is due."""
    due = {f"task:{key}": row_of(task) | {"kind": TASK} for key, task in schedule.tasks.items()}
    for kind, key, task in _derived(schedule):
        due[f"{kind}:{key}"] = row_of(task) | {"kind": kind}
    return {key: row | {"series_id": _series_of(schedule, row["appointment_id"])} for key, row in due.items()}


def _series_of(schedule: Schedule, appointment_id: str | None) -> str | None:
    appointment = None if appointment_id is None else schedule.appointments.get(appointment_id)
    return None if appointment is None else appointment.series_id


def _derived(schedule: Schedule) -> Iterator[tuple[str, str, Task]]:
    """What follows from where the journey stands."""
    for key, risk in schedule.standing.risks.items():
        yield TASK, f"risk:{key}", Task(due_at=risk.raised_at, reason=f"suicide_risk_{risk.level}")
    for key, appointment in schedule.appointments.items():
        if appointment.is_open:
            yield APPOINTMENT, key, _task(appointment.starts_at, appointment.kind, appointment)
    yield from _to_cancel(schedule)
    yield from _to_sign(schedule)
    if schedule.died_at is not None and not schedule.death_reviewed:
        yield TASK, "death", Task(due_at=schedule.died_at, reason="death_review")
    if schedule.ended:
        return
    yield from _eligibility(schedule)
    yield from _pauses(schedule)
    if schedule.maintenance is None:
        yield from _review(schedule)
    elif not schedule.pauses and schedule.switched_at is None:
        yield from _maintenance(schedule, schedule.maintenance)


def _task(due_at: str, reason: str, appointment: Appointment | None) -> Task:
    return Task(
        due_at=due_at, reason=reason, appointment_id=None if appointment is None else appointment.appointment_id
    )


def _to_cancel(schedule: Schedule) -> Iterator[tuple[str, str, Task]]:
    """After a death every booking; after the withdrawal of the last consent each infusion, and the one that runs.

    After a switch to another treatment each infusion, too.
    """
    withdrawn_at, died_at, switched_at = schedule.standing.withdrawn_at, schedule.died_at, schedule.switched_at
    for key, it in schedule.appointments.items():
        if it.is_open and died_at is not None:
            yield TASK, f"cancel:{key}", _task(died_at, "death_cancel_appointment", it)
        elif it.is_open and withdrawn_at is not None and it.kind == INFUSION:
            yield TASK, f"cancel:{key}", _task(withdrawn_at, "consent_withdrawn_cancel_appointment", it)
        elif it.is_open and switched_at is not None and it.kind == INFUSION:
            yield TASK, f"cancel:{key}", _task(switched_at, "switched_cancel_appointment", it)
    for key, session in schedule.sessions.items():
        if withdrawn_at is not None and session.is_open and session.running:
            task = Task(
                due_at=withdrawn_at,
                reason="consent_withdrawn_stop_infusion",
                appointment_id=session.appointment_id,
            )
            yield TASK, f"stop:{key}", task


def _to_sign(schedule: Schedule) -> Iterator[tuple[str, str, Task]]:
    """The record of each session that is over and not signed off."""
    for key, session in schedule.sessions.items():
        if session.ended_at is not None and not session.is_open and session.signed_off_at is None:
            due = parsed(session.ended_at) + SIGN_OFF_DUE
            yield (
                TASK,
                f"unsigned:{key}",
                Task(due_at=moment(due), reason="unsigned", appointment_id=session.appointment_id),
            )


def _eligibility(schedule: Schedule) -> Iterator[tuple[str, str, Task]]:
    """A re-check that was agreed on, one that a finding asks for, and what runs out before the next infusion."""
    standing = schedule.standing
    if standing.recheck_at is not None:
        yield TASK, "recheck", Task(due_at=standing.recheck_at, reason="eligibility_recheck")
    if standing.eligible_until is not None and (found := standing.new_contraindications()):
        due_at = min(found)
        yield TASK, "contraindication", Task(due_at=due_at, reason="eligibility_new_contraindication")
    ends = {
        "eligibility": standing.eligible_until,
        "clearing": standing.cleared_until,
        "pregnancy_test": standing.test_until,
        "consent": standing.consented_until,
    }
    for what, until in ends.items():
        after = (it for it in _infusions(schedule) if until and until < it.starts_at)
        first = min(after, key=lambda it: it.starts_at, default=None)
        if until and first is not None:
            yield TASK, what, _task(until, f"{what}_expires", first)


def _pauses(schedule: Schedule) -> Iterator[tuple[str, str, Task]]:
    """While the journey rests: each infusion that lies ahead is to be moved, and the day on which it may go on."""
    for number, pause in enumerate(schedule.pauses):
        for it in _infusions(schedule):
            if pause.until is None or it.starts_at < pause.until:
                task = _task(pause.since, "paused_move_appointment", it)
                yield TASK, f"paused:{it.appointment_id}", task
        if pause.until is not None:
            yield TASK, f"pause:{number}", Task(due_at=pause.until, reason="pause_over")


def _infusions(schedule: Schedule) -> Iterator[Appointment]:
    """The infusions that lie ahead."""
    for it in schedule.appointments.values():
        if it.is_open and it.kind == INFUSION:
            yield it


def _review(schedule: Schedule) -> Iterator[tuple[str, str, Task]]:
    """Once the infusions of the plan, or of a reinduction, are given, the response is reviewed.

    It is due from the first day of its rule's window on.
    """
    given, again = infusions(schedule.sessions), schedule.reinduction
    if again is not None:
        given = [(visit, pump) for visit, pump in given if pump.started_at >= again.since]
    if schedule.plan is None or len(given) < (schedule.plan.infusions if again is None else again.infusions):
        return
    last_at = given[-1][1].ended_at or given[-1][1].started_at
    if schedule.reviewed_at is None or schedule.reviewed_at < last_at:
        rule = RULES.get(schedule.plan.rule_id, PHQ9_LT5)
        from_ = rule.counted_from(parsed(given[0][1].started_at), parsed(last_at))
        due = from_ + timedelta(days=rule.endpoint_days_min)
        yield REVIEW, "response", Task(due_at=moment(due), reason="response_review")


def _maintenance(schedule: Schedule, maintenance: Maintenance) -> Iterator[tuple[str, str, Task]]:
    """The next infusion of maintenance, with its appointment once there is one."""
    days = [pump.day for _, pump in infusions(schedule.sessions) if pump.maintenance_id == maintenance.maintenance_id]
    next_day = date.fromisoformat(maintenance.first_day)
    if days:
        interval = maintenance.intervals_d[min(len(days), len(maintenance.intervals_d)) - 1]
        next_day = date.fromisoformat(days[-1]) + timedelta(days=interval)
    if maintenance.until_day is None or next_day.isoformat() <= maintenance.until_day:
        ahead = min(_infusions(schedule), key=lambda it: it.starts_at, default=None)
        yield MAINTENANCE, "next", _task(noon(next_day, maintenance.offset_min), maintenance.rule, ahead)


PROMISED = ("journey_id", "kind", "due_at", "reason", "appointment_id", "series_id")


def due(
    models: ReadModels, *, until: datetime | None = None, kind: str | None = None, journey_id: UUID | None = None
) -> dict[str, Any]:
    """What is due, the oldest first: up to a moment, of one kind, or of one journey, if asked so."""
    asked = {
        "t.due_at <= ?": None if until is None else moment(until),
        "t.kind = ?": kind,
        "t.journey_id = ?": None if journey_id is None else str(journey_id),
    }
    given = {condition: value for condition, value in asked.items() if value is not None}
    where = " AND ".join(given) or "1 = 1"
    with models.database.reading() as session:
        found = models.rows_in(
            session, "schedule", "due", where, *given.values(), order="t.due_at, t.journey_id, t.key"
        )
        position = models.position_in(session, "schedule")
        stale = models.stale_in(session, "schedule")
    kept = {*PROMISED, "stale_since"}
    return {
        "position": position,
        "rows": [{name: value for name, value in row.items() if name in kept} for row in found],
        **(stale.any() if journey_id is None else stale.of(str(journey_id))),
    }
