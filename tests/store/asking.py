"""How do the tests of the store ask?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from journey.commands import (
    BookAppointment,
    BookSeries,
    CancelAppointment,
    CloseJourney,
    Command,
    CompleteAssessment,
    RecordTreatmentTrial,
    ReferJourney,
)
from journey.commands.schedule import WantedSlot
from journey.events import TreatmentPlanApproved
from journey.events.closing import ClosingReason
from journey.events.intake import Episode, Evidence, Modality, ReferralReason, Referrer, TrialOutcome
from journey.events.outcome import Timepoint
from journey.events.plan import MaintenanceRule, Route
from journey.events.schedule import AppointmentKind, CancellationReason, Initiator
from journey.recorded import Actor
from journey.store import codec
from journey.store.identity import Identity
from journey.store.mapper import entry
from journey.store.opening import Store
from journey.store.reading import read_command
from journey.store.request import Request
from journey.values import Instrument, LateReason, Origin, Role
from tests.decisions.worked_journey import FILE
from tests.given import DAY, JOURNEY, NURSE, PRESCRIBER, START, named

PATIENT = named("patient")
TOMORROW = START + DAY
"""Nine o'clock at the clinic."""
ENVELOPE = {"command", "journey_id", "command_id", "at", "by", "note", "identity", "late_reason"}


def request(command: Command, **asked: Any) -> Request:
    """Return a request of the nurse, now, with a key of its own, if nothing else is said."""
    plain: dict[str, Any] = {
        "command": command,
        "journey_id": JOURNEY,
        "site_id": "main",
        "command_id": uuid4(),
        "at": START,
        "actor": NURSE,
    }
    return Request(**(plain | asked))


def refer(patient_id: UUID = PATIENT, **asked: Any) -> Request:
    """Return a referral."""
    command = ReferJourney(
        patient_id=patient_id,
        referrer=Referrer.PROVIDER,
        indication_icd10="F33.2",
        reason=ReferralReason.TREATMENT_RESISTANT_DEPRESSION,
    )
    return request(command, **asked)


def trial(weeks: int = 8, **asked: Any) -> Request:
    """Return a report of an earlier treatment: an observation that does not commute."""
    command = RecordTreatmentTrial(
        trial_id=uuid4(),
        modality=Modality.DRUG,
        weeks=weeks,
        adequate=True,
        outcome=TrialOutcome.FAILED,
        episode=Episode.CURRENT,
        evidence=Evidence.RECORD,
    )
    return request(command, **asked)


def phq9(item_9: int = 0, **asked: Any) -> Request:
    """Return the answers to a PHQ-9: an observation that commutes, and raises a risk by its last item."""
    items = {str(number): 1 for number in range(1, 9)} | {"9": item_9}
    command = CompleteAssessment(
        assessment_id=uuid4(), instrument=Instrument.PHQ9, timepoint=Timepoint.BASELINE, items=items
    )
    return request(command, **asked)


def book(
    start: datetime = TOMORROW,
    *,
    hours: float = 1,
    chair: str | None = "chair-1",
    nurse: str | None = None,
    **asked: Any,
) -> Request:
    """Return a request for a consult in a chair, or with a nurse."""
    command = BookAppointment(
        appointment_id=uuid4(),
        kind=AppointmentKind.CONSULT,
        start=start,
        end=start + timedelta(hours=hours),
        chair=chair,
        nurse=nurse,
    )
    return request(command, **asked)


PLAN = TreatmentPlanApproved(
    plan_id=named("plan"),
    revision=1,
    route=Route.IV,
    dose_mg_per_kg=Decimal("0.5"),
    duration_min=40,
    infusions=3,
    min_gap_h=1,
    max_gap_d=7,
    window_d=14,
    response_rule_id="phq9-lt5",
    maintenance_rule=MaintenanceRule.FIXED,
)


def plan(store: Store, journey_id: UUID, event: TreatmentPlanApproved = PLAN) -> None:
    """Put a plan in force at a journey, of three infusions if no other is said; how it came to be is not asked here."""
    history = store.log.history(journey_id)
    last = replace(history[-1], event=event, event_id=uuid4(), version=len(history) + 1, command_id=uuid4())
    store.log.append([entry(replace(last, prev=codec.digest(codec.encode(history[-1]))))], [])


def series(*starts: datetime, chair: str = "chair-1", nurse: str = "nurse-1", **asked: Any) -> Request:
    """Return a request for hours of a plan, from the first slot on."""
    slots = tuple(
        WantedSlot(slot_no=number, start=start, end=start + timedelta(hours=1), chair=chair, nurse=nurse)
        for number, start in enumerate(starts, start=1)
    )
    return request(BookSeries(series_id=uuid4(), slots=slots), **asked)


def cancel(booking: Request, **asked: Any) -> Request:
    """Return a cancellation of what a request booked."""
    assert isinstance(booking.command, BookAppointment)
    command = CancelAppointment(
        appointment_ids=(booking.command.appointment_id,),
        initiator=Initiator.PATIENT,
        reason_code=CancellationReason.PATIENT,
    )
    return request(command, journey_id=booking.journey_id, **asked)


def close(**asked: Any) -> Request:
    """Return a request to end the journey."""
    return request(CloseJourney(reason=ClosingReason.LAPSED), actor=PRESCRIBER, **asked)


def worked() -> Iterator[Request]:
    """Give the requests of the worked file, as an importer makes them."""
    for line in map(json.loads, FILE.read_text(encoding="utf-8").splitlines()):
        command_id, at = UUID(line["command_id"]), datetime.fromisoformat(line["at"])
        if "journey_id" not in line:
            line["journey_id"] = line.pop("container_id")
        fields = {key: value for key, value in line.items() if key not in ENVELOPE}
        by = line["by"]
        yield Request(
            command=read_command(line["command"], fields, command_id),
            journey_id=UUID(line["journey_id"]),
            site_id="main",
            command_id=command_id,
            at=at,
            actor=Actor(
                user="importer", role=Role.IMPORTER, on_behalf_of=by["user"], on_behalf_of_role=Role(by["role"])
            ),
            origin=Origin.IMPORT,
            late_reason=LateReason(line["late_reason"]) if "late_reason" in line else None,
            note=line.get("note"),
            identity=Identity(name=line["identity"]["name"]) if "identity" in line else None,
        )
