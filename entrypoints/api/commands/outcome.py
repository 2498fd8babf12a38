"""By which routes are measurements, adverse events and response asked?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import (
    AddressSuicideRisk,
    AssessResponse,
    CompleteAssessment,
    ReportAdverseEvent,
    UpdateAdverseEvent,
)

routes = APIRouter(tags=["outcome"])


@command(routes, "/journeys/{journey_id}/assessments", CompleteAssessment)
def complete_assessment(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record the answers to an instrument, item by item."""
    return sent.ask(CompleteAssessment, journey_id)


@command(routes, "/journeys/{journey_id}/risk-responses", AddressSuicideRisk)
def address_suicide_risk(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record how a suicide risk was met."""
    return sent.ask(AddressSuicideRisk, journey_id)


@command(routes, "/journeys/{journey_id}/adverse-events", ReportAdverseEvent)
def report_adverse_event(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that something unwanted happened."""
    return sent.ask(ReportAdverseEvent, journey_id)


@command(routes, "/journeys/{journey_id}/adverse-event-updates", UpdateAdverseEvent)
def update_adverse_event(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record what became of an adverse event."""
    return sent.ask(UpdateAdverseEvent, journey_id)


@command(routes, "/journeys/{journey_id}/response-reviews", AssessResponse)
def assess_response(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask for a response review under a rule."""
    return sent.ask(AssessResponse, journey_id)
