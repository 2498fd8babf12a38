"""What is a session at one moment, with its starts of the pump?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from journey.events.drug import DoseDispensed, DoseWasted, IvAccessPlaced
from journey.events.records import SessionSignedOff
from journey.events.session import (
    DischargeReadinessAssessed,
    Disposition,
    InfusionStarted,
    PatientCheckedIn,
    SessionCleared,
    VitalsRecorded,
)


class Stage(StrEnum):
    """Where a session is."""

    CHECKED_IN = "checked_in"
    CLEARED = "cleared"
    IV_PLACED = "iv_placed"
    INFUSING = "infusing"
    RECOVERING = "recovering"
    WITHHELD = "withheld"
    DISCHARGED = "discharged"


ENDED = frozenset({Stage.WITHHELD, Stage.DISCHARGED})


class RateSegment(NamedTuple):
    """From this moment the pump ran at this rate; 0 is a pause."""

    at: datetime
    rate_ml_h: Decimal


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One start of the pump, its rates, and how it ended."""

    started: InfusionStarted
    started_at: datetime
    rates: tuple[RateSegment, ...]
    ended_at: datetime | None = None
    ml_infused: Decimal | None = None
    aborted: bool = False
    counts: bool = False

    @property
    def running(self) -> bool:
        """Whether the pump is not yet stopped, a pause included."""
        return self.ended_at is None

    def ran(self, moment: datetime) -> bool:
        """Whether the pump was on at a moment, a pause included."""
        return self.started_at <= moment and (self.ended_at is None or moment <= self.ended_at)

    @property
    def mg_infused(self) -> Decimal | None:
        """Recorded volume times concentration."""
        return None if self.ml_infused is None else self.ml_infused * self.started.conc_mg_per_ml

    def ml_by_rates(self, until: datetime) -> Decimal:
        """The volume that the recorded rates give."""
        ends = [segment.at for segment in self.rates[1:]] + [until]
        seconds = [max((end - segment.at).total_seconds(), 0) for segment, end in zip(self.rates, ends, strict=True)]
        return sum(
            (
                segment.rate_ml_h * Decimal(str(lasted)) / 3600
                for segment, lasted in zip(self.rates, seconds, strict=True)
            ),
            Decimal(0),
        )


class Reading(NamedTuple):
    """Vitals, when they were read, and the event that says so."""

    at: datetime
    vitals: VitalsRecorded
    event_id: UUID


@dataclass(frozen=True, kw_only=True)
class Session:
    """One visit for an infusion."""

    checked_in: PatientCheckedIn
    checked_in_at: datetime
    stage: Stage = Stage.CHECKED_IN
    readings: tuple[Reading, ...] = ()
    cleared: SessionCleared | None = None
    cleared_at: datetime | None = None
    iv_access: IvAccessPlaced | None = None
    draws: tuple[DoseDispensed, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    wastes: tuple[DoseWasted, ...] = ()
    readiness: DischargeReadinessAssessed | None = None
    disposition: Disposition | None = None
    ended_at: datetime | None = None
    signed_off: SessionSignedOff | None = None

    @property
    def is_open(self) -> bool:
        """Whether the patient is still here."""
        return self.stage not in ENDED

    @property
    def running(self) -> Attempt | None:
        """The infusion that is running, if one is; the one heard of last, should two be."""
        return next((attempt for attempt in reversed(self.attempts) if attempt.running), None)

    @property
    def dispensed_mg(self) -> Decimal:
        """What was drawn of the drug."""
        return sum((draw.mg for draw in self.draws), Decimal(0))

    @property
    def infused_mg(self) -> Decimal:
        """What went in, as far as somebody has recorded it."""
        return sum((attempt.mg_infused or Decimal(0) for attempt in self.attempts), Decimal(0))

    @property
    def wasted_mg(self) -> Decimal:
        """What was wasted of what was drawn."""
        return sum((waste.mg for waste in self.wastes), Decimal(0))

    @property
    def left_mg(self) -> Decimal:
        """What was drawn, and neither went in nor was wasted."""
        return self.dispensed_mg - self.infused_mg - self.wasted_mg

    def attempt_at(self, moment: datetime) -> Attempt | None:
        """The infusion that a moment belongs to: the last one started by then, or else the first."""
        begun = [attempt for attempt in self.attempts if attempt.started_at <= moment]
        if begun:
            return max(begun, key=lambda attempt: attempt.started_at)
        return min(self.attempts, key=lambda attempt: attempt.started_at, default=None)
