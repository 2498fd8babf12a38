"""In which order, and under which heading, do events and commands come?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from journey.commands import ANSWERED_BY, PERMISSIONS, Command
from journey.events import Event

T = TypeVar("T")

HEADINGS: Mapping[str, str] = {
    "intake": "Intake",
    "screening": "Screening",
    "plan": "Consent, coverage, plan",
    "schedule": "Schedule",
    "session": "Session",
    "drug": "Line and drugs",
    "outcome": "Outcome and safety",
    "course": "The course of the treatment",
    "closing": "Maintenance and the end",
    "records": "Records",
    "container": "Containers of the drug",
}
"""Of each module of events and commands its heading."""

ASKED_BY: Mapping[type[Event], type[Command]] = {event: command for command, event in ANSWERED_BY.items()}


def by_phase(kinds: Iterable[type[T]]) -> Iterator[tuple[str, list[type[T]]]]:
    """The headings, each with its types."""
    every = list(kinds)
    for module, heading in HEADINGS.items():
        yield heading, [kind for kind in every if kind.__module__.rpartition(".")[2] == module]


def is_permission(command: type[Command] | None) -> bool:
    """Whether something is allowed, or else reported."""
    return command in PERMISSIONS
