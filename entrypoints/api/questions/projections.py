"""By which route is asked how far the read models are?"""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from entrypoints.api.auth import Asks
from entrypoints.api.wiring import FromServer
from journey.roles import Question
from projections.status import status

routes = APIRouter(tags=["projections"])


@routes.get("/projections", dependencies=[Depends(Asks(Question.PROJECTIONS_STATUS))], response_model=None)
def projections_status(wired: FromServer) -> JSONResponse:
    """Of every read model its position, its lag in events and seconds, what is parked, and its state."""
    return JSONResponse(status(wired.app.models, wired.app.store.log))
