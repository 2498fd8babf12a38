"""What can be asked about consent, coverage and the plan?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.plan import (
    Adjunct,
    ConsentKind,
    ConsentParty,
    CoverageOutcome,
    MaintenanceRule,
    PlannedInstrument,
    Route,
    TitrationStep,
    WithdrawalEffect,
)
from journey.values import (
    AuthorizationNo,
    Cents,
    Count,
    Day,
    DoseMgPerKg,
    Instant,
    Many,
    NewId,
    Ordinal,
    PayerId,
    RuleId,
    UserId,
    VersionTag,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent:
    """Record a signed consent."""

    consent_id: NewId
    kind: ConsentKind
    form_version: VersionTag
    signed_at: Instant
    expires_at: Instant | None = None
    signer_id: UUID
    witness_id: UserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent:
    """Record that a consent was taken back."""

    consent_id: UUID
    withdrawn_by: ConsentParty
    effect: WithdrawalEffect


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCoverage:
    """Record the payer's answer."""

    coverage_id: NewId
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
class ApproveTreatmentPlan:
    """Ask that a plan be in force; a new revision names the plan that it supersedes."""

    plan_id: NewId
    revision: Ordinal = 1
    route: Route = Route.IV
    dose_mg_per_kg: DoseMgPerKg
    duration_min: Ordinal
    infusions: Ordinal
    min_gap_h: Count
    max_gap_d: Count
    window_d: Ordinal
    titration: Annotated[tuple[TitrationStep, ...], Many] = ()
    instruments: Annotated[tuple[PlannedInstrument, ...], Many] = ()
    response_rule_id: RuleId
    maintenance_rule: MaintenanceRule = MaintenanceRule.FIXED
    adjuncts: Annotated[tuple[Adjunct, ...], Many] = ()
    supersedes: UUID | None = None
