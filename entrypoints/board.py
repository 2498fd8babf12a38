"""What does the Board tell: the visits of a day, and of each the step that brings it on and what stands against it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from entrypoints.app import App
from journey.decisions import ONWARD, Onward, onward
from journey.recorded import Actor
from journey.state import AppointmentStatus, Stage
from journey.store.codec import Unreadable
from journey.store.loading import Loaded
from projections import schedule

WAITING = frozenset({AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED})

NOTHING: Mapping[str, Any] = {
    "next_command": None,
    "next_at": None,
    "next_roles": [],
    "next_missing": [],
    "next_marks": [],
    "now_command": None,
}
"""Of a visit that lies on a later day, or is over and signed."""


def board(app: App, on: date, actor: Actor) -> dict[str, Any]:
    """The day of the schedule, and of each visit what is next: asked of the decisions, from the log as it is now.

    `next_command` brings the visit on: those of `next_roles` may ask it, from `next_at` on if that is said, unless
    something is missing for it (`next_missing`); what it would be marked with now is in `next_marks`. `now_command` is
    what the asker's role may do for it at once.
    """
    answer = schedule.day(app.models, app.clinic.site.tzinfo, on, app.clinic.policy)
    now = app.clock()
    waiting = [row for row in answer["rows"] if _waits(row)] if on <= app.today else []
    journeys = _journeys(app, {UUID(row["journey_id"]) for row in waiting})
    found = {id(row): _next(app, journeys.get(row["journey_id"]), row, now, actor) for row in waiting}
    return answer | {"rows": [{**row, **found.get(id(row), NOTHING)} for row in answer["rows"]]}


def _waits(row: Mapping[str, Any]) -> bool:
    return row["status"] in WAITING and row["signed_off_at"] is None


def _journeys(app: App, ids: Iterable[UUID]) -> dict[str, Loaded]:
    """The journeys as the log has them now, and at hand from then on: whoever looks at a board looks at it again.

    One that can't be read is left out; its row is old anyway.
    """
    found, hand = {}, app.store.journeys.at_hand
    for key in ids:
        new = hand.believed(key) is None
        try:
            found[str(key)] = it = hand.load([key])[key]
        except Unreadable:
            continue
        if new and it.log:
            hand.keep(key, it)
    return found


def _next(app: App, it: Loaded | None, row: Mapping[str, Any], now: datetime, actor: Actor) -> Mapping[str, Any]:
    visit = UUID(row["session_id"] or row["appointment_id"])
    found = None if it is None else onward(it.journey, it.log, now, actor, app.clinic, visit)
    return NOTHING if found is None else _told(found, row)


def _told(found: Onward, row: Mapping[str, Any]) -> dict[str, Any]:
    at = {None: row["starts_at"], Stage.INFUSING: row["infusion_ends_at"], Stage.RECOVERING: row["recovery_until"]}
    command, stage = type(found.step.asked.command), row["stage"]
    as_planned = stage is None or command is ONWARD[Stage(stage)]  # else it is to be done at once
    return {
        "next_command": command.__name__,
        "next_at": at.get(stage) if as_planned else None,
        "next_roles": [role.value for role in found.roles],
        "next_missing": [rule.value for rule in found.step.missing],
        "next_marks": [rule.value for rule in found.step.marks],
        "now_command": None if found.now is None else type(found.now.asked.command).__name__,
    }
