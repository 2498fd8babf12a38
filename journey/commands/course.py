"""What can be asked about the course of the treatment?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from journey.events.course import PauseReason, Recheck
from journey.values import Day, Many


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseJourney:
    """Record that the journey rests."""

    reason: PauseReason
    until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeJourney:
    """Ask that the journey go on, naming what was looked at again; a prescriber's word needs a note."""

    rechecks: Annotated[tuple[Recheck, ...], Many] = ()
