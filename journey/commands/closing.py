"""What can be asked after the series?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.closing import ClosingReason, Informant
from journey.events.plan import MaintenanceRule
from journey.values import Day, DoseMgPerKg, Many, NewId, Ordinal, OutcomeClass, Some


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleMaintenance:
    """Ask that infusions go on, at these intervals in days."""

    maintenance_id: NewId
    rule: MaintenanceRule
    intervals_d: Annotated[tuple[Ordinal, ...], Some, Many]
    first_due: Day
    until: Day | None = None
    supersedes: UUID | None = None
    dose_mg_per_kg: DoseMgPerKg


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseJourney:
    """Ask that the journey end."""

    reason: ClosingReason
    final_outcome: OutcomeClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDeath:
    """Record that the patient died."""

    died_on: Day
    informant: Informant
