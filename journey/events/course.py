"""What happened to the course of the treatment: was it paused, and did it go on?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from journey.values import Day, Many


class PauseReason(StrEnum):
    """Why a journey rests."""

    PREGNANCY = "pregnancy"
    INSURANCE = "insurance"
    TRAVEL = "travel"
    MEDICAL = "medical"
    PATIENT = "patient"


class Recheck(StrEnum):
    """What is looked at again before a journey goes on."""

    PREGNANCY = "pregnancy"
    COVERAGE = "coverage"
    MEDICAL = "medical"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPaused:
    """The journey rests, in whatever phase it is; nothing that treats is allowed until it is resumed."""

    reason: PauseReason
    until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyResumed:
    """The journey goes on in the phase in which it was paused."""

    rechecks: Annotated[tuple[Recheck, ...], Many]
