"""Does the treatment work? One question a view, each with its chart and its tables."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from entrypoints.api.auth import Asks
from entrypoints.api.problems import Fault, Problem
from entrypoints.pages import outcomes
from entrypoints.pages.asking import FromPages, address, caller_of, freshness
from entrypoints.pages.route import PageRoute
from entrypoints.pages.views import VIEWS
from entrypoints.pages.views.answered import answered
from journey.roles import Question

routes = APIRouter(include_in_schema=False, route_class=PageRoute)

DEFAULT_RULE = "phq9-lt5"


@routes.get("/outcomes", dependencies=[Depends(Asks(Question.OUTCOME_RESPONSES))])
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
        caller_of(request),
        name=view,
        under=rule,
        views=[
            {"href": f"/outcomes?{urlencode({'view': name, 'rule': rule})}", "text": it.text, "is_here": name == view}
            for name, it in VIEWS.items()
        ],
        rules=[{"id": it.id, "words": outcomes.rule_words(it)} for it in rules.values()],
        freshness=freshness(pages, told["answer"]["position"]),
        self_url=address(request),
        **told,
    )
