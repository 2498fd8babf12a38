"""What may be corrected, and what does the entry say from then on?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import get_type_hints
from uuid import UUID

from journey.clinic import Clinic
from journey.commands import ANSWERED_BY, Command, CorrectEntry, Reportable
from journey.commands.records import Amendment
from journey.decisions.answers import answer
from journey.decisions.findings import Findings, require
from journey.decisions.outcome import risks
from journey.errors import Refused, Rule
from journey.events import AssessmentCompleted, EntryCorrected, Event, JourneyReferred
from journey.events.records import CorrectionKind, Replacement
from journey.history import Log, effective, fold
from journey.recorded import Asked, Fact, Recorded
from journey.roles import may
from journey.state import Journey
from journey.values import New

ASKED_BY: Mapping[type[Event], type[Command]] = {event: command for command, event in ANSWERED_BY.items()}


def correct_entry(journey: Journey, log: Log, asked: Asked[CorrectEntry], clinic: Clinic) -> list[Fact]:
    """Amend or retract an earlier entry: by someone who may make it, and never by undoing what rested on it.

    What the entry says from now on is decided again, as things stood before it: so computed fields are computed
    here, and a clinical rule that it breaks becomes a deviation and refuses nothing.
    """
    command = asked.command
    target = _target(log, command.target_event_id)
    if command.kind is CorrectionKind.RETRACT:
        require(Rule.REPLACEMENT_UNEXPECTED, holds=command.replacement is None)
        _allowed(asked, ASKED_BY.get(type(target.event)))
        return [Fact(_corrected(command, None))]
    if command.replacement is None:
        raise Refused(Rule.REPLACEMENT_REQUIRED)
    fact = _amended(log, target, asked, command.replacement, clinic)
    replacement = Replacement(type=type(target.event).__name__, at=command.replacement.at, data=fact.event)  # type: ignore[arg-type]  # a correction is never a target
    facts = [Fact(_corrected(command, replacement), fact.deviations)]
    if isinstance(fact.event, AssessmentCompleted):
        facts += [Fact(risk) for risk in risks(journey, asked, fact.event)]
    return facts


def _target(log: Log, event_id: UUID) -> Recorded[Event]:
    found = next((entry for entry in log if entry.event_id == event_id), None)
    if found is None:
        raise Refused(Rule.UNKNOWN_ENTRY)
    require(Rule.NOT_CORRECTABLE, holds=not isinstance(found.event, (JourneyReferred, EntryCorrected)))
    return found


def _allowed(asked: Asked[CorrectEntry], kind: type[Command] | None) -> None:
    require(Rule.WRONG_ROLE, holds=kind is None or may(asked.actor.acting_role, kind))


def _amended(
    log: Log, target: Recorded[Event], asked: Asked[CorrectEntry], amendment: Amendment, clinic: Clinic
) -> Fact:
    kind = type(target.event)
    named = amendment.type == kind.__name__
    require(Rule.REPLACEMENT_TYPE, holds=named and ANSWERED_BY[type(amendment.data)] is kind)
    _allowed(asked, type(amendment.data))
    require(Rule.AT_IN_FUTURE, holds=amendment.at <= asked.recorded_at)
    before = [entry for entry in log if entry.version < target.version]
    again: Asked[Reportable] = replace(asked, command=amendment.data, at=amendment.at)  # type: ignore[arg-type, assignment]  # replace() keeps no type parameter
    fact = answer(fold(before), before, again, clinic, Findings(happened=True))[0]
    require(Rule.REPLACEMENT_ID, holds=_own_ids(fact.event, amendment.data) == _own_ids(target.event, amendment.data))
    require(Rule.STATED_DIFFERS, holds=all(_says(fact.event, *stated) for stated in amendment.stated.items()))
    now = next((entry for entry in effective(log) if entry.event_id == target.event_id), None)
    differs = now is None or (now.event, now.at) != (fact.event, amendment.at)
    require(Rule.NOTHING_DIFFERS, holds=differs)
    return fact


def _corrected(command: CorrectEntry, replacement: Replacement | None) -> EntryCorrected:
    return EntryCorrected(
        target_event_id=command.target_event_id,
        kind=command.kind,
        replacement=replacement,
        reason=command.reason,
        approved_by=command.approved_by,
    )


def _own_ids(event: Event, command: Command) -> list[object]:
    """What the entry brought into being: its own ids, which a correction keeps."""
    return [getattr(event, name) for name in _new_ids(type(command))]  # type: ignore[arg-type]  # mypy takes a type for unhashable


@cache
def _new_ids(kind: type) -> tuple[str, ...]:
    hints = get_type_hints(kind, include_extras=True)
    marked = (field.name for field in fields(kind) if New() in getattr(hints[field.name], "__metadata__", ()))
    return tuple(marked)


def _says(event: Event, name: str, stated: object) -> bool:
    """Whether an event says of a field what was stated, in plain values."""
    said = getattr(event, name, None)
    if isinstance(stated, (list, tuple)) and isinstance(said, tuple):
        return [str(item) for item in stated] == [str(item) for item in said]
    return stated == said or (said is not None and str(stated) == str(said))
