"""By which routes is the course of the treatment asked?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import ChangeModality, DetectRelapse, OrderReinduction, PauseJourney, ResumeJourney

routes = APIRouter(tags=["course"])


@command(routes, "/journeys/{journey_id}/pauses", PauseJourney)
def pause_journey(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the journey rests."""
    return sent.ask(PauseJourney, journey_id)


@command(routes, "/journeys/{journey_id}/resumptions", ResumeJourney)
def resume_journey(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask that the journey go on."""
    return sent.ask(ResumeJourney, journey_id)


@command(routes, "/journeys/{journey_id}/modality-changes", ChangeModality)
def change_modality(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask for another treatment, instead or besides."""
    return sent.ask(ChangeModality, journey_id)


@command(routes, "/journeys/{journey_id}/relapses", DetectRelapse)
def detect_relapse(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that what the treatment had gained is lost again."""
    return sent.ask(DetectRelapse, journey_id)


@command(routes, "/journeys/{journey_id}/reinductions", OrderReinduction)
def order_reinduction(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask for another series of infusions."""
    return sent.ask(OrderReinduction, journey_id)
