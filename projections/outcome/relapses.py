"""When was lost again what the treatment had gained? One row a relapse."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from journey.events import RelapseDetected
from projections.plain import moment, written
from projections.projection import Column, Kind, Table

RELAPSES = Table(
    "relapses",
    "Every relapse: by which assessment and criterion, and how long after the last infusion",
    (
        Column("assessment_id", Kind.TEXT, "the assessment that shows it"),
        Column("at", Kind.TIME, "when it was found"),
        Column("instrument", Kind.TEXT, "the questionnaire"),
        Column("criterion", Kind.TEXT, "what it was seen by"),
        Column("days_since_last_infusion", Kind.WHOLE, "from the last infusion before it to the assessment", "days"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Relapse:
    """A relapse, as a row."""

    assessment_id: str
    at: str
    instrument: str
    criterion: str
    days_since_last_infusion: int | None


def detected(at: datetime, event: RelapseDetected) -> Relapse:
    """A relapse was found."""
    return Relapse(
        assessment_id=written(event.assessment_id),
        at=moment(at),
        instrument=event.instrument.value,
        criterion=event.criterion.value,
        days_since_last_infusion=event.days_since_last_infusion,
    )
