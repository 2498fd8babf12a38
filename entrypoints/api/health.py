"""Does the server live, and can it answer?"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from consumers.metrics import CONTENT, text
from entrypoints.api.auth import Everybody
from entrypoints.api.wiring import FromServer
from entrypoints.measuring import of_models

routes = APIRouter(tags=["health"])


@routes.get("/health/live", dependencies=[Depends(Everybody("says nothing but that it answers"))])
def live() -> dict[str, str]:
    """The process answers."""
    return {"state": "live"}


@routes.get("/health/ready", dependencies=[Depends(Everybody("says nothing but that the databases answer"))])
def ready(wired: FromServer) -> dict[str, str]:
    """The databases answer; 503 if one does not."""
    wired.app.store.log.head()
    with wired.app.models.database.reading() as session:
        session.read("SELECT 1")
    return {"state": "ready"}


@routes.get("/metrics", dependencies=[Depends(Everybody("counts, positions and times; nothing of a patient"))])
def metrics(wired: FromServer) -> PlainTextResponse:
    """How far the read models are, as Prometheus asks it."""
    app = wired.app
    return PlainTextResponse(text(of_models(app.models, app.store.log)), media_type=CONTENT)


@routes.get("/openapi.json", dependencies=[Depends(Everybody("the contract is no secret"))], include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """The contract, as OpenAPI 3.1."""
    contract: dict[str, Any] = request.app.openapi()
    return JSONResponse(contract)
