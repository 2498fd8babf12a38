"""What was not as it usually is, and what became of the drug?"""

from __future__ import annotations

import sys
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from entrypoints.api.auth import Asks
from entrypoints.api.problems import Fault, Problem
from entrypoints.pages import drug as drugs
from entrypoints.pages import unusual
from entrypoints.pages.asking import FromPages, OnDay, Short, caller_of, freshness
from entrypoints.pages.route import PageRoute
from entrypoints.pages.unusual import QUESTIONS, Of
from journey.roles import Question
from projections.audit import Asked
from projections.audit.drug import drug_ledger

routes = APIRouter(include_in_schema=False, route_class=PageRoute)


@routes.get("/unusual", dependencies=[Depends(Asks(Question.AUDIT_DEVIATIONS))])
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
        caller_of(request),
        of=of,
        questions=QUESTIONS,
        shown=QUESTIONS[of],
        filters=filters,
        rows=unusual.rows(of, answer, zone),
        freshness=freshness(pages, answer["position"]) if "position" in answer else "",
        stale_since=answer.get("stale_since"),
        next_url=f"/unusual?{following}" if answer["next"] else None,
        csv_url=f"/audit/{of}.csv?{query}",
        json_url=f"/audit/{of}?{query}",
    )


@routes.get("/drug", dependencies=[Depends(Asks(Question.DRUG_LEDGER))])
def drug(request: Request, pages: FromPages, on: OnDay = None) -> HTMLResponse:
    """What became of each container of the drug, up to a day: the balances at its end, and its movements."""
    app = pages.app
    shown = on or app.clinic.site.day(app.clock())
    until = drugs.end_of(shown, app.clinic.site.tzinfo)
    answer = drug_ledger(app.models, until=until, limit=sys.maxsize, clinic=app.clinic)
    return pages.show(
        "drug.html",
        "/drug",
        caller_of(request),
        date=shown.isoformat(),
        before=shown - timedelta(days=1),
        after=shown + timedelta(days=1),
        **drugs.shown(answer, shown),
        freshness=freshness(pages, answer["position"]),
        stale_since=answer.get("stale_since"),
    )
