"""By which routes are consent, coverage and the plan asked?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import ApproveTreatmentPlan, GiveConsent, VerifyCoverage, WithdrawConsent

routes = APIRouter(tags=["plan"])


@command(routes, "/journeys/{journey_id}/consents", GiveConsent)
def give_consent(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record a signed consent."""
    return sent.ask(GiveConsent, journey_id)


@command(routes, "/journeys/{journey_id}/consent-withdrawals", WithdrawConsent)
def withdraw_consent(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that a consent was taken back."""
    return sent.ask(WithdrawConsent, journey_id)


@command(routes, "/journeys/{journey_id}/coverages", VerifyCoverage)
def verify_coverage(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record the payer's answer."""
    return sent.ask(VerifyCoverage, journey_id)


@command(routes, "/journeys/{journey_id}/plans", ApproveTreatmentPlan)
def approve_treatment_plan(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask that a plan be in force."""
    return sent.ask(ApproveTreatmentPlan, journey_id)
