"""What may be asked next, and what is still missing for it? The decisions themselves are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journey.clinic import Clinic
from journey.commands import Command
from journey.decisions.decide import weighed
from journey.decisions.probes import PROBES, Now, Probe
from journey.decisions.probes.drug import stocked
from journey.errors import Detail, Refused, Rule
from journey.history import Log
from journey.recorded import Actor, Asked
from journey.roles import may
from journey.state import Journey


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command that somebody may ask, what it is about, what would refuse it, and what would mark it.

    `asked` is how it is asked properly: legal is what is missing nothing.
    """

    asked: Asked[Command]
    about: Mapping[str, Any]
    refused: tuple[Refused, ...]
    marks: tuple[Rule, ...]

    @property
    def missing(self) -> tuple[Rule, ...]:
        """The rules that would refuse it, each once."""
        return tuple(dict.fromkeys(it.rule for it in self.refused))

    def details(self, rule: Rule) -> list[Detail]:
        """What a rule that would refuse it is about, as far as that is said."""
        found = [it.detail for it in self.refused if it.rule is rule and it.detail]
        return [it for place, it in enumerate(found) if it not in found[:place]]


def next_steps(journey: Journey, log: Log, at: datetime, actor: Actor, clinic: Clinic) -> Iterator[Step]:
    """Every step that somebody's role may ask of a journey at a moment, in the order of a journey.

    What only the store can know is not looked at: whether another journey holds the chair.
    """
    now = Now(journey=journey, log=log, at=at, clinic=stocked(clinic, journey, at), actor=actor)
    for kind, probes in PROBES.items():
        if may(actor.acting_role, kind):
            yield from (weighed_step(now, probe) for probe in probes(now))


def weighed_step(now: Now, probe: Probe) -> Step:
    """The first way of asking it that is legal, or else the one that is missing least."""
    best: Step | None = None
    for command in probe.asks:
        asked = _asked(now, command)
        refused, marks = weighed(now.journey, now.log, asked, now.clinic)
        step = Step(asked=asked, about=probe.about, refused=refused, marks=marks)
        if not refused:
            return step
        if best is None or len(step.missing) < len(best.missing):
            best = step
    if best is None:
        raise ValueError("a probe asks something")
    return best


def _asked(now: Now, command: Command) -> Asked[Command]:
    """The command as it is asked properly: now, and with a note."""
    command_id = now.new_id(type(command).__name__)
    return Asked(
        command=command,
        journey_id=command_id if now.journey.journey_id is None else now.journey.journey_id,
        site_id=now.clinic.site.site_id,
        command_id=command_id,
        at=now.at,
        recorded_at=now.at,
        actor=now.actor,
        correlation_id=command_id,
        note_id=now.new_id("note"),
    )
