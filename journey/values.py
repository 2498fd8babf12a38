"""How are codes, ids and small measured things written?

A pattern here may be widened, never narrowed: stored events are read through the same types.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen

YEARS = datetime(1980, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Code:
    """Marks a `str` as coded: its system, and the pattern that every value of it follows."""

    system: str
    pattern: str

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> Any:
        """Let a pydantic reader check the pattern, without the domain knowing pydantic."""
        return {**handler(source), "pattern": f"^(?:{self.pattern})$"}


@dataclass(frozen=True, slots=True)
class Aware:
    """Marks a `datetime` as carrying an offset and lying in these years: another is refused where it enters.

    The years catch a date written without hyphens, which readers take for seconds since 1970.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> Any:
        """Let a pydantic reader refuse naive times."""
        return {**handler(source), "tz_constraint": "aware", "ge": YEARS[0], "lt": YEARS[1]}


@dataclass(frozen=True, slots=True)
class Places:
    """Marks a `Decimal` as measured to so many decimal places at most."""

    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], dict[str, Any]]) -> Any:
        """Let a pydantic reader refuse more."""
        return {**handler(source), "decimal_places": self.most}


@dataclass(frozen=True, slots=True)
class New:
    """Marks the id of something that the command brings into being; left out, it is derived from the command's id."""


Instant = Annotated[datetime, Aware()]
Day = Annotated[date, Ge(YEARS[0].date()), Lt(YEARS[1].date())]
NewId = Annotated[UUID, New()]

