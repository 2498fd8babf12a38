"""By which routes are the events themselves read, byte for byte as they are stored?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from entrypoints.api.answering import POSITION_MAX, question
from entrypoints.api.auth import Asks
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from journey.recorded import Delivery
from journey.roles import Question
from journey.store import codec

routes = APIRouter(tags=["events"])


@question(routes, "/journeys/{journey_id}/events", Question.JOURNEY_EVENTS)
def of_journey(wired: FromServer, journey_id: UUID) -> Response:
    """A journey's events, each with its position and digest."""
    rows = wired.app.store.log.stream(journey_id)
    if not rows:
        raise Problem(Fault.NOT_FOUND)
    version = {"ETag": f'"{len(rows)}"', "Journey-Position": str(rows[-1].position)}
    return Response(b'{"events":' + _told(rows) + b"}", headers=version, media_type="application/json")


@routes.get("/events", dependencies=[Depends(Asks(Question.EVENT_FEED))], response_model=None)
def feed(
    wired: FromServer,
    after_position: Annotated[int, Query(ge=0, le=POSITION_MAX, description="the last position you have")] = 0,
    limit: Annotated[int, Query(ge=1, le=2_000)] = 200,
    wait: Annotated[float, Query(ge=0, le=30, description="seconds to wait if there is none yet")] = 0,
) -> Response:
    """Events of all journeys in the order of the log; positions are dense, each event is there once."""
    log = wired.app.store.log
    if wait:
        log.wait(after_position, wait)
    rows = log.rows(after_position, limit)
    last = rows[-1].position if rows else after_position
    body = b'{"events":' + _told(rows) + b',"next":' + str(last).encode() + b"}"
    return Response(body, headers={"Journey-Position": str(log.head())}, media_type="application/json")


def _told(rows: Sequence[Delivery]) -> bytes:
    each = (
        b'{"position":%d,"digest":"%s","event":%s}' % (row.position, codec.digest(row.body).encode(), row.body)
        for row in rows
    )
    return b"[" + b",".join(each) + b"]"
