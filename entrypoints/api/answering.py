"""How does a question get its route, its freshness, and its answer as JSON or CSV?"""

from __future__ import annotations

import functools
import inspect
import time
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from entrypoints.api.auth import Asks
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.sheets import sheet
from entrypoints.api.wiring import FromServer
from journey.roles import Question
from journey.store import codec

Answer = dict[str, Any]
Endpoint = Callable[..., Any]

POLL_S = 0.02
LONGEST_WAIT_S = 30
POSITION_MAX = 2**53

AfterPosition = Annotated[
    int, Query(ge=0, le=POSITION_MAX, description="a `Journey-Position`: answer no older than what happened there")
]
Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT_S, description="seconds to wait for it")]


def fresh(name: str) -> Callable[..., None]:
    """A dependency that lets a read model catch up with a position first."""

    def caught_up(wired: FromServer, after_position: AfterPosition = 0, wait: Wait = 0) -> None:
        models, deadline = wired.app.models, time.monotonic() + wait
        while after_position:
            with models.database.reading() as session:
                if models.position_in(session, name) >= after_position:
                    return
            if time.monotonic() >= deadline:
                raise Problem(Fault.NOT_CAUGHT_UP)
            time.sleep(POLL_S)

    return caught_up


def log_reached(wired: FromServer, after_position: AfterPosition = 0, wait: Wait = 0) -> None:
    """Let the log grow to a position first."""
    if after_position and not wired.app.store.log.wait(after_position - 1, wait):
        raise Problem(Fault.NOT_CAUGHT_UP)


def question(
    routes: APIRouter,
    path: str,
    asked: Question,
    *,
    of: str | None = None,
    tables: Sequence[str] = (),
) -> Callable[[Endpoint], Endpoint]:
    """Make a function the route of a question: checked, recorded, as fresh as is asked.

    `of` names the read model that answers, if one does. Each of `tables`, lists in the answer, is told as CSV, too: one
    that is alone beside the route itself, several below it.
    """
    before = [Depends(Asks(asked)), Depends(log_reached if of is None else fresh(of))]

    def register(endpoint: Endpoint) -> Endpoint:
        def route(address: str, told: Callable[[Any, Request], Response]) -> None:
            @functools.wraps(endpoint)
            def answer(*args: Any, asked_by: Request, **kwargs: Any) -> Response:
                return told(endpoint(*args, **kwargs), asked_by)

            own = inspect.signature(endpoint)
            request = inspect.Parameter("asked_by", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
            answer.__signature__ = own.replace(parameters=[*own.parameters.values(), request])  # type: ignore[attr-defined]  # what FastAPI reads
            routes.get(address, dependencies=before, response_model=None)(answer)

        route(path, _json)
        for table in tables:
            route(f"{path}.csv" if len(tables) == 1 else f"{path}/{table}.csv", functools.partial(_csv, table=table))
        return endpoint

    return register


def _json(answer: Answer | Response, _: Request) -> Response:
    if isinstance(answer, Response):
        return answer
    return JSONResponse(codec.plain(answer), headers=_headers(answer))


def _csv(answer: Answer, request: Request, table: str) -> Response:
    headers = _headers(answer) | {"Content-Disposition": f'attachment; filename="{table}.csv"'}
    if following := answer.get("next"):
        url = request.url.include_query_params(cursor=following)  # the cursor holds for these filters alone
        headers["Link"] = f'<{url.path}?{url.query}>; rel="next"'
    return Response(sheet(codec.plain(answer[table])), headers=headers, media_type="text/csv; charset=utf-8")


def _headers(answer: Answer) -> dict[str, str]:
    """How fresh an answer is, and of which version of a journey."""
    headers = {}
    if (position := answer.get("position")) is not None:
        headers["Journey-Position"] = str(position)
    if (since := answer.get("stale_since")) is not None:
        headers["Journey-Stale-Since"] = since
    if "journey_id" in answer and (version := answer.get("version")) is not None:
        headers["ETag"] = f'"{version}"'
    return headers


def found(answer: Answer | None) -> Answer:
    """An answer, if there is one. Raises Problem."""
    if answer is None:
        raise Problem(Fault.NOT_FOUND)
    return answer
