"""By which routes is asked what comes before treatment?"""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from entrypoints.api.asking import FromBody, command
from journey.commands import (
    CompleteConsult,
    ConfirmEligibility,
    DenyEligibility,
    RecordContraindication,
    RecordTreatmentTrial,
    ReferJourney,
)

routes = APIRouter(tags=["intake"])


@command(routes, "/journeys", ReferJourney)
def refer_journey(sent: FromBody) -> JSONResponse:
    """Open a journey for a patient."""
    return sent.ask(ReferJourney)


@command(routes, "/journeys/{journey_id}/consults", CompleteConsult)
def complete_consult(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record the consult."""
    return sent.ask(CompleteConsult, journey_id)


@command(routes, "/journeys/{journey_id}/treatment-trials", RecordTreatmentTrial)
def record_treatment_trial(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record an earlier treatment."""
    return sent.ask(RecordTreatmentTrial, journey_id)


@command(routes, "/journeys/{journey_id}/contraindications", RecordContraindication)
def record_contraindication(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record what speaks against ketamine."""
    return sent.ask(RecordContraindication, journey_id)


@command(routes, "/journeys/{journey_id}/eligibility-confirmations", ConfirmEligibility)
def confirm_eligibility(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Ask that the patient may be treated."""
    return sent.ask(ConfirmEligibility, journey_id)


@command(routes, "/journeys/{journey_id}/eligibility-denials", DenyEligibility)
def deny_eligibility(journey_id: UUID, sent: FromBody) -> JSONResponse:
    """Record that the patient may not be treated."""
    return sent.ask(DenyEligibility, journey_id)
