"""By which routes is the record itself signed off and corrected?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import CorrectEntry, SignOffSession

routes = APIRouter(tags=["records"])


@command(routes, "/journeys/{journey_id}/sign-offs", SignOffSession)
def sign_off_session(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask to sign a session's record, as it was shown."""
    return sent.ask(SignOffSession, journey_id)


@command(routes, "/journeys/{journey_id}/corrections", CorrectEntry)
def correct_entry(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Amend or retract an earlier entry."""
    return sent.ask(CorrectEntry, journey_id)
