"""Which pages are there? Each is one question, answered as HTML."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from entrypoints import board as days
from entrypoints import steps
from entrypoints.api.auth import Asks, Caller, Everybody, SignedIn
from entrypoints.api.problems import Fault, Problem
from entrypoints.app import App
from entrypoints.pages import board as boards
from entrypoints.pages import drug as drugs
from entrypoints.pages import history, outcomes, to_do, unusual
from entrypoints.pages import week as weeks
from entrypoints.pages.route import PageRoute
from entrypoints.pages.showing import Pages, links
from entrypoints.pages.unusual import QUESTIONS, Of
from entrypoints.pages.views import VIEWS
from entrypoints.pages.views.answered import answered
from journey.history import Log
from journey.recorded import Actor
from journey.roles import Question, asks
from journey.store import codec
from journey.values import Role
from projections import schedule
from projections.audit import Asked
from projections.audit.drug import drug_ledger
from projections.audit.recent import recent
from projections.audit.replay import replay
from projections.plain import moment

router = APIRouter(include_in_schema=False, route_class=PageRoute)

DEFAULT_RULE = "phq9-lt5"

Short = Annotated[str, Query(max_length=200)]


class Assets(StaticFiles):
    """Styles, scripts and the icon: there is nothing of a patient in them."""

    check = Everybody("styles and scripts, the same for all")


def _pages(request: Request) -> Pages:
    return cast("Pages", request.app.state.pages)


FromPages = Annotated[Pages, Depends(_pages)]


@router.get("/", dependencies=[Depends(SignedIn())])
def home(request: Request, pages: FromPages) -> HTMLResponse:
    """What is here for whoever is signed in."""
    caller = _caller(request)
    return pages.show("home.html", "/", caller, things=links(caller))


@router.get("/board", dependencies=[Depends(Asks(Question.SCHEDULE_BOARD))])
def board(request: Request, pages: FromPages, on: Annotated[date | None, Query(alias="date")] = None) -> HTMLResponse:
    """A day by chair."""
    app, caller = pages.app, _caller(request)
    shown = on or app.today
    answer = days.board(app, shown, Actor(user=caller.user, role=caller.role))
    due = _tasks(app, caller, {UUID(row["journey_id"]) for row in answer["rows"]}) or []
    return pages.show(
        "board.html",
        "/board",
        caller,
        date=shown.isoformat(),
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        chairs=boards.chairs(answer["rows"], _names(app, caller, answer["rows"]), due, caller.role),
        may_open=asks(caller.role, Question.JOURNEY_SHOW),
        now_text=moment(app.clock()),
        freshness=_freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
        self_url=_self(request),
    )


@router.get("/tasks", dependencies=[Depends(Asks(Question.SCHEDULE_TASKS))])
def tasks(
    request: Request,
    pages: FromPages,
    owner: Role | Literal["all"] | None = None,
    overdue: bool = False,
) -> HTMLResponse:
    """What is to be done now: the caller's own tasks, unless another role's are asked for."""
    app, caller = pages.app, _caller(request)
    chosen = owner or caller.role
    answer = schedule.tasks(app.models, owner=None if chosen == "all" else chosen, overdue=overdue)
    return pages.show(
        "tasks.html",
        "/tasks",
        caller,
        owners=to_do.OWNERS,
        owner=chosen,
        overdue=overdue,
        tasks=to_do.shown(answer["rows"][: to_do.MOST], _names(app, caller, answer["rows"][: to_do.MOST])),
        more=max(len(answer["rows"]) - to_do.MOST, 0),
        may_open=asks(caller.role, Question.JOURNEY_SHOW),
        freshness=_freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
        self_url=_self(request),
    )


@router.get("/week", dependencies=[Depends(Asks(Question.SCHEDULE_WEEK))])
def week(request: Request, pages: FromPages, on: Annotated[date | None, Query(alias="date")] = None) -> HTMLResponse:
    """A week by chair and day, and how full it is."""
    app, caller = pages.app, _caller(request)
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
        by_day=weeks.by_day(answer["rows"], _names(app, caller, answer["rows"])),
        chairs=weeks.by_chair(schedule.chairs(app.models, site, *span, now)["rows"]),
        people=weeks.by_person(schedule.staff(app.models, site, *span, now)["rows"]),
        to_book=[it for it in schedule.open_series(app.models)["rows"] if it["to_book"]],
        maintenance=schedule.maintenance(app.models, site, app.today, span[1]),
        may_open=asks(caller.role, Question.JOURNEY_SHOW),
        query=urlencode({"from": answer["from"], "until": answer["until"]}),
        freshness=_freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
        self_url=_self(request),
    )


@router.get("/find", dependencies=[Depends(Asks(Question.AUDIT_REPLAY))])
def find(request: Request, pages: FromPages, journey_id: UUID | None = None) -> Response:
    """Open a journey by its id, or choose among the last ones."""
    if journey_id is not None:
        return RedirectResponse(f"/journey/{journey_id}", status_code=303)
    return pages.show("find.html", "/find", _caller(request), journeys=recent(pages.app.models))


@router.get("/journey/{journey_id}", dependencies=[Depends(Asks(Question.JOURNEY_SHOW))])
def journey(
    request: Request, pages: FromPages, journey_id: UUID, at_version: Annotated[int | None, Query(ge=1)] = None
) -> HTMLResponse:
    """One journey's state as of a version, what is next, and for whoever may see it its history."""
    app, caller = pages.app, _caller(request)
    rows = app.history(journey_id)
    if not rows:
        raise Problem(Fault.NOT_FOUND)
    answer = replay(rows, at_version=at_version, clinic=app.past)
    name = None
    referred = answer["state"]["referred"]
    if referred is not None and asks(caller.role, Question.IDENTITY):
        identity = app.store.vault.identity(UUID(referred["patient_id"]))
        name = None if identity is None else identity.name
    return pages.show(
        "journey.html",
        "/find",
        caller,
        journey_id=journey_id,
        name=name,
        head=len(rows),
        version=answer["version"],
        live=at_version is None,
        phase=answer["state"]["phase"],
        facts=history.facts(answer["state"], app.clinic.site.tzinfo),
        whole_state=codec.text(answer["state"]),
        series=history.series(answer["state"]),
        may_find=answer["state"]["plan"] is not None and asks(caller.role, Question.SCHEDULE_FIND),
        steps=history.steps(answer["steps"]) if asks(caller.role, Question.AUDIT_REPLAY) else None,
        tasks=_tasks(app, caller, [journey_id]) if at_version is None else None,
        ahead=_ahead(app, [entry for _, entry in rows], caller) if at_version is None else None,
        role=caller.role.value,
        self_url=_self(request),
    )


