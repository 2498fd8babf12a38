"""What can be asked of what speaks for or against treatment?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from journey.events.screening import ClearingBasis, ScreeningKind, ScreeningResult
from journey.values import Instant, Quantity, UnitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearContraindication:
    """Ask that a contraindication no longer stands against treatment: by a prescriber, with a note."""

    contraindication_id: UUID
    basis: ClearingBasis
    valid_until: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteScreening:
    """Record what a test or questionnaire found."""

    kind: ScreeningKind
    result: ScreeningResult
    value: Quantity | None = None
    unit: UnitCode | None = None
    performed_at: Instant
    valid_until: Instant | None = None
