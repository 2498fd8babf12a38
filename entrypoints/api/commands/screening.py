"""By which routes is told what speaks for or against treatment?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import ClearContraindication, CompleteScreening

routes = APIRouter(tags=["screening"])


@command(routes, "/journeys/{journey_id}/contraindication-clearings", ClearContraindication)
def clear_contraindication(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask that a contraindication no longer stands against treatment."""
    return sent.ask(ClearContraindication, journey_id)


@command(routes, "/journeys/{journey_id}/screenings", CompleteScreening)
def complete_screening(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record what a test or questionnaire found."""
    return sent.ask(CompleteScreening, journey_id)
