"""What happened on the day of an infusion?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from annotated_types import Ge, Le

from journey.values import (
    ConcentrationMgPerMl,
    DoseMg,
    GivenMgPerKg,
    HeartRatePerMin,
    Hours,
    Many,
    Ordinal,
    PressureMmhg,
    RateMlH,
    ResourceId,
    RespirationsPerMin,
    RxNorm,
    SaturationPct,
    UserId,
    VersionTag,
    VolumeMl,
    WeightKg,
)

Moaas = Annotated[int, Ge(0), Le(5)]
Cadss = Annotated[int, Ge(0), Le(92)]
Pain = Annotated[int, Ge(0), Le(10)]
PadssItem = Annotated[int, Ge(0), Le(2)]


class Identifier(StrEnum):
    """A kind of identifier that was checked; never its value."""

    NAME = "name"
    DATE_OF_BIRTH = "date_of_birth"
    CHART_NUMBER = "chart_number"
    PHOTO = "photo"
    PHONE = "phone"


class RideKind(StrEnum):
    """How the patient gets home."""

    ESCORT = "escort"
    TAXI = "taxi"
    CLINIC = "clinic"
    NONE = "none"


class Change(StrEnum):
    """What changed since the last visit."""

    NONE = "none"
    NEW_DRUG = "new_drug"
    ILLNESS = "illness"
    PREGNANCY = "pregnancy"
    SUBSTANCE = "substance"
    MOOD = "mood"
    OTHER = "other"


class VitalsPhase(StrEnum):
    """When in the session a reading was taken."""

    PRE = "pre"
    DURING = "during"
    POST = "post"


class Position(StrEnum):
    """How the patient lay or sat."""

    SITTING = "sitting"
    SEMI_RECUMBENT = "semi_recumbent"
    SUPINE = "supine"
    STANDING = "standing"


class VitalSign(StrEnum):
    """A sign that may be unmeasurable."""

    PRESSURE = "pressure"
    HEART_RATE = "heart_rate"
    SATURATION = "saturation"
    RESPIRATION = "respiration"


class CheckId(StrEnum):
    """What is checked before an infusion."""

    VITALS = "vitals"
    PRESSURE = "pressure"
    HEART_RATE = "heart_rate"
    RESPIRATION = "respiration"
    SATURATION = "saturation"
    CONSENT = "consent"
    ELIGIBILITY = "eligibility"
    PLAN = "plan"
    INFUSIONS_LEFT = "infusions_left"
    MAINTENANCE = "maintenance"
    GAP = "gap"
    IDENTITY = "identity"
    WEIGHT = "weight"
    BODY_MASS = "body_mass"
    RIDE = "ride"
    SUICIDE_RISK = "suicide_risk"
    PREGNANCY = "pregnancy"
    DRUG_SCREEN = "drug_screen"
    COVERAGE = "coverage"
    CHANGES = "changes"
    OPEN_SESSION = "open_session"


class WithheldReason(StrEnum):
    """Why no infusion was given."""

    BP = "bp"
    INTOXICATION = "intoxication"
    NO_RIDE = "no_ride"
    ILLNESS = "illness"
    PREGNANCY = "pregnancy"
    REFUSED = "refused"
    CONSENT = "consent"
    IV_FAILURE = "iv_failure"
    STOCK = "stock"
    OTHER = "other"


class NextAction(StrEnum):
    """What follows a withheld session."""

    RESCHEDULE = "reschedule"
    REVIEW = "review"
    REFER = "refer"
    NONE = "none"


class RateReason(StrEnum):
    """Why the pump's rate was changed."""

    TOLERABILITY = "tolerability"
    PRESSURE = "pressure"
    PATIENT_REQUEST = "patient_request"
    TITRATION = "titration"
    PUMP = "pump"
    RESUME = "resume"
    OTHER = "other"


class AbortReason(StrEnum):
    """Why an infusion was stopped before its end."""

    HYPERTENSION = "hypertension"
    DISSOCIATION = "dissociation"
    NAUSEA = "nausea"
    SPO2 = "spo2"
    PATIENT_REQUEST = "patient_request"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    IV_FAILURE = "iv_failure"
    PUMP = "pump"
    AE = "ae"


