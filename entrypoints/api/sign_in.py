"""How do people sign in to pages: by a link that works once, and begins a session that they can end?"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, cast
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from entrypoints.api.auth import COOKIE, Caller, Everybody, SignedIn
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.tokens import NotAccepted, Purpose
from entrypoints.api.wiring import FromServer
from entrypoints.pages.route import PageRoute
from entrypoints.pages.showing import Pages

SESSION_TTL = timedelta(hours=12)

routes = APIRouter(include_in_schema=False, route_class=PageRoute)


@routes.get("/sign-in/{code}", dependencies=[Depends(Everybody("the link itself says who comes", recorded=True))])
def sign_in(code: str, wired: FromServer, request: Request) -> Response:
    """Begin a session, if the link is good and was not used."""
    issuer, spent = wired.issuer, wired.app.store.spent
    try:
        if issuer is None:
            raise Problem(Fault.LINK_NOT_VALID)
        claims = wired.verifier.read(code, Purpose.LINK)
    except NotAccepted:
        raise Problem(Fault.LINK_NOT_VALID) from None
    request.state.caller = Caller(claims.user, claims.role)
    if not spent.spend(claims.token_id, claims.until, str(uuid4())):
        raise Problem(Fault.LINK_NOT_VALID)
    session = issuer.issue(Purpose.SESSION, claims.user, claims.role, SESSION_TTL)
    pages = cast("Pages", request.app.state.pages)
    answer = pages.show("welcome.html", "/", request.state.caller)
    answer.set_cookie(
        COOKIE,
        session,
        max_age=int(SESSION_TTL.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@routes.post("/sign-out")
def sign_out(caller: Annotated[Caller, Depends(SignedIn(recorded=True))], wired: FromServer) -> Response:
    """End the session for good: its cookie counts no more, wherever it was copied to."""
    if caller.session is not None:
        wired.app.store.spent.spend(caller.session.token_id, caller.session.until, str(uuid4()))
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer
