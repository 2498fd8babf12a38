"""What may be corrected, and what does the entry say from then on?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass, replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import cast
from uuid import UUID

from journey.clinic import Clinic
from journey.commands import ANSWERED_BY, Command, CompleteAssessment, CorrectEntry, Reportable, new_ids
from journey.commands.records import Amendment
from journey.decisions.answers import answer
from journey.decisions.findings import Findings, require
from journey.decisions.outcome import LEVELS, risks
from journey.errors import Refused, Rule
from journey.events import (
    AssessmentCompleted,
    DiscrepancyOpened,
    DoseDispensed,
    DoseWasted,
    EntryCorrected,
    Event,
    InfusionStarted,
    JourneyReferred,
    PatientCheckedIn,
    SeriesBooked,
    SuicideRiskRaised,
)
from journey.events.container import DiscrepancyKind
from journey.events.records import CorrectionKind, Replacement
from journey.history import Log, effective, fold
from journey.instruments import SCORERS
from journey.recorded import Asked, Fact, Happened
from journey.roles import may
from journey.signing import deviations
from journey.state import Journey

ASKED_BY: Mapping[type[Event], type[Command]] = {
    **{event: command for command, event in ANSWERED_BY.items()},
    SuicideRiskRaised: CompleteAssessment,
}
"""Of each event the command that brings it into the log."""


def correct_entry(journey: Journey, log: Log, asked: Asked[CorrectEntry], clinic: Clinic) -> list[Fact]:
    """Amend or retract an earlier entry: by someone who may make it, and never by undoing what rested on it.

    What the entry says from now on is decided again, as things stood before it: so computed fields are computed
    here, and a clinical rule that it breaks becomes a deviation and refuses nothing.
    """
    command = asked.command
    target = _target(log, command.target_event_id)
    require(Rule.WRONG_ROLE, holds=may(asked.actor.acting_role, ASKED_BY[type(target.event)]))
    now = next((entry for entry in effective(log) if entry.event_id == target.event_id), None)
    if command.kind is CorrectionKind.RETRACT:
        require(Rule.REPLACEMENT_UNEXPECTED, holds=command.replacement is None)
        require(Rule.NOTHING_DIFFERS, holds=now is not None)
        require(Rule.INFUSION_RECORDED, holds=not _with(InfusionStarted, log, target.event))
        require(Rule.LEDGER_STANDS, holds=not _with(DoseDispensed, log, target.event))
        risk = isinstance(target.event, SuicideRiskRaised)  # taken back, it is met by nobody
        require(Rule.NOTE_REQUIRED, holds=not risk or asked.note_id is not None)
        return [Fact(_corrected(command, None)), *_left_in_the_ledger(asked, target.event)]
    if command.replacement is None:
        raise Refused(Rule.REPLACEMENT_REQUIRED)
    require(Rule.LEDGER_STANDS, holds=not isinstance(target.event, (DoseDispensed, DoseWasted)))
    fact = _amended(log, target, asked, command.replacement, clinic)
    differs = now is None or (now.event, now.at) != (fact.event, command.replacement.at)
    confirmed = target.event_id in journey.stale
    explained = not differs and asked.note_id is not None and bool(deviations(log)[target.event_id])
    require(Rule.NOTHING_DIFFERS, holds=differs or confirmed or explained)
    replacement = Replacement(type=type(target.event).__name__, at=command.replacement.at, data=fact.event)  # type: ignore[arg-type]  # a correction is never a target
    said = None if now is None else now.event
    broken = () if explained else fact.deviations  # the note says why
    return [Fact(_corrected(command, replacement), broken), *_raised(journey, asked, said, fact.event)]


def _target(log: Log, event_id: UUID) -> Happened[Event]:
    found = next((entry for entry in log if entry.event_id == event_id), None)
    if found is None:
        raise Refused(Rule.UNKNOWN_ENTRY)
    require(Rule.NOT_CORRECTABLE, holds=not isinstance(found.event, (JourneyReferred, EntryCorrected)))
    return found


def _with(kind: type[Event], log: Log, event: Event) -> bool:
    """Whether such an entry rests on a check-in: with its session gone, it would count for nothing."""
    return isinstance(event, PatientCheckedIn) and any(
        isinstance(entry.event, kind) and getattr(entry.event, "session_id", None) == event.session_id
        for entry in effective(log)
    )


def _left_in_the_ledger(asked: Asked[CorrectEntry], event: Event) -> list[Fact]:
    """The discrepancy of a draw or a waste that was taken back: its container's ledger has it still."""
    if not isinstance(event, (DoseDispensed, DoseWasted)):
        return []
    opened = DiscrepancyOpened(
        discrepancy_id=asked.new_id("discrepancy_id"),
        kind=DiscrepancyKind.SESSION,
        difference_mg=event.mg,
        session_id=event.session_id,
    )
    return [Fact(opened, stream=event.container_id)]


