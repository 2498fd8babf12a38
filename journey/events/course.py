"""What happened to the course of the treatment: did it rest, go on, give way to another, begin anew?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from journey.values import Count, Day, Instrument, Many, Ordinal


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


class RelapseCriterion(StrEnum):
    """What a relapse was seen by: what was gained at the last review is lost, or a clinician's judgement."""

    LOSS_OF_RESPONSE = "loss_of_response"
    LOSS_OF_REMISSION = "loss_of_remission"
    CLINICAL = "clinical"


class ReinductionReason(StrEnum):
    """Why a series of infusions is given again."""

    RELAPSE = "relapse"
    PARTIAL_RESPONSE = "partial_response"
    INTERRUPTED = "interrupted"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class RelapseDetected:
    """What the treatment had gained is lost again, by an assessment; the days are those from the infusion before it."""

    instrument: Instrument
    criterion: RelapseCriterion
    assessment_id: UUID
    days_since_last_infusion: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinductionOrdered:
    """Another series of so many infusions is given under the plan, counted from here."""

    plan_id: UUID
    infusions: Ordinal
    reason: ReinductionReason
