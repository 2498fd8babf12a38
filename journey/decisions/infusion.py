"""May the pump be started, and what became of it?"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Context, Decimal

from journey.clinic import Clinic
from journey.commands import AbortInfusion, ChangeInfusionRate, CompleteInfusion, StartInfusion
from journey.decisions.clearance import under_hard_limit
from journey.decisions.findings import Findings, require, session_of, treating
from journey.decisions.screening import screened
from journey.errors import Refused, Rule
from journey.events import InfusionAborted, InfusionCompleted, InfusionRateChanged, InfusionStarted
from journey.history import Log
from journey.phases import Phase
from journey.recorded import Asked, Fact
from journey.state import Attempt, Journey, Session, Stage
from journey.values import Origin

SHOWN = Context(prec=4)
"""How exactly the dose by weight is stored: it is computed, and the dose itself is what counts."""


STARTABLE = frozenset({Stage.CLEARED, Stage.IV_PLACED})
"""Where a session may be when the pump starts: a line that nobody entered holds up no treatment."""


def start_infusion(
    journey: Journey, log: Log, asked: Asked[StartInfusion], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Start the pump, once the session is cleared and the dose is the planned one for today's weight."""
    command = asked.command
    session = session_of(journey, command.session_id)
    treating(journey, asked.at, findings)
    findings.guard(Rule.NO_PLAN, holds=journey.plan is not None)
    findings.guard(Rule.SESSION_NOT_OPEN, holds=session.is_open)
    findings.guard(Rule.INFUSION_RUNNING, holds=not any(it.running for it in journey.sessions.values()))
    others = (other for key, other in journey.sessions.items() if key != command.session_id)
    findings.guard(Rule.OTHER_SESSION_OPEN, holds=not any(other.is_open for other in others))
    findings.guard(Rule.NO_CONSENT, holds=journey.consent_in_force(asked.at))
    findings.guard(Rule.NOT_ELIGIBLE, holds=journey.eligible(asked.at))
    _cleared(journey, session, asked.at, clinic, findings)
    under_hard_limit(session, asked.at, clinic, findings)
    screened(journey, asked.at, clinic.policy, findings)
    _dose(journey, session, command, clinic, findings)
    _rate(journey, command, clinic, findings)
    _drawn(session, asked, findings)
    return [
        findings.fact(
            InfusionStarted(
                session_id=command.session_id,
                attempt_no=1 + sum(isinstance(entry.event, InfusionStarted) for entry in log),
                dose_mg=command.dose_mg,
                dose_mg_per_kg=SHOWN.divide(command.dose_mg, session.checked_in.weight_kg),
                conc_mg_per_ml=command.conc_mg_per_ml,
                total_ml=command.total_ml,
                rate_ml_h=command.rate_ml_h,
                pump_id=command.pump_id,
            )
        )
    ]


def planned_dose_mg_per_kg(journey: Journey) -> Decimal | None:
    """The dose planned for the next infusion: of the maintenance, or of the plan with its titration; None unplanned."""
    if journey.stands_in is Phase.MAINTENANCE and journey.maintenance is not None:
        return journey.maintenance.dose_mg_per_kg
    plan = journey.plan
    if plan is None:
        return None
    following = len(journey.infusions) + 1
    reached = [step for step in plan.titration if step.infusion_no <= following]
    return max(reached, key=lambda step: step.infusion_no).dose_mg_per_kg if reached else plan.dose_mg_per_kg


def _cleared(journey: Journey, session: Session, at: datetime, clinic: Clinic, findings: Findings) -> None:
    """The clearance is fresh, and holds for today's weight and the plan in force."""
    cleared, cleared_at = session.cleared, session.cleared_at
    fresh = timedelta(minutes=clinic.policy.clearance_age_min_max)
    findings.guard(
        Rule.NOT_CLEARED,
        holds=session.stage in STARTABLE and cleared_at is not None and timedelta(0) <= at - cleared_at <= fresh,
    )
    if cleared is None or journey.plan is None:
        return
    findings.guard(Rule.WEIGHT_CHANGED, holds=cleared.weight_kg == session.checked_in.weight_kg)
    in_force = (journey.plan.plan_id, journey.plan.revision)
    findings.guard(Rule.PLAN_CHANGED, holds=(cleared.plan_id, cleared.plan_revision) == in_force)


def _dose(journey: Journey, session: Session, command: StartInfusion, clinic: Clinic, findings: Findings) -> None:
    """The dose is the planned one for today's weight, and what the syringe or bag holds."""
    policy, planned = clinic.policy, planned_dose_mg_per_kg(journey)
    weight_kg = session.checked_in.weight_kg
    within = planned is None or planned <= policy.dose_mg_per_kg_max
    highest_mg = min(weight_kg * policy.dose_mg_per_kg_max + policy.dose_rounding_mg, policy.dose_mg_max)
    findings.guard(Rule.DOSE_TOO_HIGH, holds=within and command.dose_mg <= highest_mg)
    if planned is not None:
        by_weight = weight_kg * planned
        findings.guard(Rule.DOSE_DIFFERS, holds=abs(command.dose_mg - by_weight) <= policy.dose_rounding_mg)
    held = command.total_ml * command.conc_mg_per_ml
    tolerance = command.dose_mg * policy.volume_tolerance_pct / 100
    findings.guard(Rule.VOLUME_DIFFERS, holds=abs(held - command.dose_mg) <= tolerance)


