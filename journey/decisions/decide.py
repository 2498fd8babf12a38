"""May this happen, and what comes of it? The way in, with what all commands share."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from journey.clinic import Clinic
from journey.commands import (
    OF_CONTAINER,
    PERMISSIONS,
    AssessDischargeReadiness,
    ChangeInfusionRate,
    CheckInPatient,
    Command,
    CompleteAssessment,
    CompleteConsult,
    CompleteInfusion,
    CorrectEntry,
    DetectRelapse,
    DischargePatient,
    DispenseDose,
    GiveConsent,
    GiveMedication,
    OfContainer,
    PauseJourney,
    PlaceIvAccess,
    RecordVitals,
    ReferJourney,
    Reportable,
    StartInfusion,
)
from journey.decisions.answers import answer
from journey.decisions.container import of_container
from journey.decisions.findings import Findings, require
from journey.decisions.records import correct_entry
from journey.errors import Refused, Rule
from journey.events.session import Disposition
from journey.history import Log
from journey.phases import HEARD_AFTER_CLOSING
from journey.recorded import Asked, Fact
from journey.state import Journey
from journey.values import Origin, Role

CLINICIANS = frozenset({Role.NURSE, Role.PRESCRIBER})

OF_THE_LIVING = (
    CompleteConsult,
    GiveConsent,
    CheckInPatient,
    RecordVitals,
    PlaceIvAccess,
    ChangeInfusionRate,
    CompleteInfusion,
    GiveMedication,
    AssessDischargeReadiness,
    CompleteAssessment,
    PauseJourney,
    DetectRelapse,
)
"""What can't be reported of a time after the patient's death."""


def decide(journey: Journey, log: Log, asked: Asked[Command], clinic: Clinic) -> list[Fact]:
    """The facts that a command leads to, or `Refused`. `journey` is the folded log; corrections read the log."""
    return _decided(journey, log, asked, clinic, Findings(happened=_happened(asked)))


def weighed(
    journey: Journey, log: Log, asked: Asked[Command], clinic: Clinic
) -> tuple[tuple[Refused, ...], tuple[Rule, ...]]:
    """Everything that would refuse a command, in the order it is looked at, and every rule that would mark it.

    It is decided as ever, but for no refusal ending it before the next rule is looked at, unless it can't go on.
    """
    findings = Findings(weighs=True)
    try:
        _decided(journey, log, asked, clinic, findings)
    except Refused as refused:
        findings.missing.append(refused)
    return tuple(findings.missing), tuple(findings.deviations)


def _decided(journey: Journey, log: Log, asked: Asked[Command], clinic: Clinic, findings: Findings) -> list[Fact]:
    command = asked.command
    container = type(command) in OF_CONTAINER
    new = isinstance(command, ReferJourney) and not log
    require(Rule.UNKNOWN_JOURNEY, holds=journey.referred is not None or new or container)
    skew = timedelta(minutes=clinic.policy.clock_skew_min)
    require(Rule.AT_IN_FUTURE, holds=asked.at <= asked.recorded_at + skew)
    findings.note(Rule.LATE_WITHOUT_REASON, holds=not _late(asked, clinic) or asked.reason is not None)
    if container:
        require(Rule.NOTE_NOT_KEPT, holds=asked.note_id is None)
        return of_container(log, cast("Asked[OfContainer]", asked), clinic, findings)
    if isinstance(command, CorrectEntry):
        corrected, *raised = correct_entry(journey, log, cast("Asked[CorrectEntry]", asked), clinic)
        return [Fact(corrected.event, (*findings.deviations, *corrected.deviations)), *raised]
    if type(command) not in PERMISSIONS:
        ended = journey.closed is not None and type(command) not in HEARD_AFTER_CLOSING
        findings.note(Rule.JOURNEY_CLOSED, holds=not ended)
        findings.note(Rule.AFTER_DEATH, holds=not (_is_of_the_living(command) and _dead(journey, asked, clinic)))
    return answer(journey, log, cast("Asked[Reportable]", asked), clinic, findings)


def _late(asked: Asked[Command], clinic: Clinic) -> bool:
    """Whether it was recorded long after it happened; imported and simulated entries are marked as such instead."""
    if asked.origin in {Origin.IMPORT, Origin.SIMULATED}:
        return False
    return asked.recorded_at - asked.at > timedelta(minutes=clinic.policy.late_after_min)


def _is_of_the_living(command: Command) -> bool:
    """Whether it tells of somebody who lived: also how they left, unless it was so."""
    left = isinstance(command, DischargePatient) and command.disposition is not Disposition.DIED
    return left or isinstance(command, OF_THE_LIVING)


def _dead(journey: Journey, asked: Asked[Command], clinic: Clinic) -> bool:
    """Whether the patient was dead by then: by the day that was recorded, or by the session that ended so."""
    if journey.died_on is not None and clinic.site.local(asked.at).date() > journey.died_on:
        return True
    ends = (s.ended_at for s in journey.sessions.values() if s.disposition is Disposition.DIED)
    return any(ended is not None and asked.at > ended for ended in ends)


def _happened(asked: Asked[Command]) -> bool:
    """Whether the act has happened already, in a downtime: a clinician says so, and why it is heard of so late."""
    happened = isinstance(asked.command, (StartInfusion, DispenseDose)) and asked.command.happened
    require(Rule.HAPPENED_NEEDS_REASON, holds=not happened or asked.reason is not None)
    require(Rule.HAPPENED_NEEDS_CLINICIAN, holds=not happened or asked.actor.acting_role in CLINICIANS)
    return happened
