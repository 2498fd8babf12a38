"""Which contraindications still stand at a moment, and what did the last screening of a kind say?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from journey.events import ContraindicationCleared, ContraindicationRecorded, ScreeningCompleted
from journey.events.screening import ScreeningKind, ScreeningResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing:
    """That a contraindication was cleared, from when on, and the entry that tells of it."""

    cleared: ContraindicationCleared
    at: datetime
    event_id: UUID

    def holds(self, found: ContraindicationRecorded, at: datetime) -> bool:
        """Whether a contraindication is cleared at a moment; one that is corrected to another code is not."""
        return self.cleared.code is found.code and self.at <= at <= self.cleared.valid_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """A screening, and the entry that tells of it."""

    completed: ScreeningCompleted
    event_id: UUID


def standing(
    found: Mapping[UUID, ContraindicationRecorded], clearings: Mapping[UUID, Clearing], at: datetime
) -> dict[UUID, ContraindicationRecorded]:
    """The contraindications that nobody has cleared, or for too short a time."""
    return {key: it for key, it in found.items() if key not in clearings or not clearings[key].holds(it, at)}


def last(screenings: Sequence[Screening], kind: ScreeningKind, at: datetime) -> Screening | None:
    """The last screening of a kind by a moment that came to a result; of two at once the one that was told last."""
    conclusive = (
        it
        for it in reversed(screenings)
        if it.completed.kind is kind
        and it.completed.performed_at <= at
        and it.completed.result is not ScreeningResult.INCONCLUSIVE
    )
    return max(conclusive, key=lambda it: it.completed.performed_at, default=None)
