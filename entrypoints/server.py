"""How is an installation served over HTTP, and stopped without losing anything?"""

from __future__ import annotations

import functools
import logging
import signal
import socket
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Event, Thread
from typing import Any

import uvicorn
from anyio import to_thread
from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from entrypoints.api import health, problems, sign_in
from entrypoints.api.around import places, surround
from entrypoints.api.asking import Envelope
from entrypoints.api.auth import refuse_unchecked
from entrypoints.api.commands import (
    closing,
    container,
    course,
    drug,
    intake,
    outcome,
    plan,
    records,
    schedule,
    screening,
    session,
)
from entrypoints.api.questions import audit, events, exports, identities, journeys, policies, projections, schemas
from entrypoints.api.questions import outcome as outcomes
from entrypoints.api.questions import rules as response_rules
from entrypoints.api.questions import schedule as schedules
from entrypoints.api.schemas import contract
from entrypoints.api.wiring import Wired
from entrypoints.app import App
from entrypoints.pages.assets import Assets
from entrypoints.pages.routes import PAGES
from entrypoints.pages.showing import Pages
from journey.store.identity import Identity

log = logging.getLogger(__name__)

GRACE_S = 5
COMMANDS = (intake, screening, plan, schedule, session, drug, outcome, course, closing, records, container)
QUESTIONS = (
    schedules,
    outcomes,
    response_rules,
    audit,
    journeys,
    events,
    schemas,
    identities,
    policies,
    projections,
    exports,
)


def site(app: App, failed: Callable[[], None] = lambda: None) -> FastAPI:
    """An installation's routes; in embedded mode a worker runs beside them, and `failed` hears if it can't go on.

    Raises Misconfigured.
    """
    made = FastAPI(
        title="Journey tracker",
        version="1",
        lifespan=functools.partial(_lifespan, app, failed),
        openapi_url=None,  # served by a route of ours, checked as every other
        docs_url=None,  # would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation,
    )
    made.state.wired = Wired.of(app)
    made.state.pages = Pages(app)
    routers: list[APIRouter] = [it.routes for it in (*COMMANDS, *QUESTIONS, sign_in, health, *PAGES)]
    for router in routers:
        made.include_router(router)
    made.mount("/static", Assets(packages=[("entrypoints.pages", "static")]), name="static")
    made.openapi = functools.cache(functools.partial(contract, made, Envelope, (Identity, identities.Search)))  # type: ignore[method-assign]  # FastAPI's own way to replace it
    problems.install(made)
    surround(made, app.store.access)
    refuse_unchecked(made)
    deque(iter_route_contexts(made.routes), maxlen=0)  # made now: pydantic warns, and at a request others would hear it
    return made


def _operation(route: APIRoute) -> str:
    """The name of a route in the contract: its function's, with the table that it tells as CSV."""
    last = route.path_format.rpartition("/")[2]
    return f"{route.name}_{last.replace('.', '_')}" if last.endswith(".csv") else route.name


def serve(app: App, listening: socket.socket, started: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT; what was begun is answered, the worker ends its batch, then this returns.

    `started` is called once requests are answered.
    """
    server: Server | None = None

    def failed() -> None:
        if server is not None:
            server.should_exit = True

    config = uvicorn.Config(
        site(app, failed),
        log_config=None,
        access_log=False,  # addresses may name what they must not
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )
    server = Server(config, started)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises it again once it has stopped
    server.run(sockets=[listening])


class Server(uvicorn.Server):
    """Uvicorn, saying when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        """Serve what the configuration says."""
        super().__init__(config)
        self._when_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started:
            self._when_started()


def bound(host: str, port: int, tries: int = 1) -> socket.socket:
    """A socket at a port, or at the first free one of those that follow. Raises OSError."""
    for number in range(port, port + tries):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # else asyncio lets answers wait
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, number))
        except OSError:
            listening.close()
            if number + 1 == port + tries:
                raise
        else:
            return listening
    raise ValueError("at least one port is tried")


@asynccontextmanager
async def _lifespan(app: App, failed: Callable[[], None], _: FastAPI) -> AsyncIterator[None]:
    """In embedded mode a worker keeps the read models up, as long as the server runs."""
    if not app.settings.embedded:
        yield
        return
    stop = Event()
    worker = Thread(target=_work, args=(app, stop, failed), name="worker")
    worker.start()
    try:
        yield
    finally:
        stop.set()
        await to_thread.run_sync(worker.join)


def _work(app: App, stop: Event, failed: Callable[..., Any]) -> None:
    try:
        app.worker().run(stop)
    except Exception as error:  # noqa: BLE001 - the thread's end must end the server, not pass unseen
        log.error("the worker ended: %s", " <- ".join(places(error)))  # noqa: TRY400 - no traceback: it may hold what was stored
        failed()
