"""What can be told of what was placed and given beside the infusion?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from journey.events.drug import DoseUnit, IvSite, MedicationIndication, MedicationRoute
from journey.values import DrugAmount, Gauge, Ordinal, RxNorm, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceIvAccess:
    """Record that a line was placed."""

    session_id: UUID
    site: IvSite
    gauge: Gauge
    attempts: Ordinal = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveMedication:
    """Record that a drug other than the infusion's was given."""

    session_id: UUID
    rxnorm: RxNorm
    dose: DrugAmount
    unit: DoseUnit
    route: MedicationRoute
    indication: MedicationIndication
    ordered_by: UserId
    given_by: UserId