def _rate(journey: Journey, command: StartInfusion, clinic: Clinic, findings: Findings) -> None:
    """Volume over rate gives the planned minutes."""
    plan = journey.plan
    planned = None if plan is None else Decimal(plan.duration_min)
    lasts = command.total_ml * 60 / command.rate_ml_h if command.rate_ml_h else None
    rounding = clinic.policy.infusion_rounding_min
    findings.guard(
        Rule.RATE_DIFFERS, holds=lasts is not None and planned is not None and abs(lasts - planned) <= rounding
    )


def _drawn(session: Session, asked: Asked[StartInfusion], findings: Findings) -> None:
    """As much of the drug was drawn as is to go in; a record from before the ledger is marked and not refused."""
    holds = asked.command.dose_mg <= session.left_mg
    if asked.origin is Origin.IMPORT:
        findings.note(Rule.NOT_DISPENSED, holds=holds)
    else:
        findings.guard(Rule.NOT_DISPENSED, holds=holds)


def change_infusion_rate(journey: Journey, asked: Asked[ChangeInfusionRate], findings: Findings) -> list[Fact]:
    """Record another rate of the pump; one heard of late takes its place among the others."""
    command = asked.command
    attempt = session_of(journey, command.session_id).attempt_at(asked.at)
    if attempt is None:
        raise Refused(Rule.NO_INFUSION_STARTED)
    findings.note(Rule.OUT_OF_ORDER, holds=asked.at >= attempt.started_at)
    findings.note(Rule.NOT_INFUSING, holds=attempt.ended_at is None or asked.at <= attempt.ended_at)
    flowing = command.rate_ml_h > 0
    findings.note(Rule.CONSENT_NOT_IN_FORCE, holds=not flowing or journey.consent_in_force(asked.at))
    return [
        findings.fact(
            InfusionRateChanged(session_id=command.session_id, rate_ml_h=command.rate_ml_h, reason=command.reason)
        )
    ]


def complete_infusion(
    journey: Journey, asked: Asked[CompleteInfusion], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Record that the infusion ran to its end."""
    command = asked.command
    attempt = _last_attempt(session_of(journey, command.session_id))
    _stopped(attempt, command.ml_infused, asked.at, clinic, findings)
    findings.note(Rule.CONSENT_NOT_IN_FORCE, holds=journey.consent_in_force(asked.at))
    return [findings.fact(InfusionCompleted(session_id=command.session_id, ml_infused=command.ml_infused))]


def abort_infusion(journey: Journey, asked: Asked[AbortInfusion], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record that the infusion was stopped early; whether it counts is decided here, once and for all."""
    command = asked.command
    require(Rule.UNKNOWN_ADVERSE_EVENT, holds=command.ae_id is None or command.ae_id in journey.adverse_events)
    attempt = _last_attempt(session_of(journey, command.session_id))
    _stopped(attempt, command.ml_infused, asked.at, clinic, findings)
    infused_mg = command.ml_infused * attempt.started.conc_mg_per_ml
    share_pct = infused_mg * 100 / attempt.started.dose_mg
    return [
        findings.fact(
            InfusionAborted(
                session_id=command.session_id,
                ml_infused=command.ml_infused,
                counts=share_pct >= clinic.policy.abort_counts_from_pct,
                reason=command.reason,
                ae_id=command.ae_id,
            )
        )
    ]


def _last_attempt(session: Session) -> Attempt:
    """The infusion of the session: the one that is running, or else the last one."""
    require(Rule.NO_INFUSION_STARTED, holds=bool(session.attempts))
    return session.running or session.attempts[-1]


def _stopped(attempt: Attempt, ml: Decimal, at: datetime, clinic: Clinic, findings: Findings) -> None:
    """It was running; what went in is what the syringe held at most, and what the recorded rates give."""
    findings.note(Rule.NOT_INFUSING, holds=attempt.running)
    findings.note(Rule.OUT_OF_ORDER, holds=at >= attempt.rates[-1].at)
    tolerance = clinic.policy.volume_tolerance_pct / 100
    findings.note(Rule.VOLUME_OVER_TOTAL, holds=ml <= attempt.started.total_ml)
    by_rates = attempt.ml_by_rates(at)
    findings.note(Rule.VOLUME_NOT_RATES, holds=abs(ml - by_rates) <= by_rates * tolerance)
