"""By which routes is asked who a patient is?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from annotated_types import MaxLen, MinLen
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
from journey.store.vault import Findable

routes = APIRouter(tags=["patients"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Whom to look for: by name, chart number or date of birth, exactly."""

    field: Findable
    value: Annotated[str, MinLen(1), MaxLen(200)]


def _sent(schema: str) -> dict[str, Any]:
    """How a body is described to programs."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": True, "content": content}}


@question(routes, "/patients/{patient_id}/identity", Question.IDENTITY)
def identity(wired: FromServer, patient_id: UUID) -> dict[str, Any]:
    """Who a patient is."""
    known = wired.app.store.vault.identity(patient_id)
    return found(None if known is None else codec.plain(known))


@routes.put(
    "/patients/{patient_id}/identity",
    dependencies=[Depends(Asks(Question.IDENTITY))],
    response_model=None,
    openapi_extra=_sent("Identity"),
)
def renew(wired: FromServer, patient_id: UUID, sent: Annotated[dict[str, Any], Depends(body)]) -> Response:
    """Renew who a patient is; the vault must know them already."""
    vault, renewed = wired.app.store.vault, read(Identity, sent)
    if vault.identity(patient_id) is None:
        raise Problem(Fault.NOT_FOUND)
    vault.renew(patient_id, renewed)
    return JSONResponse(codec.plain(renewed))


@routes.post(
    "/patients/searches",
    dependencies=[Depends(Asks(Question.IDENTITY))],
    response_model=None,
    openapi_extra=_sent("Search"),
)
def search(wired: FromServer, sent: Annotated[dict[str, Any], Depends(body)]) -> Response:
    """Find patients. A body and no query: addresses are written down in too many places."""
    vault, asked = wired.app.store.vault, read(Search, sent)
    known = vault.identities(vault.find(asked.field, asked.value))
    rows = [{"patient_id": patient_id, **codec.plain(identity)} for patient_id, identity in known.items()]
    return JSONResponse(codec.plain({"rows": rows}))
