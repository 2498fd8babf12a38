"""What does the program propose where something is over: call off, move, stop, report? A person does it."""

from __future__ import annotations

from collections.abc import Iterator

from projections.schedule.appointments import INFUSION
from projections.schedule.document import Schedule
from projections.schedule.raised import Task
from projections.schedule.timers import Keyed, ahead


def tasks(schedule: Schedule) -> Keyed:
    """Every task of that kind, by its key."""
    yield from _to_cancel(schedule)
    yield from _to_stop(schedule)
    if schedule.died_at is not None and not schedule.death_reviewed:
        yield "death", Task(due_at=schedule.died_at, reason="death_review")
    if not schedule.ended:
        yield from _to_move(schedule)


def _to_cancel(schedule: Schedule) -> Keyed:
    """After a death every booking; after the withdrawal of the last consent, or a switch, each infusion."""
    for key, it in schedule.appointments.items():
        since, why = next(_reasons(schedule, infusion=it.kind == INFUSION), (None, ""))
        if it.is_open and since is not None:
            yield f"cancel:{key}", Task(due_at=since, reason=f"{why}_cancel_appointment", appointment_id=key)


def _reasons(schedule: Schedule, *, infusion: bool) -> Iterator[tuple[str, str]]:
    """Since when an appointment is to be called off, and why: the weightiest first."""
    if schedule.died_at is not None:
        yield schedule.died_at, "death"
    if infusion and schedule.standing.withdrawn_at is not None:
        yield schedule.standing.withdrawn_at, "consent_withdrawn"
    if infusion and schedule.switched_at is not None:
        yield schedule.switched_at, "switched"


def _to_stop(schedule: Schedule) -> Keyed:
    """The infusion that runs after the withdrawal of the last consent."""
    withdrawn_at = schedule.standing.withdrawn_at
    for key, it in schedule.sessions.items():
        if withdrawn_at is not None and it.is_open and it.running:
            yield (
                f"stop:{key}",
                Task(
                    due_at=withdrawn_at,
                    reason="consent_withdrawn_stop_infusion",
                    overdue_at=withdrawn_at,
                    appointment_id=it.appointment_id,
                    session_id=key,
                ),
            )


def _to_move(schedule: Schedule) -> Keyed:
    """While the journey rests, each infusion that lies ahead of the day on which it may go on."""
    for pause in schedule.pauses:
        for it in ahead(schedule):
            if pause.until is None or it.starts_at < pause.until:
                task = Task(due_at=pause.since, reason="paused_move_appointment", appointment_id=it.appointment_id)
                yield f"move:{it.appointment_id}", task
