"""How did the scores go? One row an assessment; whole and prorated totals apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from journey.events import AssessmentCompleted
from journey.instruments import SCORERS
from projections.plain import maybe_decimal, moment, row_of, written
from projections.projection import Column, Kind, Table

SCORES = Table(
    "scores",
    "Every assessment: its total, whole or prorated, its severity band, and what it says besides",
    (
        Column("assessment_id", Kind.TEXT, "the assessment"),
        Column("instrument", Kind.TEXT, "the questionnaire"),
        Column("at", Kind.TIME, "when it was answered"),
        Column("timepoint", Kind.TEXT, "when in the journey"),
        Column("mode", Kind.TEXT, "who filled it in"),
        Column("score", Kind.NUMBER, "the whole total, or else the prorated one", "{score}"),
        Column("total", Kind.WHOLE, "the total of all items; the only one that is reportable", "{score}"),
        Column("total_prorated", Kind.NUMBER, "the total with missing items replaced by the mean", "{score}"),
        Column("missing_n", Kind.WHOLE, "unanswered items"),
        Column("evaluable", Kind.FLAG, "whether there is a score at all"),
        Column("band", Kind.TEXT, "the severity band, or the level where there is no total"),
        Column("findings", Kind.CODES, "what the answers say besides"),
        Column("entered_no", Kind.WHOLE, "its place among the journey's assessments as they were entered"),
    ),
    indexed=("instrument",),
)


@dataclass(frozen=True, kw_only=True)
class Score:
    """An assessment as a row."""

    assessment_id: str
    instrument: str
    at: str
    timepoint: str
    mode: str
    score: str | None
    total: int | None
    total_prorated: str | None
    missing_n: int
    evaluable: bool
    band: str | None
    findings: list[str]


def scored(at: datetime, event: AssessmentCompleted) -> Score:
    """The row of an assessment."""
    total = event.total_prorated if event.total is None else Decimal(event.total)
    scorer = SCORERS[event.instrument]
    return Score(
        assessment_id=written(event.assessment_id),
        instrument=event.instrument.value,
        at=moment(at),
        timepoint=event.timepoint.value,
        mode=event.mode.value,
        score=maybe_decimal(total),
        total=event.total,
        total_prorated=maybe_decimal(event.total_prorated),
        missing_n=event.missing_n,
        evaluable=event.evaluable,
        band=scorer.band(total, event.items),
        findings=list(scorer.findings(event.items)),
    )


def rows(scores: Mapping[str, Score]) -> dict[str, dict[str, Any]]:
    """A row an assessment; of two at the same time the one entered first is told apart by its number."""
    return {key: row_of(score) | {"entered_no": number} for number, (key, score) in enumerate(scores.items(), 1)}
