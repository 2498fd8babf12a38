"""What can be asked on the day of an infusion?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.session import (
    AbortReason,
    Cadss,
    Change,
    CheckId,
    Disposition,
    Identifier,
    Moaas,
    NextAction,
    PadssItem,
    Pain,
    Position,
    RateReason,
    Ride,
    VitalSign,
    VitalsPhase,
    WithheldReason,
)
from journey.values import (
    ConcentrationMgPerMl,
    DoseMg,
    HeartRatePerMin,
    Hours,
    Many,
    NewId,
    PressureMmhg,
    RateMlH,
    ResourceId,
    RespirationsPerMin,
    RxNorm,
    SaturationPct,
    VersionTag,
    VolumeMl,
    WeightKg,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInPatient:
    """Record that the patient came."""

    session_id: NewId
    appointment_id: UUID
    identifiers_checked: Annotated[tuple[Identifier, ...], Many]
    weight_kg: WeightKg
    weight_kg_repeated: WeightKg | None = None
    fasting_h: Hours | None = None
    meds_today: Annotated[tuple[RxNorm, ...], Many] = ()
    ride: Ride
    changes: Annotated[tuple[Change, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordVitals:
    """Record signs that were read."""

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
    position: Position = Position.SITTING
    device_id: ResourceId | None = None
    unmeasurable: Annotated[tuple[VitalSign, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearSession:
    """Ask that the infusion may start; the checks are computed from the record."""

    session_id: UUID
    overrides: Annotated[tuple[CheckId, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WithholdSession:
    """Record that no infusion is given."""

    session_id: UUID
    reason: WithheldReason
    next_action: NextAction


@dataclass(frozen=True, slots=True, kw_only=True)
class StartInfusion:
    """Ask to start the pump. With `happened` (after downtime) it is recorded whatever speaks against it."""

    session_id: UUID
    dose_mg: DoseMg
    conc_mg_per_ml: ConcentrationMgPerMl
    total_ml: VolumeMl
    rate_ml_h: RateMlH
    pump_id: ResourceId
    happened: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeInfusionRate:
    """Record another rate of the pump; 0 is a pause."""

    session_id: UUID
    rate_ml_h: RateMlH
    reason: RateReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteInfusion:
    """Record that the infusion ran to its end."""

    session_id: UUID
    ml_infused: VolumeMl


@dataclass(frozen=True, slots=True, kw_only=True)
class AbortInfusion:
    """Record that the infusion was stopped early."""

    session_id: UUID
    ml_infused: VolumeMl
    reason: AbortReason
    ae_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessDischargeReadiness:
    """Record the judgement. `padss`: vitals, activity, pain and nausea, bleeding, intake and output."""

    session_id: UUID
    padss: tuple[PadssItem, PadssItem, PadssItem, PadssItem, PadssItem]
    moaas: Moaas
    dissociation_resolved: bool
    dizziness_resolved: bool
    oriented: bool
    gait_steady: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DischargePatient:
    """Record that the patient left, or died."""

    session_id: UUID
    disposition: Disposition
    ride_checked: bool
    instructions_version: VersionTag | None = None
    next_appointment_id: UUID | None = None
