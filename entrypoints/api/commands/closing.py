"""By which routes is asked what comes after the series?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import CloseJourney, RecordDeath, ScheduleMaintenance

routes = APIRouter(tags=["closing"])


@command(routes, "/journeys/{journey_id}/maintenance-schedules", ScheduleMaintenance)
def schedule_maintenance(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask that infusions go on, at intervals."""
    return sent.ask(ScheduleMaintenance, journey_id)


@command(routes, "/journeys/{journey_id}/closures", CloseJourney)
def close_journey(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask that the journey end."""
    return sent.ask(CloseJourney, journey_id)


@command(routes, "/journeys/{journey_id}/deaths", RecordDeath)
def record_death(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the patient died."""
    return sent.ask(RecordDeath, journey_id)
