"""What may be cleared, what was found, and what of it forbids treatment?"""

from __future__ import annotations

from datetime import datetime, timedelta

from journey.clinic import Clinic
from journey.commands import ClearContraindication, CompleteScreening
from journey.decisions.findings import Findings, known, require, treatable
from journey.errors import Rule
from journey.events import ContraindicationCleared, ScreeningCompleted
from journey.events.intake import ContraindicationStatus
from journey.events.screening import ScreeningKind, ScreeningResult
from journey.policy import Policy
from journey.recorded import Asked, Fact
from journey.screenings import Screening, last
from journey.state import Journey

MARKED = frozenset({ScreeningKind.UDS, ScreeningKind.HCG})
"""Whose positive result somebody looks at, whatever the policy excludes."""


def clear_contraindication(
    journey: Journey, asked: Asked[ClearContraindication], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Let a contraindication no longer stand against treatment, for a time; not one that is confirmed and lasts."""
    command, policy = asked.command, clinic.policy
    found = known(journey.contraindications, command.contraindication_id, Rule.UNKNOWN_CONTRAINDICATION)
    require(Rule.NOTE_REQUIRED, holds=asked.note_id is not None)
    latest = asked.at + timedelta(days=policy.clearing_valid_days)
    valid_until = command.valid_until or latest
    require(Rule.END_BEFORE_START, holds=asked.at < valid_until)
    treatable(journey, findings)
    lasts = found.status is ContraindicationStatus.CONFIRMED and found.code in policy.lasting_contraindications
    findings.guard(Rule.CONTRAINDICATION_LASTS, holds=not lasts)
    findings.guard(Rule.VALID_UNTIL_TOO_FAR, holds=valid_until <= latest)
    return [
        findings.fact(
            ContraindicationCleared(
                contraindication_id=command.contraindication_id,
                code=found.code,
                by=asked.actor.person,
                basis=command.basis,
                valid_until=valid_until,
            )
        )
    ]


def complete_screening(asked: Asked[CompleteScreening], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record a result; it holds for the policy's days at most, whatever is stated."""
    command = asked.command
    latest = command.performed_at + timedelta(days=_valid_days(command.kind, clinic.policy))
    stated = command.valid_until or latest
    require(Rule.PERFORMED_IN_FUTURE, holds=command.performed_at <= asked.at)
    require(Rule.END_BEFORE_START, holds=command.performed_at < stated)
    findings.note(Rule.VALID_UNTIL_TOO_FAR, holds=stated <= latest)
    positive = command.result is ScreeningResult.POSITIVE and command.kind in MARKED
    findings.note(Rule.SCREENING_POSITIVE, holds=not positive)
    return [
        findings.fact(
            ScreeningCompleted(
                kind=command.kind,
                result=command.result,
                value=command.value,
                unit=command.unit,
                performed_at=command.performed_at,
                valid_until=min(stated, latest),
            )
        )
    ]


def screened(journey: Journey, at: datetime, policy: Policy, findings: Findings) -> None:
    """No screening whose positive result excludes treatment is positive."""
    results = excluding(journey, at, policy)
    findings.guard(
        Rule.SCREENING_POSITIVE, holds=all(it.completed.result is ScreeningResult.NEGATIVE for it in results)
    )


def excluding(journey: Journey, at: datetime, policy: Policy) -> list[Screening]:
    """The last results of the screenings that may exclude treatment."""
    found = (last(journey.screenings, ScreeningKind(kind), at) for kind in policy.excluding_screenings)
    return [it for it in found if it is not None]


def _valid_days(kind: ScreeningKind, policy: Policy) -> int:
    return policy.hcg_valid_days if kind is ScreeningKind.HCG else policy.screening_valid_days
