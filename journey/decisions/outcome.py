"""What may be recorded of measurements, adverse events and response?"""

from __future__ import annotations

from journey.clinic import Clinic
from journey.commands import (
    AddressSuicideRisk,
    AssessResponse,
    Command,
    CompleteAssessment,
    ReportAdverseEvent,
    UpdateAdverseEvent,
)
from journey.decisions.findings import Findings, known, require
from journey.errors import Refused, Rule
from journey.events import (
    AdverseEventReported,
    AdverseEventUpdated,
    AssessmentCompleted,
    ResponseAssessed,
    SuicideRiskAddressed,
    SuicideRiskRaised,
)
from journey.events.outcome import AdverseEventOutcome, AdverseEventTerm, Seriousness, Trigger
from journey.instruments import SCORERS
from journey.recorded import Asked, Fact
from journey.response import baseline, compare, endpoint
from journey.state import Journey
from journey.values import RiskLevel

LEVELS = (RiskLevel.LOW, RiskLevel.MODERATE, RiskLevel.HIGH)
"""In rising order."""

DEATH_GRADE = 5

RESOLVED = frozenset({AdverseEventOutcome.RESOLVED, AdverseEventOutcome.RESOLVED_WITH_SEQUELAE})


def complete_assessment(journey: Journey, asked: Asked[CompleteAssessment], findings: Findings) -> list[Fact]:
    """Score the answers, and raise a suicide risk if one of them speaks of it, whether or not there is a total."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.assessment_id not in journey.assessments)
    completed = scored(command)
    return [findings.fact(completed), *(Fact(risk) for risk in risks(journey, asked, completed))]


def scored(command: CompleteAssessment) -> AssessmentCompleted:
    """The answers with their totals; a total sent along and different is a slip of typing."""
    scorer = SCORERS[command.instrument]
    require(Rule.NOT_AN_ITEM, holds=command.items.keys() <= scorer.values.keys())
    given = ((item, value) for item, value in command.items.items() if value is not None)
    require(Rule.ITEM_OUT_OF_RANGE, holds=all(value in scorer.values[item] for item, value in given))
    score = scorer.score(command.items)
    require(Rule.TOTAL_DIFFERS, holds=command.total is None or command.total == score.total)
    return AssessmentCompleted(
        assessment_id=command.assessment_id,
        instrument=command.instrument,
        instrument_version=command.instrument_version,
        timepoint=command.timepoint,
        mode=command.mode,
        language=command.language,
        items=command.items,
        total=score.total,
        total_prorated=score.total_prorated,
        missing_n=score.missing_n,
        evaluable=score.evaluable,
        algorithm_version=scorer.about.algorithm_version,
    )


def risks(journey: Journey, asked: Asked[Command], completed: AssessmentCompleted) -> list[SuicideRiskRaised]:
    """The risk that an assessment raises, unless one as high is open already."""
    alarm = SCORERS[completed.instrument].risk(completed.items)
    if alarm is None:
        return []
    open_levels = [it.raised.level for it in journey.risks.values() if it.addressed_at is None]
    if any(LEVELS.index(other) >= LEVELS.index(alarm.level) for other in open_levels):
        return []
    return [
        SuicideRiskRaised(
            risk_id=asked.new_id("risk_id"),
            level=alarm.level,
            trigger=Trigger(instrument=completed.instrument, item=alarm.item, value=alarm.value),
            assessment_id=completed.assessment_id,
        )
    ]


def address_suicide_risk(journey: Journey, asked: Asked[AddressSuicideRisk], findings: Findings) -> list[Fact]:
    """Record how a suicide risk was met; the note says more, and is required."""
    command = asked.command
    risk = known(journey.risks, command.risk_id, Rule.UNKNOWN_RISK)
    require(Rule.NOTE_REQUIRED, holds=asked.note_id is not None)
    findings.note(Rule.RISK_NOT_OPEN, holds=risk.addressed_at is None)
    findings.note(Rule.OUT_OF_ORDER, holds=asked.at >= risk.raised_at)
    return [findings.fact(SuicideRiskAddressed(risk_id=command.risk_id, disposition=command.disposition))]


def report_adverse_event(journey: Journey, asked: Asked[ReportAdverseEvent], findings: Findings) -> list[Fact]:
    """Record that something unwanted happened."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.ae_id not in journey.adverse_events)
    require(Rule.UNKNOWN_SESSION, holds=command.session_id is None or command.session_id in journey.sessions)
    dead = command.seriousness_code is Seriousness.DEATH
    deadly = command.grade == DEATH_GRADE
    require(Rule.GRADE_5_IS_DEATH, holds=dead == deadly and (deadly or command.term is not AdverseEventTerm.DEATH))
    non_serious = command.seriousness_code is Seriousness.NON_SERIOUS
    require(Rule.SERIOUSNESS_DIFFERS, holds=command.serious != non_serious)
    require(Rule.ONSET_IN_FUTURE, holds=command.onset_at <= asked.at)
    return [
        findings.fact(
            AdverseEventReported(
                ae_id=command.ae_id,
                session_id=command.session_id,
                term=command.term,
                meddra=command.meddra,
                ctcae_term=command.ctcae_term,
                grade=command.grade,
                onset_at=command.onset_at,
                serious=command.serious,
                seriousness_code=command.seriousness_code,
                expected=command.expected,
                relatedness=command.relatedness,
                action=command.action,
            )
        )
    ]