class Disposition(StrEnum):
    """How the patient left."""

    HOME_RIDE = "home_ride"
    ED_TRANSFER = "ed_transfer"
    AGAINST_ADVICE = "against_advice"
    DIED = "died"


class ReadinessId(StrEnum):
    """What discharge readiness is made of."""

    PADSS = "padss"
    ACTIVITY = "activity"
    VITALS = "vitals"
    PRESSURE = "pressure"
    DISSOCIATION = "dissociation"
    DIZZINESS = "dizziness"
    ORIENTATION = "orientation"
    GAIT = "gait"
    SEDATION = "sedation"
    MONITORING = "monitoring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """The way home; an escort is a person of the vault."""

    kind: RideKind
    person_id: UUID | None = None
    confirmed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check before an infusion: what was found, the limit, and whether it passed."""

    id: CheckId
    value: Decimal | None = None
    limit: Decimal | None = None
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOverride:
    """A failed check set aside by a named prescriber; the rationale is in the vault under `note_id`."""

    id: CheckId
    by: UserId
    note_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientCheckedIn:
    """The patient came; a session opened."""

    session_id: UUID
    appointment_id: UUID
    identifiers_checked: Annotated[tuple[Identifier, ...], Many]
    weight_kg: WeightKg
    fasting_h: Hours | None = None
    meds_today: Annotated[tuple[RxNorm, ...], Many] = ()
    ride: Ride
    changes: Annotated[tuple[Change, ...], Many] = ()
    weight_kg_repeated: WeightKg | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VitalsRecorded:
    """Signs were read; what could not be read is said in `unmeasurable`."""

    session_id: UUID
    phase: VitalsPhase
    sbp_mmhg: PressureMmhg | None = None
    dbp_mmhg: PressureMmhg | None = None
    hr_per_min: HeartRatePerMin | None = None
    spo2_pct: SaturationPct | None = None
    rr_per_min: RespirationsPerMin | None = None
    moaas: Moaas | None = None
    cadss: Cadss | None = None
    pain: Pain | None = None
    position: Position
    device_id: ResourceId | None = None
    unmeasurable: Annotated[tuple[VitalSign, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCleared:
    """The infusion may start; the weight and the plan's revision it was cleared for."""

    session_id: UUID
    checks: Annotated[tuple[Check, ...], Many]
    overrides: Annotated[tuple[CheckOverride, ...], Many] = ()
    weight_kg: WeightKg
    plan_id: UUID
    plan_revision: Ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWithheld:
    """No infusion is given in this session."""

    session_id: UUID
    reason: WithheldReason
    next_action: NextAction


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionStarted:
    """The pump was started. `attempt_no` counts every start of the journey, without gap."""

    session_id: UUID
    attempt_no: Ordinal
    dose_mg: DoseMg
    dose_mg_per_kg: GivenMgPerKg
    conc_mg_per_ml: ConcentrationMgPerMl
    total_ml: VolumeMl
    rate_ml_h: RateMlH
    pump_id: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionRateChanged:
    """The pump runs at another rate; 0 is a pause."""

    session_id: UUID
    rate_ml_h: RateMlH
    reason: RateReason


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionCompleted:
    """The infusion ran to its end."""

    session_id: UUID
    ml_infused: VolumeMl


@dataclass(frozen=True, slots=True, kw_only=True)
class InfusionAborted:
    """The infusion was stopped early; whether it counts is decided by the policy of the day."""

    session_id: UUID
    ml_infused: VolumeMl
    counts: bool
    reason: AbortReason
    ae_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargeReadinessAssessed:
    """Readiness was judged. `padss`: vitals, activity, pain and nausea, bleeding, intake and output."""

    session_id: UUID
    padss: tuple[PadssItem, PadssItem, PadssItem, PadssItem, PadssItem]
    moaas: Moaas
    dissociation_resolved: bool
    dizziness_resolved: bool
    oriented: bool
    gait_steady: bool
    ready: bool
    unmet: Annotated[tuple[ReadinessId, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDischarged:
    """The patient left, or died."""

    session_id: UUID
    disposition: Disposition
    ride_checked: bool
    instructions_version: VersionTag | None = None
    next_appointment_id: UUID | None = None