def _amended(
    log: Log, target: Happened[Event], asked: Asked[CorrectEntry], amendment: Amendment, clinic: Clinic
) -> Fact:
    """The entry decided again, on what is now known of the time before it, and by the policy of its day.

    Starts of the pump keep their numbers.
    """
    kind = type(target.event)
    named = amendment.type == kind.__name__
    require(Rule.REPLACEMENT_TYPE, holds=named and ANSWERED_BY[type(amendment.data)] is kind)
    skew = timedelta(minutes=clinic.policy.clock_skew_min)
    require(Rule.AT_IN_FUTURE, holds=amendment.at <= asked.recorded_at + skew)
    before = [entry for entry in log if entry.version < target.version]
    known = [it for it in effective(log) if it.version < target.version and not isinstance(it.event, EntryCorrected)]
    again: Asked[Reportable] = replace(asked, command=amendment.data, at=amendment.at)  # type: ignore[arg-type, assignment]  # replace() keeps no type parameter
    then = replace(clinic, policy=clinic.policy_of(target.policy_version))
    fact = answer(fold(known), before, again, then, Findings(happened=True))[0]
    require(Rule.REPLACEMENT_ID, holds=_own_ids(fact.event, amendment.data) == _own_ids(target.event, amendment.data))
    require(Rule.STATED_DIFFERS, holds=_states(amendment, fact.event))
    return fact


def _raised(journey: Journey, asked: Asked[CorrectEntry], said: Event | None, says: Event) -> list[Fact]:
    """The suicide risk of a corrected assessment, if the answer is graver than the one that was known."""
    if not isinstance(says, AssessmentCompleted) or _gravity(says) <= _gravity(said):
        return []
    return [Fact(risk) for risk in risks(journey, asked, says)]


def _gravity(event: Event | None) -> int:
    """How high a suicide risk the answers raise, 0 if none."""
    alarm = SCORERS[event.instrument].risk(event.items) if isinstance(event, AssessmentCompleted) else None
    return 0 if alarm is None else 1 + LEVELS.index(alarm.level)


def _states(amendment: Amendment, event: Event) -> bool:
    """Whether the computed fields sent along are those that came out."""
    return all(_says(getattr(event, name, None), stated) for name, stated in amendment.stated.items())


def _corrected(command: CorrectEntry, replacement: Replacement | None) -> EntryCorrected:
    return EntryCorrected(
        target_event_id=command.target_event_id,
        kind=command.kind,
        replacement=replacement,
        reason=command.reason,
        approved_by=command.approved_by,
    )


def _own_ids(event: Event, command: Command) -> list[object]:
    """What the entry brought into being, its appointments among it: its own ids, which a correction keeps."""
    slots = event.slots if isinstance(event, SeriesBooked) else ()
    own = [getattr(event, name) for name in new_ids(type(command))]  # type: ignore[arg-type]  # mypy takes a type for unhashable
    return [*own, *sorted(slot.appointment_id for slot in slots)]


def _says(said: object, stated: object) -> bool:
    """Whether a field says what was stated of it, in plain values."""
    if isinstance(said, tuple):
        alike = isinstance(stated, (list, tuple)) and len(stated) == len(said)
        return alike and all(map(_says, said, cast("Sequence[object]", stated)))
    if is_dataclass(said):
        return isinstance(stated, Mapping) and all(_says(getattr(said, key, None), it) for key, it in stated.items())
    if isinstance(said, Decimal):
        return isinstance(stated, (str, int, float, Decimal)) and _number(str(stated)) == said
    return stated == said or (said is not None and str(stated) == str(said))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
