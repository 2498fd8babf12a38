"""By which routes is the schedule asked?"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query

from entrypoints import finding
from entrypoints.api.answering import found, question
from entrypoints.api.cursors import FromPage
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from journey.roles import Question
from journey.values import Instant
from projections import schedule

routes = APIRouter(tags=["schedule"])


@question(routes, "/schedule/day", Question.SCHEDULE_DAY, of="schedule", tables=["rows"])
def day(wired: FromServer, on: Annotated[date | None, Query(alias="date")] = None) -> dict[str, Any]:
    """A day's board by chair and time: today's, if none is named."""
    app = wired.app
    today = app.clock().astimezone(app.clinic.site.tzinfo).date()
    return schedule.day(app.models, app.clinic.site.tzinfo, on or today, app.clinic.policy)


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


@question(routes, "/journeys/{journey_id}/series", Question.SCHEDULE_SERIES, of="schedule", tables=["planned", "given"])
def series(wired: FromServer, journey_id: UUID) -> dict[str, Any]:
    """A journey's planned slots and given infusions."""
    return found(schedule.series(wired.app.models, journey_id))


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
