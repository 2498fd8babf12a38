"""What else is a journey made of: consents, earlier treatments, assessments, risks, pauses?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from journey.events.course import JourneyPaused, ReinductionOrdered
from journey.events.intake import TreatmentTrialRecorded
from journey.events.outcome import AdverseEventOutcome, AdverseEventReported, AssessmentCompleted, SuicideRiskRaised
from journey.events.plan import ConsentGiven


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A consent and, if so, when it was taken back."""

    given: ConsentGiven
    withdrawn_at: datetime | None = None

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        given, withdrawn = self.given, self.withdrawn_at
        return (
            given.signed_at <= at
            and (given.expires_at is None or at < given.expires_at)
            and (withdrawn is None or at < withdrawn)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An earlier treatment, and the entry that tells of it."""

    recorded: TreatmentTrialRecorded
    event_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """An assessment, when it was answered, and the entry that tells of it."""

    completed: AssessmentCompleted
    at: datetime
    event_id: UUID

    @property
    def score(self) -> Decimal:
        """The whole total, or else the prorated one. Only of an evaluable assessment."""
        total = self.completed.total
        return Decimal(total) if total is not None else self.completed.total_prorated or Decimal(0)


@dataclass(frozen=True, kw_only=True)
class Risk:
    """A suicide risk and whether somebody met it."""

    raised: SuicideRiskRaised
    raised_at: datetime
    addressed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AdverseEvent:
    """Something unwanted, its worst grade, and what is known to have become of it."""

    reported: AdverseEventReported
    grade: int
    outcome: AdverseEventOutcome | None = None
    resolved_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A time in which the journey rests, and why."""

    paused: JourneyPaused
    at: datetime
    resumed_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it rests at a moment."""
        return self.at <= at and (self.resumed_at is None or at < self.resumed_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinduction:
    """A series begun anew, when it was ordered, and by which entry: infusions of it are those started since."""

    ordered: ReinductionOrdered
    at: datetime
    event_id: UUID