def update_adverse_event(journey: Journey, asked: Asked[UpdateAdverseEvent], findings: Findings) -> list[Fact]:
    """Record what became of an adverse event; a death is not taken back, but corrected."""
    command = asked.command
    known_so_far = known(journey.adverse_events, command.ae_id, Rule.UNKNOWN_ADVERSE_EVENT)
    worst = max(known_so_far.grade, command.grade or known_so_far.grade)
    fatal = command.outcome is AdverseEventOutcome.FATAL
    said_deadly = command.grade is None or (command.grade == DEATH_GRADE) == fatal
    require(Rule.GRADE_5_IS_DEATH, holds=fatal == (worst == DEATH_GRADE) and said_deadly)
    with_sequelae = command.outcome is AdverseEventOutcome.RESOLVED_WITH_SEQUELAE
    require(Rule.OUTCOME_DIFFERS, holds=bool(command.sequelae) == with_sequelae)
    require(Rule.OUTCOME_DIFFERS, holds=command.resolved_at is None or command.outcome in RESOLVED)
    require(Rule.RESOLVED_IN_FUTURE, holds=command.resolved_at is None or command.resolved_at <= asked.at)
    onset_at = known_so_far.reported.onset_at
    findings.note(Rule.OUT_OF_ORDER, holds=onset_at <= (command.resolved_at or asked.at))
    return [
        findings.fact(
            AdverseEventUpdated(
                ae_id=command.ae_id,
                grade=command.grade,
                outcome=command.outcome,
                resolved_at=command.resolved_at,
                sequelae=command.sequelae,
            )
        )
    ]


def assess_response(journey: Journey, asked: Asked[AssessResponse], clinic: Clinic, findings: Findings) -> list[Fact]:
    """Compare baseline and endpoint, found by the rule among what the journey holds."""
    command = asked.command
    require(Rule.DUPLICATE_ID, holds=command.review_id not in journey.reviews)
    findings.guard(Rule.JOURNEY_CLOSED, holds=journey.closed is None)
    assessed = response(journey, asked, clinic)
    return [findings.fact(assessed)]


def response(journey: Journey, asked: Asked[AssessResponse], clinic: Clinic) -> ResponseAssessed:
    """The review's result: the same at every time from the same assessments and rule."""
    command = asked.command
    rule_id = command.rule_id or (None if journey.plan is None else journey.plan.response_rule_id)
    if rule_id is None or rule_id not in clinic.rules:
        raise Refused(Rule.UNKNOWN_RULE)
    rule = clinic.rules[rule_id]
    infusions = [it for it in journey.infusions if it.started_at <= asked.at]
    require(Rule.NO_INFUSION_GIVEN, holds=bool(infusions))
    scores = [it for it in journey.scores(rule.instrument) if it.at <= asked.at]
    zone = clinic.site.tzinfo
    before = baseline(scores, infusions[0].started_at, rule, zone)
    if before is None:
        raise Refused(Rule.NO_BASELINE)
    last = infusions[-1]
    from_ = rule.counted_from(infusions[0].started_at, last.ended_at or last.started_at)
    after, window_ok = endpoint(scores, from_, rule, zone)
    if after is None:
        raise Refused(Rule.NO_ENDPOINT)
    comparison = compare(before.score, after.score, rule)
    if comparison is None:
        raise Refused(Rule.BASELINE_ZERO)
    return ResponseAssessed(
        review_id=command.review_id,
        rule_id=rule.id,
        rule_digest=rule.digest,
        baseline_id=before.completed.assessment_id,
        endpoint_id=after.completed.assessment_id,
        baseline=before.score,
        current=after.score,
        pct_change=comparison.pct_change,
        remission=comparison.remission,
        response=comparison.response,
        outcome_class=comparison.outcome_class,
        window_ok=window_ok,
        next=command.next,
    )
