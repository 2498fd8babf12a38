"""What is due, when, and why? Appointments, reviews, maintenance, and every other task, each in a row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from projections.database import ReadModels
from projections.plain import moment, row_of
from projections.projection import Column, Kind, Table
from projections.schedule import proposals, timers
from projections.schedule.document import Schedule
from projections.schedule.kinds import KINDS, MAINTENANCE
from projections.schedule.raised import Task, settled_by

DUE = Table(
    "due",
    "Everything that is due, with its date and reason, and of a task whose it is and what settles it",
    (
        Column("kind", Kind.TEXT, "appointment, review, maintenance or task"),
        Column("task", Kind.TEXT, "the kind of task; none of what is due and needs nothing more"),
        Column("due_at", Kind.TIME, "when it is due; of a task that something raised, since when"),
        Column("opens_at", Kind.TIME, "from when it is a task; none of one that is since it stands here"),
        Column("overdue_at", Kind.TIME, "from when it is late; none of one that no number says it of"),
        Column("reason", Kind.TEXT, "why"),
        Column("owner", Kind.TEXT, "the role whose task it is"),
        Column("settled_by", Kind.TEXT, "the command that settles it"),
        Column("patient_id", Kind.TEXT, "the patient, by a name of the vault"),
        Column("appointment_id", Kind.TEXT, "the appointment it is about"),
        Column("session_id", Kind.TEXT, "the session it is about"),
        Column("subject_id", Kind.TEXT, "the risk, adverse event, coverage, assessment or entry it is about"),
        Column("series_id", Kind.TEXT, "the series that appointment was booked in"),
        Column("site_id", Kind.TEXT, "the site that entered the referral"),
    ),
    indexed=("due_at",),
)

APPOINTMENT = "appointment"


def rows(schedule: Schedule) -> dict[str, dict[str, Any]]:
    """A row for each thing that is due."""
    whose = {"patient_id": schedule.patient_id, "site_id": schedule.site_id}
    return {
        key: row | whose | {"series_id": _series_of(schedule, row["appointment_id"])} for key, row in _rows(schedule)
    }


def _rows(schedule: Schedule) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, it in schedule.appointments.items():
        if it.is_open:
            task = Task(due_at=it.starts_at, reason=it.kind, appointment_id=key)
            yield f"{APPOINTMENT}:{key}", row_of(task) | {"kind": APPOINTMENT, "task": None, "owner": None}
    for key, task in chain(schedule.tasks.items(), timers.tasks(schedule), proposals.tasks(schedule)):
        kind = KINDS[key.partition(":")[0]]
        done = kind.shown_as == MAINTENANCE and task.appointment_id is not None  # it is due, and booked
        about = {
            "kind": kind.shown_as,
            "task": None if done else kind.id,
            "owner": None if done else kind.owner.value,
            "settled_by": None if done else settled_by(key, task, schedule.sessions) or kind.settled_by[0].__name__,
        }
        yield f"{kind.shown_as}:{key}", row_of(task) | about


def _series_of(schedule: Schedule, appointment_id: str | None) -> str | None:
    appointment = None if appointment_id is None else schedule.appointments.get(appointment_id)
    return None if appointment is None else appointment.series_id


PROMISED = ("journey_id", "kind", "due_at", "reason", "appointment_id", "series_id")


def due(
    models: ReadModels, *, until: datetime | None = None, kind: str | None = None, journey_id: UUID | None = None
) -> dict[str, Any]:
    """What is due, the oldest first: up to a moment, of one kind, or of one journey, if asked so.

    What only the time makes a task is told by `tasks`, which asks what time it is.
    """
    asked = {
        "t.due_at <= ?": None if until is None else moment(until),
        "t.kind = ?": kind,
        "t.journey_id = ?": None if journey_id is None else str(journey_id),
    }
    given = {condition: value for condition, value in asked.items() if value is not None}
    where = " AND ".join(("(t.opens_at IS NULL OR t.kind <> 'task')", *given))
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
