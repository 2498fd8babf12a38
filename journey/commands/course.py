"""What can be asked about the course of the treatment?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.course import (
    ModalityMode,
    ModalityReason,
    OtherTreatment,
    PauseReason,
    Recheck,
    ReinductionReason,
    RelapseCriterion,
)
from journey.values import Day, Many, Ordinal


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseJourney:
    """Record that the journey rests."""

    reason: PauseReason
    until: Day | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeJourney:
    """Ask that the journey go on, naming what was looked at again; a prescriber's word needs a note."""

    rechecks: Annotated[tuple[Recheck, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeModality:
    """Ask that another treatment take the place of the infusions, or stand beside them."""

    to: OtherTreatment
    mode: ModalityMode
    reason: ModalityReason
    referral_to: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectRelapse:
    """Record that what the treatment had gained is lost again; instrument and days come from the record."""

    assessment_id: UUID
    criterion: RelapseCriterion


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReinduction:
    """Ask for another series of infusions under the plan in force."""

    plan_id: UUID
    infusions: Ordinal
    reason: ReinductionReason
