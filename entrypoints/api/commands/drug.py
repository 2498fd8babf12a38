"""By which routes is asked and told what was placed, drawn, given and wasted beside the infusion?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import DispenseDose, GiveMedication, PlaceIvAccess, WasteDose

routes = APIRouter(tags=["drug"])


@command(routes, "/journeys/{journey_id}/iv-accesses", PlaceIvAccess)
def place_iv_access(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that a line was placed."""
    return sent.ask(PlaceIvAccess, journey_id)


@command(routes, "/journeys/{journey_id}/medications", GiveMedication)
def give_medication(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that a drug other than the infusion's was given."""
    return sent.ask(GiveMedication, journey_id)


@command(routes, "/journeys/{journey_id}/dispensed-doses", DispenseDose)
def dispense_dose(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask to draw the drug of an infusion from a container."""
    return sent.ask(DispenseDose, journey_id)


@command(routes, "/journeys/{journey_id}/wasted-doses", WasteDose)
def waste_dose(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that what was drawn and not infused was made unusable."""
    return sent.ask(WasteDose, journey_id)
