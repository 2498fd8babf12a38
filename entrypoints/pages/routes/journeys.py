"""Which journey is looked for, and what is known of it?"""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from entrypoints import steps
from entrypoints.api.auth import Asks, Caller, SignedIn
from entrypoints.api.problems import Fault, Problem
from entrypoints.app import App
from entrypoints.pages import history
from entrypoints.pages.asking import FromPages, address, caller_of, tasks_of
from entrypoints.pages.route import PageRoute
from entrypoints.pages.showing import links
from journey.history import Log
from journey.recorded import Actor
from journey.roles import Question, asks
from journey.store import codec
from projections.audit.recent import recent
from projections.audit.replay import replay

routes = APIRouter(include_in_schema=False, route_class=PageRoute)


@routes.get("/", dependencies=[Depends(SignedIn())])
def home(request: Request, pages: FromPages) -> HTMLResponse:
    """What is here for whoever is signed in."""
    caller = caller_of(request)
    return pages.show("home.html", "/", caller, things=links(caller))


@routes.get("/find", dependencies=[Depends(Asks(Question.AUDIT_REPLAY))])
def find(request: Request, pages: FromPages, journey_id: UUID | None = None) -> Response:
    """Open a journey by its id, or choose among the last ones."""
    if journey_id is not None:
        return RedirectResponse(f"/journey/{journey_id}", status_code=303)
    return pages.show("find.html", "/find", caller_of(request), journeys=recent(pages.app.models))


@routes.get("/journey/{journey_id}", dependencies=[Depends(Asks(Question.JOURNEY_SHOW))])
def journey(
    request: Request, pages: FromPages, journey_id: UUID, at_version: Annotated[int | None, Query(ge=1)] = None
) -> HTMLResponse:
    """One journey's state as of a version, what is next, and for whoever may see it its history."""
    app, caller = pages.app, caller_of(request)
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
        tasks=tasks_of(app, caller, [journey_id]) if at_version is None else None,
        ahead=_ahead(app, [entry for _, entry in rows], caller) if at_version is None else None,
        role=caller.role.value,
        self_url=address(request),
    )


def _ahead(app: App, log: Log, caller: Caller) -> history.Ahead | None:
    """What the caller may ask next; None of a role that asks nothing."""
    if not asks(caller.role, Question.JOURNEY_NEXT):
        return None
    actor = Actor(user=caller.user, role=caller.role)
    return history.ahead(steps.told(app, log, actor)["steps"], steps.visits(app, log, actor), caller.role)
