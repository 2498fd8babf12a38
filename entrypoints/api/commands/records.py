"""By which route is the record itself corrected?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import CorrectEntry

routes = APIRouter(tags=["records"])


@command(routes, "/journeys/{journey_id}/corrections", CorrectEntry)
def correct_entry(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Amend or retract an earlier entry."""
    return sent.ask(CorrectEntry, journey_id)
