"""What was placed, drawn, given and wasted on the day of an infusion, beside the infusion itself?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from journey.values import (
    ConcentrationMgPerMl,
    Day,
    DrawnMl,
    DrugAmount,
    Gauge,
    GivenMg,
    Lot,
    Ndc,
    Ordinal,
    RxNorm,
    UserId,
)


class IvSite(StrEnum):
    """Where the line lies."""

    LEFT_HAND = "left_hand"
    RIGHT_HAND = "right_hand"
    LEFT_FOREARM = "left_forearm"
    RIGHT_FOREARM = "right_forearm"
    LEFT_ANTECUBITAL = "left_antecubital"
    RIGHT_ANTECUBITAL = "right_antecubital"
    PORT = "port"
    OTHER = "other"


class DoseUnit(StrEnum):
    """A unit of a drug that was given, as UCUM writes it."""

    MICROGRAM = "ug"
    MILLIGRAM = "mg"
    GRAM = "g"
    MILLILITRE = "mL"
    INTERNATIONAL_UNIT = "[iU]"
    MILLIMOLE = "mmol"
    LITRE_PER_MINUTE = "L/min"


class MedicationRoute(StrEnum):
    """How a drug beside the infusion was given."""

    ORAL = "oral"
    SUBLINGUAL = "sublingual"
    INTRAVENOUS = "intravenous"
    INTRAMUSCULAR = "intramuscular"
    SUBCUTANEOUS = "subcutaneous"
    INHALED = "inhaled"
    NASAL = "nasal"
    TRANSDERMAL = "transdermal"


class MedicationIndication(StrEnum):
    """What a drug beside the infusion was given for."""

    HYPERTENSION = "hypertension"
    HYPOTENSION = "hypotension"
    TACHYCARDIA = "tachycardia"
    BRADYCARDIA = "bradycardia"
    DESATURATION = "desaturation"
    NAUSEA = "nausea"
    NAUSEA_PREVENTION = "nausea_prevention"
    HEADACHE = "headache"
    PAIN = "pain"
    ANXIETY = "anxiety"
    AGITATION = "agitation"
    SECRETIONS = "secretions"
    SEIZURE = "seizure"
    ALLERGIC_REACTION = "allergic_reaction"
    HYDRATION = "hydration"
    OTHER = "other"


class WasteMethod(StrEnum):
    """How what was left over was made unusable."""

    SEQUESTRATION_DEVICE = "sequestration_device"
    SINK = "sink"
    REVERSE_DISTRIBUTOR = "reverse_distributor"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class IvAccessPlaced:
    """A line was placed, after so many punctures."""

    session_id: UUID
    site: IvSite
    gauge: Gauge
    attempts: Ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class MedicationGiven:
    """A drug other than the infusion's was given."""

    session_id: UUID
    rxnorm: RxNorm
    dose: DrugAmount
    unit: DoseUnit
    route: MedicationRoute
    indication: MedicationIndication
    ordered_by: UserId
    given_by: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseDispensed:
    """The drug of an infusion was drawn from a container, whose ledger says so in the same commit.

    `mg` is volume times concentration; `verified_by` attested it by a sign-in of their own.
    """

    session_id: UUID
    container_id: UUID
    ndc: Ndc
    lot: Lot
    expires_on: Day
    conc_mg_per_ml: ConcentrationMgPerMl
    volume_ml: DrawnMl
    mg: GivenMg
    drawn_by: UserId
    verified_by: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseWasted:
    """What was drawn and not infused was made unusable; `witnessed_by` attested it by a sign-in of their own."""

    session_id: UUID
    container_id: UUID
    ml: DrawnMl
    conc_mg_per_ml: ConcentrationMgPerMl
    mg: GivenMg
    method: WasteMethod
    witnessed_by: UserId | None = None
