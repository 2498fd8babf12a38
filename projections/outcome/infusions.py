"""Which infusions were given? Every start of the pump; those that count are numbered, and infusion k is the k-th."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from journey.events import InfusionAborted, InfusionCompleted, InfusionStarted
from journey.state import replace
from projections.plain import decimal, moment, row_of, written
from projections.projection import Column, Kind, Table

INFUSIONS = Table(
    "infusions",
    "Every start of the pump: when, how much, and the how-manieth infusion it is if it counts",
    (
        Column("infusion", Kind.WHOLE, "the infusion's number among those that count; none while it runs"),
        Column("attempt_no", Kind.WHOLE, "the number of the start, gapless"),
        Column("session_id", Kind.TEXT, "the session"),
        Column("part", Kind.TEXT, "induction, reinduction or maintenance"),
        Column("started_at", Kind.TIME, "when the pump was started"),
        Column("ended_at", Kind.TIME, "when it stopped for good"),
        Column("ended", Kind.TEXT, "running, completed or aborted"),
        Column("dose_mg", Kind.NUMBER, "the dose it was set to", "mg"),
        Column("dose_mg_per_kg", Kind.NUMBER, "the dose by weight", "mg/kg"),
        Column("mg", Kind.NUMBER, "what was infused: recorded volume times concentration", "mg"),
        Column("counts", Kind.FLAG, "whether it counts as an infusion"),
        Column("observed", Kind.FLAG, "whether the recovery after it was judged: dissociation, dizziness, alertness"),
    ),
)

RUNNING, COMPLETED, ABORTED = "running", "completed", "aborted"
INDUCTION, REINDUCTION, MAINTENANCE = "induction", "reinduction", "maintenance"


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start of the pump, and how it ended."""

    attempt_no: int
    session_id: str
    part: str
    started_at: str
    dose_mg: str
    dose_mg_per_kg: str
    conc_mg_per_ml: Decimal
    ended_at: str | None = None
    ended: str = RUNNING
    mg: str | None = None
    counts: bool = False
    observed: bool = False


Starts = Mapping[str, Start]
"""By the event of the start, in the order they were heard of."""


def started(at: datetime, event: InfusionStarted, *, part: str) -> Start:
    """The pump was started."""
    return Start(
        attempt_no=event.attempt_no,
        session_id=written(event.session_id),
        part=part,
        started_at=moment(at),
        dose_mg=decimal(event.dose_mg),
        dose_mg_per_kg=decimal(event.dose_mg_per_kg),
        conc_mg_per_ml=event.conc_mg_per_ml,
    )


def ended(starts: Starts, at: datetime, event: InfusionCompleted | InfusionAborted) -> Starts:
    """The starts after the last running one of a session ended; as they were if none was running."""
    session_id = written(event.session_id)
    running = (key for key, it in starts.items() if it.session_id == session_id and it.ended_at is None)
    key = _last(running)
    if key is None:
        return starts
    aborted = isinstance(event, InfusionAborted)
    end = replace(
        starts[key],
        ended_at=moment(at),
        ended=ABORTED if aborted else COMPLETED,
        mg=decimal(event.ml_infused * starts[key].conc_mg_per_ml),
        counts=event.counts if isinstance(event, InfusionAborted) else True,
    )
    return {**starts, key: end}


def recovered(starts: Starts, session_id: str) -> Starts:
    """The starts after the recovery of a session was judged."""
    return {key: replace(it, observed=True) if it.session_id == session_id else it for key, it in starts.items()}


def numbered(starts: Starts) -> dict[str, int]:
    """Of the starts that count their numbers, in the order they were given."""
    counting = sorted((key for key in starts if starts[key].counts), key=lambda key: starts[key].started_at)
    return {key: number for number, key in enumerate(counting, start=1)}


def rows(starts: Starts) -> dict[str, dict[str, Any]]:
    """A row a start."""
    numbers = numbered(starts)
    return {key: _row(start, numbers.get(key)) for key, start in starts.items()}


def _row(start: Start, infusion: int | None) -> dict[str, Any]:
    row = row_of(start) | {"infusion": infusion}
    del row["conc_mg_per_ml"]
    return row


def during(starts: Starts, session_id: str | None, onset_at: str) -> str | None:
    """The start in whose session something set in: the last before it, or else the session's first."""
    of_session = [key for key in starts if starts[key].session_id == session_id]
    before = [key for key in of_session if starts[key].started_at <= onset_at]
    return _last(before) or _first(of_session)


def _last(keys: Iterable[str]) -> str | None:
    return next(reversed(list(keys)), None)


def _first(keys: Iterable[str]) -> str | None:
    return next(iter(keys), None)
