"""By which routes is asked what happens on the day of an infusion?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import (
    AbortInfusion,
    AssessDischargeReadiness,
    ChangeInfusionRate,
    CheckInPatient,
    ClearSession,
    CompleteInfusion,
    DischargePatient,
    RecordVitals,
    StartInfusion,
    WithholdSession,
)

routes = APIRouter(tags=["session"])


@command(routes, "/journeys/{journey_id}/check-ins", CheckInPatient)
def check_in_patient(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the patient came."""
    return sent.ask(CheckInPatient, journey_id)


@command(routes, "/journeys/{journey_id}/vitals", RecordVitals)
def record_vitals(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record signs that were read."""
    return sent.ask(RecordVitals, journey_id)


@command(routes, "/journeys/{journey_id}/clearances", ClearSession)
def clear_session(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask that the infusion may start."""
    return sent.ask(ClearSession, journey_id)


@command(routes, "/journeys/{journey_id}/withheld-sessions", WithholdSession)
def withhold_session(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that no infusion is given."""
    return sent.ask(WithholdSession, journey_id)


@command(routes, "/journeys/{journey_id}/infusions", StartInfusion)
def start_infusion(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask to start the pump."""
    return sent.ask(StartInfusion, journey_id)


@command(routes, "/journeys/{journey_id}/rate-changes", ChangeInfusionRate)
def change_infusion_rate(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record another rate of the pump."""
    return sent.ask(ChangeInfusionRate, journey_id)


@command(routes, "/journeys/{journey_id}/infusion-completions", CompleteInfusion)
def complete_infusion(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the infusion ran to its end."""
    return sent.ask(CompleteInfusion, journey_id)


@command(routes, "/journeys/{journey_id}/infusion-abortions", AbortInfusion)
def abort_infusion(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the infusion was stopped early."""
    return sent.ask(AbortInfusion, journey_id)


@command(routes, "/journeys/{journey_id}/discharge-assessments", AssessDischargeReadiness)
def assess_discharge_readiness(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record whether the patient may leave."""
    return sent.ask(AssessDischargeReadiness, journey_id)


@command(routes, "/journeys/{journey_id}/discharges", DischargePatient)
def discharge_patient(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the patient left, or died."""
    return sent.ask(DischargePatient, journey_id)
