"""What speaks against a step? Refused at once, or kept as deviations where it has happened anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from journey.errors import Refused, Rule
from journey.events import Event
from journey.recorded import Fact
from journey.state import Journey, Session

V = TypeVar("V")


@dataclass(slots=True)
class Findings:
    """The rules that one decision found broken. With `happened`, a guard notes what it would have refused.

    One that `weighs` refuses nothing, and collects what is missing.
    """

    happened: bool = False
    weighs: bool = False
    missing: list[Refused] = field(default_factory=list)
    deviations: list[Rule] = field(default_factory=list)

    def guard(self, rule: Rule, *, holds: bool, **detail: str | int) -> None:
        """Refuse a permission unless this holds; the detail says of what."""
        if self.weighs:
            self.missing.extend(() if holds else (Refused(rule, **detail),))
            return
        if not holds and not self.happened:
            raise Refused(rule, **detail)
        self.note(rule, holds=holds)

    def note(self, rule: Rule, *, holds: bool) -> None:
        """Mark an observation unless this holds."""
        if not holds and rule not in self.deviations:
            self.deviations.append(rule)

    def fact(self, event: Event) -> Fact:
        """The event, with what was found."""
        return Fact(event, tuple(self.deviations))


def require(rule: Rule, *, holds: bool) -> None:
    """Refuse whatever is asked unless this holds: shape, identity, plain impossibility."""
    if not holds:
        raise Refused(rule)


def known(mapping: Mapping[UUID, V], key: UUID, rule: Rule) -> V:
    """The thing of this id, or a refusal."""
    require(rule, holds=key in mapping)
    return mapping[key]


def session_of(journey: Journey, session_id: UUID) -> Session:
    """The session of this id, or a refusal."""
    return known(journey.sessions, session_id, Rule.UNKNOWN_SESSION)


def during(session: Session, at: datetime, findings: Findings) -> None:
    """Mark what did not happen while the patient was here."""
    findings.note(Rule.OUT_OF_ORDER, holds=at >= session.checked_in_at)
    findings.note(Rule.SESSION_ENDED, holds=session.ended_at is None or at <= session.ended_at)


def treatable(journey: Journey, findings: Findings) -> None:
    """Refuse whatever treats after the journey's end or the patient's death."""
    findings.guard(Rule.JOURNEY_CLOSED, holds=journey.closed is None)
    findings.guard(Rule.PATIENT_DECEASED, holds=not journey.deceased)


def treating(journey: Journey, at: datetime, findings: Findings) -> None:
    """Refuse whatever treats also while the journey rests, or after a switch to another treatment."""
    treatable(journey, findings)
    findings.guard(Rule.JOURNEY_PAUSED, holds=not journey.paused(at))
    findings.guard(Rule.MODALITY_SWITCHED, holds=not journey.switched)


def minutes(start: datetime, end: datetime) -> float:
    """Minutes from one moment to another."""
    return (end - start).total_seconds() / 60