@router.get("/outcomes", dependencies=[Depends(Asks(Question.OUTCOME_RESPONSES))])
def outcome(
    request: Request,
    pages: FromPages,
    view: str = "responses",
    rule: str = DEFAULT_RULE,
    per: str | None = None,
    of: str | None = None,
    until: str | None = None,
    maintenance: str | None = None,
) -> HTMLResponse:
    """One question about outcomes, with its chart and its tables."""
    rules = pages.app.rules
    if rule not in rules or view not in VIEWS:
        raise Problem(Fault.INVALID_PARAMETER)
    said = {"per": per, "of": of, "until": until, "maintenance": maintenance}
    told = answered(pages.app, VIEWS[view], rules[rule], {key: it for key, it in said.items() if it is not None})
    return pages.show(
        "outcomes.html",
        "/outcomes",
        _caller(request),
        name=view,
        views=[
            {"href": f"/outcomes?{urlencode({'view': name, 'rule': rule})}", "text": it.text, "is_here": name == view}
            for name, it in VIEWS.items()
        ],
        rules=[{"id": it.id, "words": outcomes.rule_words(it)} for it in rules.values()],
        freshness=_freshness(pages, told["answer"]["position"]),
        self_url=_self(request),
        **told,
    )


@router.get("/unusual", dependencies=[Depends(Asks(Question.AUDIT_DEVIATIONS))])
def out_of_the_ordinary(  # noqa: PLR0913 - each filter by its own name, as a form sends it; empty where it is not used
    request: Request,
    pages: FromPages,
    *,
    of: Of = Of.DEVIATIONS,
    kind: Short = "",
    actor: Short = "",
    site: Short = "",
    journey_id: Short = "",
    since: Short = "",
    until: Short = "",
    after: Short = "",
) -> HTMLResponse:
    """What was not as it usually is, by question."""
    app, zone = pages.app, pages.app.clinic.site.tzinfo
    filters = {"kind": kind, "actor": actor, "site": site, "journey_id": journey_id, "since": since, "until": until}
    try:
        begins, ends = unusual.morning(since, zone), unusual.morning(until, zone, days=1)
        asked = Asked(
            journey_id=UUID(journey_id) if journey_id else None,
            site=site or None,
            actor=actor or None,
            kind=kind or None,
            since=begins,
            until=ends,
            after=after or None,
            limit=unusual.ROWS,
        )
        answer = QUESTIONS[of].ask(app, asked)
    except ValueError:
        raise Problem(Fault.INVALID_PARAMETER) from None
    told = {"since": begins and begins.isoformat(), "until": ends and ends.isoformat()}
    query = urlencode({name: value for name, value in (filters | told).items() if value})
    following = urlencode({"of": of, **{name: it for name, it in filters.items() if it}, "after": answer["next"]})
    return pages.show(
        "unusual.html",
        "/unusual",
        _caller(request),
        of=of,
        questions=QUESTIONS,
        shown=QUESTIONS[of],
        filters=filters,
        rows=unusual.rows(of, answer, zone),
        freshness=_freshness(pages, answer["position"]) if "position" in answer else "",
        stale_since=answer.get("stale_since"),
        next_url=f"/unusual?{following}" if answer["next"] else None,
        csv_url=f"/audit/{of}.csv?{query}",
        json_url=f"/audit/{of}?{query}",
    )


