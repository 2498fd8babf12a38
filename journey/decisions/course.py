"""May the treatment rest, go on, be changed for another, begin anew?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from journey.clinic import Clinic
from journey.commands import ChangeModality, DetectRelapse, OrderReinduction, PauseJourney, ResumeJourney
from journey.decisions.clearance import covered
from journey.decisions.findings import Findings, known, require, treatable, treating
from journey.errors import Rule
from journey.events import JourneyPaused, JourneyResumed, ModalityChanged, ReinductionOrdered, RelapseDetected
from journey.events.course import PauseReason, Recheck, RelapseCriterion
from journey.events.screening import ScreeningKind, ScreeningResult
from journey.phases import Phase
from journey.recorded import Asked, Fact
from journey.response import compare
from journey.screenings import last
from journey.state import Assessment, Journey
from journey.values import Role

RECHECKS: Mapping[PauseReason, frozenset[Recheck]] = {
    PauseReason.PREGNANCY: frozenset({Recheck.PREGNANCY}),
    PauseReason.INSURANCE: frozenset({Recheck.COVERAGE}),
    PauseReason.TRAVEL: frozenset(),
    PauseReason.MEDICAL: frozenset({Recheck.MEDICAL}),
    PauseReason.PATIENT: frozenset({Recheck.CONSENT}),
}
"""What each reason asks to be looked at again before the journey goes on."""

STATED = frozenset({Recheck.PREGNANCY, Recheck.MEDICAL})
"""What rests on a prescriber's word, with a note; coverage and consent are found in the record.

A pregnancy rests on it where no test has excluded it since.
"""


REINDUCED_IN = frozenset({Phase.RESPONSE_REVIEW, Phase.MAINTENANCE})
"""Where a series may begin anew: after one has come to its end, or to its review."""


def pause_journey(journey: Journey, asked: Asked[PauseJourney], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record that the journey rests, for one reason or for another one more."""
    command = asked.command
    today = clinic.site.local(asked.at).date()
    require(Rule.END_BEFORE_START, holds=command.until is None or today <= command.until)
    findings.note(Rule.ALREADY_PAUSED, holds=not journey.open_pauses)
    resumed = (pause.resumed_at for pause in journey.pauses)
    findings.note(Rule.OUT_OF_ORDER, holds=all(it is None or it <= asked.at for it in resumed))
    return [findings.fact(JourneyPaused(reason=command.reason, until=command.until))]


