"""By which routes is the schedule asked?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from entrypoints import board as boards
from entrypoints import finding
from entrypoints.api.answering import found, question
from entrypoints.api.auth import FromCaller
from entrypoints.api.cursors import FromPage
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from entrypoints.periods import DAYS_MAX, TooLong, period
from journey.recorded import Actor
from journey.roles import Question
from journey.values import Instant
from projections import schedule

routes = APIRouter(tags=["schedule"])

Owner = Literal["front_desk", "nurse", "prescriber"]
"""Whose tasks there are; a test holds that it is nobody else's."""

OnDay = Annotated[date | None, Query(alias="date")]
FromDay = Annotated[date | None, Query(alias="from", description="the first day; the Monday of the last, or of today")]
UntilDay = Annotated[date | None, Query(description=f"the last day; a week from the first, {DAYS_MAX} at most")]


@question(routes, "/schedule/board", Question.SCHEDULE_BOARD, of="schedule", tables=["rows"])
def board(wired: FromServer, caller: FromCaller, on: OnDay = None) -> dict[str, Any]:
    """A day by chair and time, and of each visit the step that is next, and what the caller's role may do for it."""
    app = wired.app
    return boards.board(app, on or app.today, Actor(user=caller.user, role=caller.role))


@question(routes, "/schedule/day", Question.SCHEDULE_DAY, of="schedule", tables=["rows"])
def day(wired: FromServer, on: OnDay = None) -> dict[str, Any]:
    """A day's board by chair and time: today's, if none is named."""
    app = wired.app
    return schedule.day(app.models, app.clinic.site.tzinfo, on or app.today, app.clinic.policy)


@question(routes, "/schedule/week", Question.SCHEDULE_WEEK, of="schedule", tables=["days", "rows"])
def week(wired: FromServer, on: OnDay = None) -> dict[str, Any]:
    """The week of a day, from its Monday: how full each of its days is, and every visit that is not cancelled."""
    app = wired.app
    return schedule.week(app.models, app.clinic.site, on or app.today, app.clock())


@question(routes, "/schedule/chairs", Question.SCHEDULE_CHAIRS, of="schedule", tables=["total", "days", "rows"])
def chairs(wired: FromServer, first: FromDay = None, until: UntilDay = None) -> dict[str, Any]:
    """How much of the time in which each chair is open (`open_min`) it is booked and used: this week, if not said."""
    app = wired.app
    return schedule.chairs(app.models, app.clinic.site, *_period(app.today, first, until), app.clock())


@question(routes, "/schedule/staff", Question.SCHEDULE_STAFF, of="schedule", tables=["total", "days", "rows"])
def staff(wired: FromServer, first: FromDay = None, until: UntilDay = None) -> dict[str, Any]:
    """How much of each nurse's and provider's patient-minutes (`open_min`) is booked, and how many at once."""
    app = wired.app
    return schedule.staff(app.models, app.clinic.site, *_period(app.today, first, until), app.clock())


def _period(today: date, first: date | None, until: date | None) -> tuple[date, date]:
    try:
        return period(today, first, until)
    except TooLong as wrong:
        raise Problem(Fault.INVALID_PARAMETER, str(wrong)) from None


@question(routes, "/schedule/maintenance", Question.SCHEDULE_MAINTENANCE, of="schedule", tables=["rows"])
def maintenance(wired: FromServer, until: date | None = None) -> dict[str, Any]:
    """Whose infusion of maintenance is due, the oldest first, and how many of these are booked, overdue or ahead."""
    app = wired.app
    return schedule.maintenance(app.models, app.clinic.site, app.today, until)


@question(routes, "/schedule/due", Question.SCHEDULE_DUE, of="schedule", tables=["rows"])
def due(
    wired: FromServer,
    page: FromPage,
    until: Instant | None = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    journey_id: UUID | None = None,
) -> dict[str, Any]:
    """What is due, the oldest first."""
    answer = schedule.due(wired.app.models, until=until, kind=kind, journey_id=journey_id)
    return page.cut(answer, ("due_at", "journey_id", "kind", "reason", "appointment_id"))


@question(routes, "/schedule/tasks", Question.SCHEDULE_TASKS, of="schedule", tables=["rows"])
def tasks(
    wired: FromServer,
    page: FromPage,
    owner: Annotated[Owner | None, Query(description="the role whose tasks they are")] = None,
    site: Annotated[str | None, Query(max_length=40, description="the site that entered the referral")] = None,
    overdue: Annotated[bool, Query(description="only what is late")] = False,
    until: Annotated[Instant | None, Query(description="what will stand by then, too; now, if not said")] = None,
    journey_id: UUID | None = None,
) -> dict[str, Any]:
    """What is to be done now, by whom and by which command; nothing is done by itself."""
    answer = schedule.tasks(
        wired.app.models,
        owner=owner,
        site=site,
        overdue=overdue,
        until=until,
        journey_ids=None if journey_id is None else [journey_id],
    )
    return page.cut(answer, ("due_at", "journey_id", "task", "reason", "appointment_id", "session_id", "subject_id"))


@question(routes, "/journeys/{journey_id}/series", Question.SCHEDULE_SERIES, of="schedule", tables=["planned", "given"])
def series(wired: FromServer, journey_id: UUID) -> dict[str, Any]:
    """A journey's planned slots and given infusions."""
    return found(schedule.series(wired.app.models, journey_id))


@question(routes, "/schedule/series", Question.SCHEDULE_SERIES, of="schedule", tables=["rows"])
def open_series(wired: FromServer) -> dict[str, Any]:
    """Every series that is not given to its end: of its planned infusions those given, booked, and still to book."""
    return schedule.open_series(wired.app.models)


@question(routes, "/schedule/series-slots", Question.SCHEDULE_FIND, tables=["slots"])
def series_slots(
    wired: FromServer,
    journey_id: UUID | None = None,
    earliest_at: Annotated[Instant | None, Query(alias="from", description="not before; now, if not said")] = None,
    until: Annotated[date | None, Query(description="the last day; a month on, if not said")] = None,
    length_min: Annotated[int | None, Query(ge=1, le=600, description="how long a visit lasts")] = None,
    provider: Annotated[str | None, Query(max_length=40, description="a provider at each visit, or `any`")] = None,
) -> dict[str, Any]:
    """The earliest complete series for a journey's plan, or what prevents it. Nothing is held by asking."""
    if journey_id is None:
        raise Problem(Fault.NOT_FOUND)
    return found(
        finding.series_slots(
            wired.app.store,
            journey_id,
            earliest_at or wired.app.clock(),
            until=until,
            length_min=length_min,
            provider=provider,
        )
    )
