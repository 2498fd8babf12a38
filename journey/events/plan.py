"""What happened to consent, coverage and the treatment plan?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from journey.values import (
    AuthorizationNo,
    Cents,
    Count,
    Day,
    DoseMgPerKg,
    Instant,
    Instrument,
    Many,
    Ordinal,
    PayerId,
    RuleId,
    UserId,
    VersionTag,
)


class ConsentKind(StrEnum):
    """What a consent allows."""

    TREATMENT = "treatment"
    OFF_LABEL = "off_label"
    PART2_TPO = "part2_tpo"
    DISCLOSURE = "disclosure"
    RESEARCH = "research"
    TELEHEALTH = "telehealth"


class ConsentParty(StrEnum):
    """Who withdrew a consent."""

    PATIENT = "patient"
    REPRESENTATIVE = "representative"


class WithdrawalEffect(StrEnum):
    """What a withdrawal stops."""

    STOP_TREATMENT = "stop_treatment"
    STOP_DISCLOSURE = "stop_disclosure"


class CoverageOutcome(StrEnum):
    """What the payer answered."""

    COVERED = "covered"
    NOT_COVERED = "not_covered"
    PARTIAL = "partial"
    SELF_PAY = "self_pay"
    PENDING = "pending"


class Route(StrEnum):
    """How the drug is given."""

    IV = "iv"


class Cadence(StrEnum):
    """How often an instrument is asked."""

    EACH_INFUSION = "each_infusion"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    REVIEW = "review"


class MaintenanceRule(StrEnum):
    """How maintenance is timed."""

    FIXED = "fixed"
    TAPER = "taper"
    PRN = "prn"


class Adjunct(StrEnum):
    """What is given together with ketamine."""

    TMS = "tms"
    PSYCHOTHERAPY = "psychotherapy"


@dataclass(frozen=True, slots=True, kw_only=True)
class TitrationStep:
    """From this infusion on, this dose."""

    infusion_no: Ordinal
    dose_mg_per_kg: DoseMgPerKg


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedInstrument:
    """An instrument and how often it is asked."""

    id: Instrument
    cadence: Cadence


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """A consent was signed; `signer_id` names a person of the vault."""

    consent_id: UUID
    kind: ConsentKind
    form_version: VersionTag
    signed_at: Instant
    expires_at: Instant | None = None
    signer_id: UUID
    witness_id: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """A consent was taken back."""

    consent_id: UUID
    withdrawn_by: ConsentParty
    effect: WithdrawalEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageVerified:
    """The payer, or the patient as payer, was asked and answered."""

    coverage_id: UUID
    payer: PayerId
    requested_at: Instant
    verified_at: Instant
    outcome: CoverageOutcome
    auth_no: AuthorizationNo | None = None
    units_authorized: Count | None = None
    valid_from: Day
    valid_to: Day
    copay_cents: Cents | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentPlanApproved:
    """A prescriber approved the plan: dose, number, gaps and window of the infusions."""

    plan_id: UUID
    revision: Ordinal
    route: Route
    dose_mg_per_kg: DoseMgPerKg
    duration_min: Ordinal
    infusions: Ordinal
    min_gap_h: Count
    max_gap_d: Count
    window_d: Ordinal
    titration: Annotated[tuple[TitrationStep, ...], Many] = ()
    instruments: Annotated[tuple[PlannedInstrument, ...], Many] = ()
    response_rule_id: RuleId
    maintenance_rule: MaintenanceRule
    adjuncts: Annotated[tuple[Adjunct, ...], Many] = ()
    supersedes: UUID | None = None