def resume_journey(journey: Journey, asked: Asked[ResumeJourney], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Let the journey go on, once all that it was paused for was looked at again."""
    named = frozenset(asked.command.rechecks)
    treatable(journey, findings)
    findings.guard(Rule.NOT_PAUSED, holds=bool(journey.open_pauses))
    findings.guard(Rule.OUT_OF_ORDER, holds=all(it.at <= asked.at for it in journey.open_pauses))
    unseen = sorted(needed_rechecks(journey) - named)
    findings.guard(Rule.RECHECK_MISSING, holds=not unseen, rechecks=", ".join(unseen))
    stated = (named & STATED) - _tested(journey, asked.at)
    require(Rule.RECHECK_NEEDS_PRESCRIBER, holds=not stated or asked.actor.acting_role is Role.PRESCRIBER)
    require(Rule.NOTE_REQUIRED, holds=not stated or asked.note_id is not None)
    findings.guard(Rule.NO_COVERAGE, holds=Recheck.COVERAGE not in named or covered(journey, asked.at, clinic))
    findings.guard(Rule.NO_CONSENT, holds=Recheck.CONSENT not in named or journey.consent_in_force(asked.at))
    return [findings.fact(JourneyResumed(rechecks=asked.command.rechecks))]


def _tested(journey: Journey, at: datetime) -> frozenset[Recheck]:
    """The pregnancy, if a test made since the journey rests has excluded it and is valid."""
    test = last(journey.screenings, ScreeningKind.HCG, at)
    since = max((pause.at for pause in journey.open_pauses), default=at)
    if test is None or test.completed.result is not ScreeningResult.NEGATIVE:
        return frozenset()
    valid = since <= test.completed.performed_at and at <= test.completed.valid_until
    return frozenset({Recheck.PREGNANCY} if valid else ())


def needed_rechecks(journey: Journey) -> frozenset[Recheck]:
    """What the pauses that are open ask to be looked at again."""
    return frozenset(recheck for pause in journey.open_pauses for recheck in RECHECKS[pause.paused.reason])


def change_modality(journey: Journey, asked: Asked[ChangeModality], findings: Findings) -> list[Fact]:
    """Let another treatment take the place of the plan's, or stand beside it; also while the journey rests."""
    command = asked.command
    treatable(journey, findings)
    findings.guard(Rule.NO_PLAN, holds=journey.plan is not None)
    return [
        findings.fact(
            ModalityChanged(to=command.to, mode=command.mode, reason=command.reason, referral_to=command.referral_to)
        )
    ]


def detect_relapse(journey: Journey, asked: Asked[DetectRelapse], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Record a relapse; what the record shows otherwise is marked, and the days since the last infusion are counted."""
    command = asked.command
    assessment = known(journey.assessments, command.assessment_id, Rule.UNKNOWN_ASSESSMENT)
    findings.note(Rule.RELAPSE_ALREADY_DETECTED, holds=command.assessment_id not in journey.relapses)
    findings.note(Rule.OUT_OF_ORDER, holds=assessment.at <= asked.at)
    findings.note(Rule.RELAPSE_NOT_SHOWN, holds=_shows(journey, assessment, command.criterion, clinic))
    before = [it for it in journey.infusions if it.started_at <= assessment.at]
    findings.note(Rule.NO_INFUSION_GIVEN, holds=bool(before))
    return [
        findings.fact(
            RelapseDetected(
                instrument=assessment.completed.instrument,
                criterion=command.criterion,
                assessment_id=command.assessment_id,
                days_since_last_infusion=(assessment.at - before[-1].started_at).days if before else None,
            )
        )
    ]


def _shows(journey: Journey, assessment: Assessment, criterion: RelapseCriterion, clinic: Clinic) -> bool:
    """Whether what the last review of this instrument found is lost, by its baseline and the rule of its day."""
    if criterion is RelapseCriterion.CLINICAL:
        return True
    for review in reversed(tuple(journey.reviews.values())):
        rule = clinic.rule_of(review.rule_digest)
        if rule is not None and rule.instrument is assessment.completed.instrument and assessment.completed.evaluable:
            now = compare(review.baseline, assessment.score, rule)
            if criterion is RelapseCriterion.LOSS_OF_REMISSION:
                return review.remission and now is not None and not now.remission
            return review.response and now is not None and not now.response
    return False


def order_reinduction(
    journey: Journey, asked: Asked[OrderReinduction], clinic: Clinic, findings: Findings
) -> list[Fact]:
    """Let a series begin anew under the plan, once the last one was reviewed or the patient has relapsed."""
    command = asked.command
    treating(journey, asked.at, findings)
    findings.guard(Rule.NO_PLAN, holds=journey.plan is not None)
    require(Rule.UNKNOWN_PLAN, holds=journey.plan is None or command.plan_id == journey.plan.plan_id)
    findings.guard(Rule.NOT_ELIGIBLE, holds=journey.eligible(asked.at))
    findings.guard(Rule.NO_CONSENT, holds=journey.consent_in_force(asked.at))
    findings.guard(Rule.SERIES_NOT_OVER, holds=journey.stands_in in REINDUCED_IN)
    findings.guard(Rule.NO_RESPONSE_ASSESSED, holds=bool(journey.reviews) or bool(journey.relapses))
    findings.guard(Rule.INFUSIONS_OUT_OF_RANGE, holds=command.infusions <= clinic.policy.plan_infusions_max)
    return [
        findings.fact(ReinductionOrdered(plan_id=command.plan_id, infusions=command.infusions, reason=command.reason))
    ]
