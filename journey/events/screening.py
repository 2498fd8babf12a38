"""What was found out, beside the consult, of what speaks for or against treatment?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from journey.events.intake import Contraindication
from journey.values import Instant, Quantity, UnitCode, UserId


class ClearingBasis(StrEnum):
    """Why a contraindication no longer stands against treatment."""

    EXCLUDED = "excluded"
    RESOLVED = "resolved"
    CONTROLLED = "controlled"
    SPECIALIST = "specialist"


class ScreeningKind(StrEnum):
    """What was looked for: drugs in urine, pregnancy, heart, pressure, liver, kidneys, sleep apnoea, alcohol, drugs."""

    UDS = "uds"
    HCG = "hcg"
    ECG = "ecg"
    BP = "bp"
    LFT = "lft"
    RENAL = "renal"
    STOP_BANG = "stop_bang"
    AUDIT = "audit"
    DAST = "dast"


class ScreeningResult(StrEnum):
    """What came of it: positive is what was looked for, or an abnormal finding."""

    NEGATIVE = "negative"
    POSITIVE = "positive"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContraindicationCleared:
    """A prescriber found that a contraindication no longer stands against treatment, until `valid_until`."""

    contraindication_id: UUID
    code: Contraindication
    by: UserId
    basis: ClearingBasis
    valid_until: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningCompleted:
    """The patient was screened; the result holds until `valid_until`, a positive one until another is known."""

    kind: ScreeningKind
    result: ScreeningResult
    value: Quantity | None = None
    unit: UnitCode | None = None
    performed_at: Instant
    valid_until: Instant
