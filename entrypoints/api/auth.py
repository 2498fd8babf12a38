"""Who asks, and may they?

Denied by default: every route states its check, and a server with a route that has none does not start.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, cast
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Request
from starlette.routing import BaseRoute

from entrypoints.api.problems import Fault, Problem, WrongRole
from entrypoints.api.tokens import Claims, NotAccepted, Purpose
from entrypoints.api.wiring import Wired
from journey.commands import Command
from journey.roles import Question, asks, may
from journey.values import Role

COOKIE = "journey_session"
SAFE_METHODS = frozenset({"GET", "HEAD"})
SAME_PAGE = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks; `session` is set when they are signed in to pages."""

    user: str
    role: Role
    session: Claims | None = None


def _caller(request: Request) -> Caller:
    """Who asks: the route's check has found out."""
    return cast("Caller", request.state.caller)


FromCaller = Annotated[Caller, Depends(_caller)]


@dataclass(frozen=True, slots=True)
class Check:
    """What a route demands of whoever calls it; `recorded` when every look leaves a row in the access trail."""

    recorded: bool = field(default=False, kw_only=True)

    def __call__(self, request: Request) -> Caller | None:
        """The caller, once allowed. Raises Problem or WrongRole; either way the trail knows whose look it was."""
        request.state.check = self
        request.state.caller = caller = identified(request)
        if not self.allows(caller.role):
            raise WrongRole
        return caller

    def allows(self, role: Role) -> bool:
        """Whether a role may."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class MayAsk(Check):
    """Those whose role may ask a command."""

    command: type[Command]

    def allows(self, role: Role) -> bool:
        """Whether a role may ask it."""
        return may(role, self.command)


@dataclass(frozen=True, slots=True)
class Asks(Check):
    """Those whose role may ask a question; each look is recorded."""

    question: Question
    recorded: bool = field(default=True, kw_only=True)

    def allows(self, role: Role) -> bool:
        """Whether a role may ask it."""
        return asks(role, self.question)


@dataclass(frozen=True, slots=True)
class SignedIn(Check):
    """Whoever is signed in, in any role."""

    def allows(self, role: Role) -> bool:  # noqa: ARG002 - every role may
        """Everybody who has one."""
        return True


@dataclass(frozen=True, slots=True)
class Everybody(Check):
    """Whoever it is, because of what is said here."""

    why: str

    def __call__(self, request: Request) -> None:
        """Let them in."""
        request.state.check = self


def identified(request: Request) -> Caller:
    """Who sends a request: by bearer token, else by the session of its cookie. Raises Problem."""
    wired = cast("Wired", request.app.state.wired)
    try:
        if sent := request.headers.getlist("authorization"):
            claims = wired.verifier.read(_bearer(sent), Purpose.ACCESS)
            return Caller(claims.user, claims.role)
        if cookie := request.cookies.get(COOKIE):
            return _in_session(request, wired, cookie)
    except NotAccepted as rejected:
        raise Problem(Fault.TOKEN_EXPIRED if rejected.expired else Fault.TOKEN_INVALID) from None
    raise Problem(Fault.NOT_SIGNED_IN)


def _bearer(sent: list[str]) -> str:
    scheme, _, token = sent[0].partition(" ")
    if len(sent) > 1 or scheme.lower() != "bearer":
        raise NotAccepted
    return token.strip()


def _in_session(request: Request, wired: Wired, cookie: str) -> Caller:
    if wired.issuer is None:
        raise NotAccepted
    claims = wired.verifier.read(cookie, Purpose.SESSION)
    if wired.app.store.spent.is_spent(claims.token_id):
        raise Problem(Fault.NOT_SIGNED_IN)
    if request.method not in SAFE_METHODS and foreign(request):
        raise Problem(Fault.FOREIGN_PAGE)
    return Caller(claims.user, claims.role, claims)


def foreign(request: Request) -> bool:
    """Whether a page of another site sends this, by what browsers say of it."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return True
    return request.headers.get("sec-fetch-site", "none") not in SAME_PAGE


def checks(app: FastAPI) -> Iterator[tuple[str, Check | None]]:
    """Of every route of a server its address and its check, if it has one."""
    for route in _routes(app.routes):
        path = getattr(route, "path", repr(route))
        methods = ",".join(sorted(getattr(route, "methods", None) or ("",)))
        yield f"{methods} {path}".strip(), _check(route)


def refuse_unchecked(app: FastAPI) -> None:
    """Keep a server from starting with a route that lets in whoever comes."""
    unchecked = [address for address, check in checks(app) if check is None]
    if unchecked:
        raise AssertionError(f"routes without a check: {', '.join(unchecked)}")


def _routes(routes: list[BaseRoute]) -> Iterator[BaseRoute]:
    for route in routes:
        included = getattr(route, "original_router", None)
        yield from _routes(included.routes) if included is not None else [route]


def _check(route: Any) -> Check | None:
    dependant = getattr(route, "dependant", None)
    found = [it.call for it in dependant.dependencies if isinstance(it.call, Check)] if dependant else []
    return found[0] if found else getattr(getattr(route, "app", None), "check", None)
