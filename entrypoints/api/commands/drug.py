"""By which routes is told what was placed and given beside the infusion?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import GiveMedication, PlaceIvAccess

routes = APIRouter(tags=["drug"])


@command(routes, "/journeys/{journey_id}/iv-accesses", PlaceIvAccess)
def place_iv_access(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that a line was placed."""
    return sent.ask(PlaceIvAccess, journey_id)


@command(routes, "/journeys/{journey_id}/medications", GiveMedication)
def give_medication(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that a drug other than the infusion's was given."""
    return sent.ask(GiveMedication, journey_id)
