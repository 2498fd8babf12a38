"""What surrounds every answer: a limit to what is sent, a row of who looked, and no word of what went wrong inside?"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID

from anyio import to_thread
from fastapi import FastAPI
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from entrypoints.api.auth import Check
from entrypoints.api.problems import Fault, Problem
from journey.store.access import AccessTrail, Outcome
from journey.store.faults import Conflict, StoreUnavailable

log = logging.getLogger(__name__)

LARGEST_BYTES = 64_000
NOBODY = "nobody"
UNAUTHENTICATED, FORBIDDEN, MISSING = 401, 403, 404

HEADERS = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Sent with every answer that does not say otherwise."""


def surround(app: FastAPI, trail: AccessTrail) -> None:
    """Put the layers around a server, the outermost last."""
    app.add_middleware(Sized)
    app.add_middleware(Recorded, trail=trail)
    app.add_middleware(Safe)


class Sized:
    """Refuses a body that is too large, said or found to be so."""

    def __init__(self, app: ASGIApp) -> None:
        """Surround a server."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with suppress(ValueError):
            if int(Headers(scope=scope).get("content-length", "0")) > LARGEST_BYTES:
                await Problem(Fault.TOO_LARGE).response()(scope, receive, send)
                return
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BYTES:
                raise Problem(Fault.TOO_LARGE)
            return message

        await self.app(scope, counted, send)


class Recorded:
    """Writes who looked at what before anything is shown: what can't be recorded is not shown."""

    def __init__(self, app: ASGIApp, trail: AccessTrail) -> None:
        """Surround a server."""
        self.app = app
        self.trail = trail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        withheld = False

        async def recorded(message: Message) -> None:
            nonlocal withheld
            if message["type"] == "http.response.start":
                withheld = not await self._record(scope, message["status"])
                if withheld:
                    await Problem(Fault.UNAVAILABLE).response()(scope, receive, send)
            if not withheld:
                await send(message)

        try:
            await self.app(scope, receive, recorded)
        except Exception:
            await self._record(scope, Fault.FAILED.status)
            raise

    async def _record(self, scope: Scope, status: int) -> bool:
        """Record a look; whether it could be."""
        state: dict[str, Any] = scope.get("state", {})
        check: Check | None = state.get("check")
        if check is None or not (check.recorded or status in {UNAUTHENTICATED, FORBIDDEN}):
            return True
        caller = state.get("caller")
        route = scope.get("route")
        whose = {name: _id(scope, name) for name in ("journey_id", "patient_id")}

        def write() -> None:
            self.trail.record(
                NOBODY if caller is None else caller.user,
                NOBODY if caller is None else caller.role.value,
                f"{scope['method']} {getattr(route, 'path', '')}",
                outcome=_outcome(status),
                **whose,
            )

        try:
            await to_thread.run_sync(write)
        except (StoreUnavailable, Conflict) as error:
            log.error("a look could not be recorded, and was refused: %s", type(error).__name__)  # noqa: TRY400 - no traceback: it may hold what was sent
            return False
        return True


class Safe:
    """Answers what nobody foresaw with a fixed text; logs where it happened, and no value."""

    def __init__(self, app: ASGIApp) -> None:
        """Surround a server."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - the one place where a bug is told to a caller
            log.error("%s %s failed: %s", scope["method"], _template(scope), " <- ".join(places(error)))  # noqa: TRY400 - no traceback: it may hold what was sent
            if begun:
                raise ConnectionAbortedError("failed while answering") from None
            await Problem(Fault.FAILED).response()(scope, receive, sending)


def places(error: BaseException | None) -> Iterator[str]:
    """Where an error and what caused it happened, by type, file and line, without a word of theirs."""
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        where = ", ".join(f"{frame.filename}:{frame.lineno}" for frame in frames[-3:])
        yield f"{type(error).__name__} at {where}"
        error = error.__cause__ or error.__context__


def _template(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", "an unknown address"))


def _outcome(status: int) -> Outcome:
    if status in {UNAUTHENTICATED, FORBIDDEN}:
        return Outcome.DENIED
    if status == MISSING:
        return Outcome.NOT_FOUND
    if status >= Fault.FAILED.status:
        return Outcome.FAILED
    return Outcome.INVALID if status >= Fault.MALFORMED_JSON.status else Outcome.SHOWN


def _id(scope: Scope, name: str) -> UUID | None:
    """Whose data a look is at: named in the path, or asked for."""
    sent = scope.get("path_params", {}).get(name) or QueryParams(scope["query_string"]).get(name)
    try:
        return None if sent is None else UUID(str(sent))
    except ValueError:
        return None
