"""By which routes is asked who a patient is?"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response

from entrypoints.api.answering import found, question
from entrypoints.api.asking import body
from entrypoints.api.auth import Asks
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from journey.roles import Question
from journey.store import codec
from journey.store.identity import Identity
from journey.store.reading import read

routes = APIRouter(tags=["patients"])


@question(routes, "/patients/{patient_id}/identity", Question.IDENTITY)
def identity(wired: FromServer, patient_id: UUID) -> dict[str, Any]:
    """Who a patient is."""
    known = wired.app.store.vault.identity(patient_id)
    return found(None if known is None else codec.plain(known))


@routes.put(
    "/patients/{patient_id}/identity",
    dependencies=[Depends(Asks(Question.IDENTITY))],
    response_model=None,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Identity"}}},
        }
    },
)
def renew(wired: FromServer, patient_id: UUID, sent: Annotated[dict[str, Any], Depends(body)]) -> Response:
    """Renew who a patient is; the vault must know them already."""
    vault, renewed = wired.app.store.vault, read(Identity, sent)
    if vault.identity(patient_id) is None:
        raise Problem(Fault.NOT_FOUND)
    vault.renew(patient_id, renewed)
    return JSONResponse(codec.plain(renewed))
