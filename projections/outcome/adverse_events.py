"""What went wrong? One row an adverse event, at its worst and as last told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from journey.events import AdverseEventReported, AdverseEventUpdated
from journey.events.outcome import AdverseEventOutcome, Seriousness
from journey.state import replace
from projections.outcome.infusions import Starts, during, numbered
from projections.plain import maybe_moment, maybe_written, moment, row_of, written
from projections.projection import Column, Kind, Table

SIDE_EFFECTS = Table(
    "side_effects",
    "Every adverse event, with the infusion in whose session it set in",
    (
        Column("ae_id", Kind.TEXT, "the adverse event"),
        Column("at", Kind.TIME, "when it was reported"),
        Column("onset_at", Kind.TIME, "when it set in"),
        Column("session_id", Kind.TEXT, "the session it belongs to"),
        Column("attempt_no", Kind.WHOLE, "the start of the pump it belongs to"),
        Column("infusion", Kind.WHOLE, "that infusion's number, if it counts"),
        Column("term", Kind.TEXT, "what it was"),
        Column("grade", Kind.WHOLE, "how bad at its worst, 1 to 5", "CTCAE"),
        Column("serious", Kind.FLAG, "whether it was serious"),
        Column("seriousness_code", Kind.TEXT, "in which way"),
        Column("expected", Kind.FLAG, "whether it is a known effect"),
        Column("relatedness", Kind.TEXT, "how sure it comes from the treatment"),
        Column("action", Kind.TEXT, "what was done about it"),
        Column("outcome", Kind.TEXT, "what became of it, as last told; none if nobody did"),
        Column("resolved_at", Kind.TIME, "when it was over"),
        Column("sequelae", Kind.CODES, "what is left of it"),
    ),
    indexed=("term",),
)


@dataclass(frozen=True, kw_only=True)
class SideEffect:
    """An adverse event as it was reported, and what became of it."""

    ae_id: str
    at: str
    onset_at: str
    session_id: str | None
    term: str
    grade: int
    serious: bool
    seriousness_code: str
    expected: bool
    relatedness: str
    action: str
    outcome: str | None = None
    resolved_at: str | None = None
    sequelae: tuple[str, ...] = ()


def reported(at: datetime, event: AdverseEventReported) -> SideEffect:
    """An adverse event was reported."""
    return SideEffect(
        ae_id=written(event.ae_id),
        at=moment(at),
        onset_at=moment(event.onset_at),
        session_id=maybe_written(event.session_id),
        term=event.term.value,
        grade=event.grade,
        serious=event.serious,
        seriousness_code=event.seriousness_code.value,
        expected=event.expected,
        relatedness=event.relatedness.value,
        action=event.action.value,
    )


def updated(side_effects: Mapping[str, SideEffect], event: AdverseEventUpdated) -> Mapping[str, SideEffect]:
    """It became worse, better, or was over; as they were where its report was retracted."""
    known = side_effects.get(written(event.ae_id))
    if known is None:
        return side_effects
    fatal = event.outcome is AdverseEventOutcome.FATAL
    now = replace(
        known,
        grade=max(known.grade, event.grade or known.grade),
        serious=known.serious or fatal,
        seriousness_code=Seriousness.DEATH.value if fatal else known.seriousness_code,
        outcome=event.outcome.value,
        resolved_at=maybe_moment(event.resolved_at),
        sequelae=tuple(term.value for term in event.sequelae),
    )
    return {**side_effects, known.ae_id: now}


def rows(side_effects: Mapping[str, SideEffect], starts: Starts) -> dict[str, dict[str, Any]]:
    """A row a side effect, with the infusion it belongs to."""
    numbers = numbered(starts)
    found = {}
    for key, effect in side_effects.items():
        start = during(starts, effect.session_id, effect.onset_at)
        found[key] = row_of(effect) | {
            "attempt_no": None if start is None else starts[start].attempt_no,
            "infusion": None if start is None else numbers.get(start),
            "sequelae": list(effect.sequelae),
        }
    return found