Icd10 = Annotated[str, Code("ICD-10-CM", r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")]
RxNorm = Annotated[str, Code("RxNorm", r"[0-9]{1,8}")]
Meddra = Annotated[str, Code("MedDRA", r"[0-9]{8}")]
Npi = Annotated[str, Code("NPI", r"[0-9]{10}")]
Language = Annotated[str, Code("BCP 47", r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")]
AllergyCode = Annotated[str, Code("allergy code", r"[a-z0-9][a-z0-9_-]{0,39}")]
PayerId = Annotated[str, Code("payer id", r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")]
AuthorizationNo = Annotated[str, Code("payer's authorization number", r"[A-Za-z0-9][A-Za-z0-9-]{0,39}")]
VersionTag = Annotated[str, Code("version of a form or algorithm", r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")]
ResourceId = Annotated[str, Code("chair, staff member or device of the site", r"[a-z0-9][a-z0-9._-]{0,39}")]
SiteId = Annotated[str, Code("site", r"[a-z0-9][a-z0-9-]{0,39}")]
UserId = Annotated[str, Code("user", r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")]
RuleId = Annotated[str, Code("response rule", r"[a-z0-9][a-z0-9._-]{0,39}")]
Ndc = Annotated[str, Code("National Drug Code", r"[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}")]
Lot = Annotated[str, Code("manufacturer's lot", r"[A-Z0-9][A-Z0-9./-]{0,19}")]
PlaceId = Annotated[str, Code("supplier, or whoever else takes drugs", r"[a-z0-9][a-z0-9._-]{0,39}")]
ItemId = Annotated[str, Code("number of an instrument's item", r"[1-9][0-9]?")]
UnitCode = Annotated[str, Code("UCUM", r"[A-Za-z0-9%/.\[\]{}^*()_-]{1,16}")]
Digest = Annotated[str, Code("SHA-256, hex", r"[0-9a-f]{64}")]
EventName = Annotated[str, Code("event type", r"[A-Z][A-Za-z]{2,39}")]

# Bounds of shape: what no device, vial or person can exceed. Clinical limits are policy.
WeightKg = Annotated[Decimal, Gt(0), Le(500), Places(6)]
HeightCm = Annotated[Decimal, Gt(0), Le(300), Places(6)]
DoseMg = Annotated[Decimal, Gt(0), Le(10_000), Places(6)]
DoseMgPerKg = Annotated[Decimal, Gt(0), Le(20), Places(6)]
GivenMgPerKg = Annotated[Decimal, Gt(0)]  # computed from dose and weight, whatever was given
VolumeMl = Annotated[Decimal, Ge(0), Le(5_000), Places(6)]
DrawnMl = Annotated[Decimal, Gt(0), Le(5_000), Places(6)]
GivenMg = Annotated[Decimal, Gt(0)]  # computed from volume and concentration, whatever was drawn
LedgerMl = Annotated[Decimal, Gt(-1_000_000_000), Lt(1_000_000_000)]  # computed: what comes in and goes adds up
LedgerMg = Annotated[Decimal, Gt(-1_000_000_000_000), Lt(1_000_000_000_000)]
ConcentrationMgPerMl = Annotated[Decimal, Gt(0), Le(1_000), Places(6)]
DrugAmount = Annotated[Decimal, Gt(0), Le(100_000), Places(6)]
RateMlH = Annotated[Decimal, Ge(0), Le(5_000), Places(6)]
Hours = Annotated[Decimal, Ge(0), Le(1_000), Places(6)]
Gauge = Annotated[int, Ge(10), Le(30)]
PressureMmhg = Annotated[int, Ge(0), Le(400)]
HeartRatePerMin = Annotated[int, Ge(0), Le(400)]
RespirationsPerMin = Annotated[int, Ge(0), Le(100)]
SaturationPct = Annotated[int, Ge(0), Le(100)]
Quantity = Annotated[Decimal, Ge(-1_000_000), Le(1_000_000), Places(6)]
Count = Annotated[int, Ge(0), Le(10_000)]
Ordinal = Annotated[int, Ge(1), Le(10_000)]
Score = Annotated[int, Ge(0), Le(200)]
AgeYears = Annotated[int, Ge(0), Le(130)]
Cents = Annotated[int, Ge(0), Le(100_000_000)]
Many = MaxLen(100)
Some = MinLen(1)


class Role(StrEnum):
    """What a person or program is to the clinic."""

    FRONT_DESK = "front_desk"
    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    COMPLIANCE = "compliance"
    ANALYST = "analyst"
    SERVICE = "service"
    IMPORTER = "importer"
    ADMINISTRATOR = "administrator"


class Origin(StrEnum):
    """Where an entry came from."""

    STAFF = "staff"
    DEVICE = "device"
    PATIENT = "patient"
    IMPORT = "import"
    SYSTEM = "system"
    SIMULATED = "simulated"


class LateReason(StrEnum):
    """Why an entry was recorded long after it happened."""

    EMERGENCY = "emergency"
    DOWNTIME = "downtime"
    WORKLOAD = "workload"
    OUTSIDE_INFORMATION = "outside_information"
    DEVICE_DELAY = "device_delay"
    OVERSIGHT = "oversight"


class Sensitivity(StrEnum):
    """Segments of a record that the law protects further."""

    SUBSTANCE_USE = "sud"
    PSYCHOTHERAPY = "psychotherapy"


class Status(StrEnum):
    """How sure a clinical statement is."""

    SEEN = "seen"
    WEAK = "weak"
    UNVERIFIED = "unverified"
    CHOICE = "choice"


class Instrument(StrEnum):
    """A questionnaire or rating that is scored here."""

    PHQ9 = "phq9"
    GAD7 = "gad7"
    QIDS_SR16 = "qids_sr16"
    MADRS = "madrs"
    PCL5 = "pcl5"
    CSSRS = "cssrs"
    CADSS = "cadss"
    PADSS = "padss"
    MOAAS = "moaas"
    STOP_BANG = "stop_bang"
    AUDIT = "audit"
    DAST10 = "dast10"


class RiskLevel(StrEnum):
    """How high a suicide risk is held to be."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class OutcomeClass(StrEnum):
    """The classes of domain 2, in their order; remission and response are flags beside it."""

    REMISSION = "remission"
    RESPONSE = "response"
    PARTIAL = "partial"
    DETERIORATED = "deteriorated"
    NON_RESPONSE = "non_response"
