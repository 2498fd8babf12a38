"""What happened after the series: maintenance, closing, death."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from journey.events.plan import MaintenanceRule
from journey.values import Day, DoseMgPerKg, Many, Ordinal, OutcomeClass, Some


class ClosingReason(StrEnum):
    """Why a journey ended."""

    COMPLETED = "completed"
    INELIGIBLE = "ineligible"
    DECLINED = "declined"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    NON_RESPONSE = "non_response"
    AE = "ae"
    TRANSFERRED = "transferred"
    LAPSED = "lapsed"
    DECEASED = "deceased"
    FINANCIAL = "financial"
    OTHER = "other"


class Informant(StrEnum):
    """On whose word a death was recorded."""

    FAMILY = "family"
    PROVIDER = "provider"
    RECORD = "record"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceScheduled:
    """Infusions go on, at these intervals in days (the last one repeats), from `first_due`."""

    maintenance_id: UUID
    rule: MaintenanceRule
    intervals_d: Annotated[tuple[Ordinal, ...], Some, Many]
    first_due: Day
    until: Day | None = None
    supersedes: UUID | None = None
    dose_mg_per_kg: DoseMgPerKg


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyClosed:
    """The journey ended; records may still be corrected and completed."""

    reason: ClosingReason
    final_outcome: OutcomeClass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeathRecorded:
    """The patient died."""

    died_on: Day
    informant: Informant
