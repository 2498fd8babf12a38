"""Who is here, who comes, and what is to be done: by day, by week, by task?"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from entrypoints import board as days
from entrypoints.api.auth import Asks
from entrypoints.pages import board as boards
from entrypoints.pages import to_do
from entrypoints.pages import week as weeks
from entrypoints.pages.asking import FromPages, OnDay, Short, address, caller_of, freshness, names_of, tasks_of
from entrypoints.pages.route import PageRoute
from journey.recorded import Actor
from journey.roles import Question, asks
from journey.values import Role
from projections import schedule
from projections.plain import moment

routes = APIRouter(include_in_schema=False, route_class=PageRoute)


@routes.get("/board", dependencies=[Depends(Asks(Question.SCHEDULE_BOARD))])
def board(request: Request, pages: FromPages, on: OnDay = None) -> HTMLResponse:
    """A day by chair."""
    app, caller = pages.app, caller_of(request)
    shown = on or app.today
    answer = days.board(app, shown, Actor(user=caller.user, role=caller.role))
    due = tasks_of(app, caller, {UUID(row["journey_id"]) for row in answer["rows"]}) or []
    return pages.show(
        "board.html",
        "/board",
        caller,
        date=shown.isoformat(),
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        chairs=boards.chairs(answer["rows"], names_of(app, caller, answer["rows"]), due, caller.role),
        may_open=asks(caller.role, Question.JOURNEY_SHOW),
        now_text=moment(app.clock()),
        freshness=freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
        self_url=address(request),
    )


@routes.get("/tasks", dependencies=[Depends(Asks(Question.SCHEDULE_TASKS))])
def tasks(
    request: Request,
    pages: FromPages,
    *,
    owner: Role | Literal["all"] | None = None,
    site: Short = "",
    overdue: bool = False,
) -> HTMLResponse:
    """What is to be done now: the caller's own tasks, unless another role's are asked for."""
    app, caller = pages.app, caller_of(request)
    chosen = owner or caller.role
    whose = None if chosen == "all" else chosen
    answer = schedule.tasks(app.models, owner=whose, site=site or None, overdue=overdue)
    return pages.show(
        "tasks.html",
        "/tasks",
        caller,
        owners=to_do.OWNERS,
        owner=chosen,
        site=site,
        overdue=overdue,
        tasks=to_do.shown(answer["rows"][: to_do.MOST], names_of(app, caller, answer["rows"][: to_do.MOST])),
        more=max(len(answer["rows"]) - to_do.MOST, 0),
        may_open=asks(caller.role, Question.JOURNEY_SHOW),
        freshness=freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
        self_url=address(request),
    )


@routes.get("/week", dependencies=[Depends(Asks(Question.SCHEDULE_WEEK))])
def week(request: Request, pages: FromPages, on: OnDay = None) -> HTMLResponse:
    """A week by chair and day, and how full it is."""
    app, caller = pages.app, caller_of(request)
    site, now, shown = app.clinic.site, app.clock(), on or app.today
    answer = schedule.week(app.models, site, shown, now)
    span = date.fromisoformat(answer["from"]), date.fromisoformat(answer["until"])
    return pages.show(
        "week.html",
        "/week",
        caller,
        date=shown.isoformat(),
        first=answer["from"],
        before=shown - timedelta(days=7),
        after=shown + timedelta(days=7),
        days=answer["days"],
        by_day=weeks.by_day(answer["rows"], names_of(app, caller, answer["rows"])),
        chairs=weeks.by_chair(schedule.chairs(app.models, site, *span, now)["rows"]),
        people=weeks.by_person(schedule.staff(app.models, site, *span, now)["rows"]),
        to_book=[it for it in schedule.open_series(app.models)["rows"] if it["to_book"]],
        maintenance=schedule.maintenance(app.models, site, app.today, span[1]),
        may_open=asks(caller.role, Question.JOURNEY_SHOW),
        query=urlencode({"from": answer["from"], "until": answer["until"]}),
        freshness=freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
        self_url=address(request),
    )
