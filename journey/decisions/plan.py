"""What may happen with consent, coverage and the plan?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from journey.clinic import Clinic
from journey.commands import ApproveTreatmentPlan, GiveConsent, VerifyCoverage, WithdrawConsent
from journey.decisions.findings import Findings, known, require, treatable
from journey.decisions.screening import screened
from journey.errors import Rule
from journey.events import ConsentGiven, ConsentWithdrawn, CoverageVerified, TreatmentPlanApproved
from journey.events.plan import ConsentKind
from journey.recorded import Asked, Fact
from journey.state import Journey


def give_consent(journey: Journey, asked: Asked[GiveConsent], findings: Findings) -> list[Fact]:
    """Record a signed consent."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.consent_id not in journey.consents)
    require(Rule.END_BEFORE_START, holds=command.expires_at is None or command.signed_at < command.expires_at)
    require(Rule.SIGNED_IN_FUTURE, holds=command.signed_at <= asked.at)
    return [
        findings.fact(
            ConsentGiven(
                consent_id=command.consent_id,
                kind=command.kind,
                form_version=command.form_version,
                signed_at=command.signed_at,
                expires_at=command.expires_at,
                signer_id=command.signer_id,
                witness_id=command.witness_id,
            )
        )
    ]


def withdraw_consent(journey: Journey, asked: Asked[WithdrawConsent], findings: Findings) -> list[Fact]:
    """Record that a consent was taken back, at any time."""
    command = asked.command
    consent = known(journey.consents, command.consent_id, Rule.UNKNOWN_CONSENT)
    findings.note(Rule.CONSENT_ALREADY_WITHDRAWN, holds=consent.withdrawn_at is None)
    findings.note(Rule.OUT_OF_ORDER, holds=asked.at >= consent.given.signed_at)
    findings.note(Rule.CONSENT_NOT_IN_FORCE, holds=not _started_since(journey, command.consent_id, asked.at))
    return [
        findings.fact(
            ConsentWithdrawn(consent_id=command.consent_id, withdrawn_by=command.withdrawn_by, effect=command.effect)
        ),
    ]


def _started_since(journey: Journey, consent_id: UUID, at: datetime) -> bool:
    """Whether an infusion was started on this consent alone, at a time when it is now said to have been withdrawn."""
    consent = journey.consents[consent_id]
    others = replace(journey, consents={key: it for key, it in journey.consents.items() if key != consent_id})
    starts = (it.started_at for it in journey.attempts if it.started_at >= at)
    treats = consent.given.kind is ConsentKind.TREATMENT
    return treats and any(consent.in_force(it) and not others.consent_in_force(it) for it in starts)


def verify_coverage(journey: Journey, asked: Asked[VerifyCoverage], findings: Findings) -> list[Fact]:
    """Record what the payer answered."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.coverage_id not in journey.coverages)
    require(Rule.END_BEFORE_START, holds=command.requested_at <= command.verified_at)
    require(Rule.VERIFIED_IN_FUTURE, holds=command.verified_at <= asked.at)
    require(Rule.END_BEFORE_START, holds=command.valid_from <= command.valid_to)
    return [
        findings.fact(
            CoverageVerified(
                coverage_id=command.coverage_id,
                payer=command.payer,
                requested_at=command.requested_at,
                verified_at=command.verified_at,
                outcome=command.outcome,
                auth_no=command.auth_no,
                units_authorized=command.units_authorized,
                valid_from=command.valid_from,
                valid_to=command.valid_to,
                copay_cents=command.copay_cents,
            )
        )
    ]


def approve_treatment_plan(
    journey: Journey, asked: Asked[ApproveTreatmentPlan], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Put a plan in force, for an eligible patient who consents, within the limits of the policy."""
    command, policy = asked.command, clinic.policy
    require(Rule.UNKNOWN_RULE, holds=command.response_rule_id in clinic.rules)
    treatable(journey, findings)
    findings.guard(Rule.NOT_ELIGIBLE, holds=journey.eligible(asked.at))
    screened(journey, asked.at, policy, findings)
    findings.guard(Rule.NO_CONSENT, holds=journey.consent_in_force(asked.at))
    doses = [command.dose_mg_per_kg, *(step.dose_mg_per_kg for step in command.titration)]
    findings.guard(Rule.DOSE_TOO_HIGH, holds=max(doses) <= policy.dose_mg_per_kg_max)
    findings.guard(
        Rule.DURATION_OUT_OF_RANGE, holds=policy.infusion_min_min <= command.duration_min <= policy.infusion_min_max
    )
    findings.guard(
        Rule.INFUSIONS_OUT_OF_RANGE,
        holds=policy.plan_infusions_min <= command.infusions <= policy.plan_infusions_max,
    )
    findings.guard(Rule.PLAN_DOES_NOT_FIT, holds=_fits(command, policy_window_d=policy.plan_window_days_max))
    _supersedes(journey, command, findings)
    return [
        findings.fact(
            TreatmentPlanApproved(
                plan_id=command.plan_id,
                revision=command.revision,
                route=command.route,
                dose_mg_per_kg=command.dose_mg_per_kg,
                duration_min=command.duration_min,
                infusions=command.infusions,
                min_gap_h=command.min_gap_h,
                max_gap_d=command.max_gap_d,
                window_d=command.window_d,
                titration=command.titration,
                instruments=command.instruments,
                response_rule_id=command.response_rule_id,
                maintenance_rule=command.maintenance_rule,
                adjuncts=command.adjuncts,
                supersedes=command.supersedes,
            )
        )
    ]


def _fits(command: ApproveTreatmentPlan, *, policy_window_d: int) -> bool:
    """Whether the infusions with their shortest gaps fit into the window, the gaps into one another."""
    shortest_d = Decimal(command.min_gap_h) * (command.infusions - 1) / 24
    gaps_fit = command.min_gap_h <= command.max_gap_d * 24
    return gaps_fit and shortest_d <= command.window_d <= policy_window_d


def _supersedes(journey: Journey, command: ApproveTreatmentPlan, findings: Findings) -> None:
    """A first plan is revision 1 and supersedes nothing; the next one names the one in force."""
    current = journey.plan
    expected = (None, 1) if current is None else (current.plan_id, current.revision + 1)
    findings.guard(Rule.PLAN_NOT_SUPERSEDED, holds=(command.supersedes, command.revision) == expected)
    require(Rule.DUPLICATE_ID, holds=current is None or command.plan_id != current.plan_id)
