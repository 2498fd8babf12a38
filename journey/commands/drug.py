"""What can be told of what was placed, drawn, given and wasted beside the infusion?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from journey.events.drug import DoseUnit, IvSite, MedicationIndication, MedicationRoute, WasteMethod
from journey.values import ConcentrationMgPerMl, DrawnMl, DrugAmount, Gauge, Lot, Ordinal, RxNorm, UserId


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DispenseDose:
    """Ask to draw the drug of an infusion; `lot` is read off the container. `happened` is as for a start."""

    session_id: UUID
    container_id: UUID
    lot: Lot
    volume_ml: DrawnMl
    happened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WasteDose:
    """Record that what was drawn and not infused was made unusable; as it was in the container, if nothing is said."""

    session_id: UUID
    container_id: UUID
    ml: DrawnMl
    conc_mg_per_ml: ConcentrationMgPerMl | None = None
    method: WasteMethod
