"""What happened to the course of the treatment: was it paused, did it go on, was it changed for another?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

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


class OtherTreatment(StrEnum):
    """With what a patient is treated instead of this clinic's infusions, or beside them."""

    TMS = "tms"
    ESKETAMINE = "esketamine"
    ECT = "ect"
    PSYCHOTHERAPY = "psychotherapy"
    ORAL = "oral"


class ModalityMode(StrEnum):
    """Whether another treatment takes the place of the infusions."""

    SWITCH = "switch"
    ADJUNCT = "adjunct"


class ModalityReason(StrEnum):
    """Why the treatment is changed."""

    NON_RESPONSE = "non_response"
    PARTIAL_RESPONSE = "partial_response"
    RELAPSE = "relapse"
    ADVERSE_EVENT = "adverse_event"
    CONTRAINDICATION = "contraindication"
    PATIENT = "patient"
    ACCESS = "access"


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPaused:
    """The journey rests, in whatever phase it is; nothing that treats is allowed until it is resumed."""

    reason: PauseReason
    until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyResumed:
    """The journey goes on in the phase in which it was paused."""

    rechecks: Annotated[tuple[Recheck, ...], Many]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalityChanged:
    """Another treatment takes the place of the infusions, or stands beside them; its own course lies elsewhere."""

    to: OtherTreatment
    mode: ModalityMode
    reason: ModalityReason
    referral_to: UUID | None = None