@router.get("/drug", dependencies=[Depends(Asks(Question.DRUG_LEDGER))])
def drug(request: Request, pages: FromPages, on: Annotated[date | None, Query(alias="date")] = None) -> HTMLResponse:
    """What became of each container of the drug, up to a day: the balances at its end, and its movements."""
    app = pages.app
    shown = on or app.clinic.site.day(app.clock())
    until = drugs.end_of(shown, app.clinic.site.tzinfo)
    answer = drug_ledger(app.models, until=until, limit=sys.maxsize, clinic=app.clinic)
    return pages.show(
        "drug.html",
        "/drug",
        _caller(request),
        date=shown.isoformat(),
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        **drugs.shown(answer, shown),
        freshness=_freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
    )


def _ahead(app: App, log: Log, caller: Caller) -> history.Ahead | None:
    """What the caller may ask next; None of a role that asks nothing."""
    if not asks(caller.role, Question.JOURNEY_NEXT):
        return None
    actor = Actor(user=caller.user, role=caller.role)
    return history.ahead(steps.told(app, log, actor)["steps"], steps.visits(app, log, actor), caller.role)


def _tasks(app: App, caller: Caller, journey_ids: Collection[UUID]) -> list[dict[str, Any]] | None:
    """What is to be done of journeys; None for a role that does not ask."""
    if not asks(caller.role, Question.SCHEDULE_TASKS):
        return None
    return to_do.shown(schedule.tasks(app.models, journey_ids=journey_ids)["rows"], {})


def _names(app: App, caller: Caller, rows: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """The patients' names by id, where they may be shown."""
    if not asks(caller.role, Question.IDENTITY):
        return {}
    patients = {UUID(row["patient_id"]) for row in rows if row["patient_id"]}
    return {str(key): identity.name for key, identity in app.store.vault.identities(patients).items()}


def _caller(request: Request) -> Caller:
    return cast("Caller", request.state.caller)


def _self(request: Request) -> str:
    """The page's own address, for its next answer."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _freshness(pages: Pages, position: int) -> str:
    """How far the answer has come, in words."""
    behind = pages.app.store.log.head() - position
    return f"As of event {position}, up to date." if behind <= 0 else f"As of event {position}, {behind} events behind."
