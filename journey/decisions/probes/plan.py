"""How is a plan asked for, the first one or a revision?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from journey.commands import ApproveTreatmentPlan
from journey.decisions.probes.probe import Now, Probe, once
from journey.events import TreatmentPlanApproved


def approve_treatment_plan(now: Now) -> Iterator[Probe]:
    """A first plan, or the next revision of the one in force."""
    plan = now.journey.plan
    yield once(_first(now) if plan is None else _revision(now, plan))


def _first(now: Now) -> ApproveTreatmentPlan:
    policy = now.clinic.policy
    return ApproveTreatmentPlan(
        plan_id=now.new_id("plan"),
        dose_mg_per_kg=policy.dose_mg_per_kg_max,
        duration_min=policy.infusion_min_min,
        infusions=policy.plan_infusions_min,
        min_gap_h=0,
        max_gap_d=policy.plan_window_days_max,
        window_d=policy.plan_window_days_max,
        response_rule_id=_any_rule(now),
    )


def _revision(now: Now, plan: TreatmentPlanApproved) -> ApproveTreatmentPlan:
    """The plan in force once more, all of it, so that nothing is loosened; held to the limits that there are by now."""
    policy = now.clinic.policy
    infusions = min(max(plan.infusions, policy.plan_infusions_min), policy.plan_infusions_max)
    window_d = min(plan.window_d, policy.plan_window_days_max)

    def dose_mg_per_kg(planned: Decimal) -> Decimal:
        return min(planned, policy.dose_mg_per_kg_max)

    return ApproveTreatmentPlan(
        plan_id=now.new_id("plan"),
        revision=plan.revision + 1,
        route=plan.route,
        dose_mg_per_kg=dose_mg_per_kg(plan.dose_mg_per_kg),
        duration_min=min(max(plan.duration_min, policy.infusion_min_min), policy.infusion_min_max),
        infusions=infusions,
        min_gap_h=min(plan.min_gap_h, window_d * 24 // max(infusions - 1, 1)),
        max_gap_d=plan.max_gap_d,
        window_d=window_d,
        titration=tuple(replace(it, dose_mg_per_kg=dose_mg_per_kg(it.dose_mg_per_kg)) for it in plan.titration),
        instruments=plan.instruments,
        response_rule_id=plan.response_rule_id if plan.response_rule_id in now.clinic.rules else _any_rule(now),
        maintenance_rule=plan.maintenance_rule,
        adjuncts=plan.adjuncts,
        supersedes=plan.plan_id,
    )


def _any_rule(now: Now) -> str:
    return next(iter(now.clinic.rules), "none")
