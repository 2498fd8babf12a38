"""By which routes are appointments asked?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import (
    BookAppointment,
    BookSeries,
    CancelAppointment,
    ContactPatient,
    MissAppointment,
    RescheduleAppointment,
)

routes = APIRouter(tags=["schedule"])


@command(routes, "/journeys/{journey_id}/series", BookSeries)
def book_series(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask for every infusion that the plan still lacks, all or none."""
    return sent.ask(BookSeries, journey_id)


@command(routes, "/journeys/{journey_id}/appointments", BookAppointment)
def book_appointment(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask for an appointment, with its chair and staff."""
    return sent.ask(BookAppointment, journey_id)


@command(routes, "/journeys/{journey_id}/reschedulings", RescheduleAppointment)
def reschedule_appointment(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask to move appointments."""
    return sent.ask(RescheduleAppointment, journey_id)


@command(routes, "/journeys/{journey_id}/cancellations", CancelAppointment)
def cancel_appointment(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that appointments are called off."""
    return sent.ask(CancelAppointment, journey_id)


@command(routes, "/journeys/{journey_id}/missed-appointments", MissAppointment)
def miss_appointment(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the patient did not come."""
    return sent.ask(MissAppointment, journey_id)


@command(routes, "/journeys/{journey_id}/contacts", ContactPatient)
def contact_patient(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the patient was called."""
    return sent.ask(ContactPatient, journey_id)
