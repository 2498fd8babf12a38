"""What was given beside the infusions? One row a drug that was given, with the infusion in whose session it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journey.events import MedicationGiven
from projections.outcome.infusions import Starts, during, numbered
from projections.plain import decimal, moment, row_of, written
from projections.projection import Column, Kind, Table

MEDICATIONS = Table(
    "medications",
    "Every drug given beside the infusions: what, how much, and for what",
    (
        Column("at", Kind.TIME, "when it was given"),
        Column("session_id", Kind.TEXT, "the session it was given in"),
        Column("attempt_no", Kind.WHOLE, "the start of the pump it belongs to"),
        Column("infusion", Kind.WHOLE, "that infusion's number, if it counts"),
        Column("rxnorm", Kind.TEXT, "the drug", "RxNorm"),
        Column("dose", Kind.NUMBER, "how much, in its unit"),
        Column("unit", Kind.TEXT, "the unit of the dose", "UCUM"),
        Column("route", Kind.TEXT, "how it was given"),
        Column("indication", Kind.TEXT, "what it was given for"),
    ),
    indexed=("indication",),
)


@dataclass(frozen=True, kw_only=True)
class Medication:
    """A drug as it was given."""

    at: str
    session_id: str
    rxnorm: str
    dose: str
    unit: str
    route: str
    indication: str


def given(at: datetime, event: MedicationGiven) -> Medication:
    """A drug was given."""
    return Medication(
        at=moment(at),
        session_id=written(event.session_id),
        rxnorm=event.rxnorm,
        dose=decimal(event.dose),
        unit=event.unit.value,
        route=event.route.value,
        indication=event.indication.value,
    )


def rows(medications: Mapping[str, Medication], starts: Starts) -> dict[str, dict[str, Any]]:
    """A row a drug, with the infusion it belongs to."""
    numbers = numbered(starts)
    found = {}
    for key, medication in medications.items():
        start = during(starts, medication.session_id, medication.at)
        found[key] = row_of(medication) | {
            "attempt_no": None if start is None else starts[start].attempt_no,
            "infusion": None if start is None else numbers.get(start),
        }
    return found
