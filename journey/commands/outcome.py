"""What can be asked about measurements, adverse events and response?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.outcome import (
    AdverseEventAction,
    AdverseEventOutcome,
    AdverseEventTerm,
    Grade,
    ItemValue,
    Mode,
    Next,
    Relatedness,
    RiskDisposition,
    Seriousness,
    Timepoint,
)
from journey.values import Instant, Instrument, ItemId, Language, Many, Meddra, NewId, RuleId, Score, VersionTag


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAssessment:
    """Record the answers to an instrument, item by item; a total sent along is compared, never taken."""

    assessment_id: NewId
    instrument: Instrument
    instrument_version: VersionTag = "1"
    timepoint: Timepoint
    mode: Mode = Mode.SELF
    language: Language = "en"
    items: Mapping[ItemId, ItemValue | None]
    total: Score | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressSuicideRisk:
    """Record how a suicide risk was met; the note goes to the vault."""

    risk_id: UUID
    disposition: RiskDisposition


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAdverseEvent:
    """Record that something unwanted happened."""

    ae_id: NewId
    session_id: UUID | None = None
    term: AdverseEventTerm
    meddra: Meddra | None = None
    ctcae_term: AdverseEventTerm | None = None
    grade: Grade
    onset_at: Instant
    serious: bool
    seriousness_code: Seriousness = Seriousness.NON_SERIOUS
    expected: bool
    relatedness: Relatedness
    action: AdverseEventAction = AdverseEventAction.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAdverseEvent:
    """Record what became of an adverse event."""

    ae_id: UUID
    grade: Grade | None = None
    outcome: AdverseEventOutcome
    resolved_at: Instant | None = None
    sequelae: Annotated[tuple[AdverseEventTerm, ...], Many] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessResponse:
    """Ask for a response review under a rule (the plan's, if none is named), which finds baseline and endpoint."""

    review_id: NewId
    rule_id: RuleId | None = None
    next: Next
