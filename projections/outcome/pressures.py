"""What was the pressure, and how far had it risen? One row a reading, with the infusion in whose session it was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from journey.events import VitalsRecorded
from journey.events.session import VitalsPhase
from projections.outcome.infusions import Start, Starts, numbered
from projections.plain import moment, parsed, row_of, written
from projections.projection import Column, Kind, Table

PRESSURES = Table(
    "pressures",
    "Every reading of the pressure in a session, with its rise from the last one before the pump was started",
    (
        Column("at", Kind.TIME, "when it was read"),
        Column("session_id", Kind.TEXT, "the session"),
        Column("phase", Kind.TEXT, "before, during or after the infusion"),
        Column("attempt_no", Kind.WHOLE, "the last start of the pump before it, or the session's first"),
        Column("infusion", Kind.WHOLE, "that infusion's number, if it counts"),
        Column("minute", Kind.WHOLE, "whole minutes since that start; negative before it", "min"),
        Column("sbp_mmhg", Kind.WHOLE, "the systolic pressure", "mm[Hg]"),
        Column("dbp_mmhg", Kind.WHOLE, "the diastolic pressure", "mm[Hg]"),
        Column("sbp_rise_mmhg", Kind.WHOLE, "from the session's last systolic reading before that start", "mm[Hg]"),
        Column("dbp_rise_mmhg", Kind.WHOLE, "from the session's last diastolic reading before that start", "mm[Hg]"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """A reading."""

    at: str
    session_id: str
    phase: str
    sbp_mmhg: int | None
    dbp_mmhg: int | None


Pressures = Mapping[str, Pressure]
"""By the event of the reading, in the order they were heard of."""


def read(pressures: Pressures, key: str, at: datetime, event: VitalsRecorded) -> Pressures:
    """The readings after one more; as they were if the pressure was not read."""
    if event.sbp_mmhg is None and event.dbp_mmhg is None:
        return pressures
    reading = Pressure(
        at=moment(at),
        session_id=written(event.session_id),
        phase=event.phase.value,
        sbp_mmhg=event.sbp_mmhg,
        dbp_mmhg=event.dbp_mmhg,
    )
    return {**pressures, key: reading}


@dataclass(frozen=True, slots=True)
class Run:
    """A start of the pump in a session, its infusion's number, and the last pressures before it."""

    started_at: str
    attempt_no: int
    infusion: int | None
    sbp_mmhg: int | None
    dbp_mmhg: int | None


def rows(pressures: Pressures, starts: Starts) -> dict[str, dict[str, Any]]:
    """A row a reading."""
    if not pressures:
        return {}
    before: dict[str, list[Pressure]] = defaultdict(list)
    for reading in sorted(pressures.values(), key=lambda it: it.at):
        if reading.phase == VitalsPhase.PRE.value:
            before[reading.session_id].append(reading)
    numbers = numbered(starts)
    runs: dict[str, list[Run]] = defaultdict(list)
    for key, start in sorted(starts.items(), key=lambda it: it[1].started_at):
        runs[start.session_id].append(_run(start, numbers.get(key), before[start.session_id]))
    return {key: _row(reading, runs[reading.session_id]) for key, reading in pressures.items()}


def _run(start: Start, number: int | None, before: Sequence[Pressure]) -> Run:
    earlier = [it for it in before if it.at <= start.started_at]
    sbp, dbp = _last([it.sbp_mmhg for it in earlier]), _last([it.dbp_mmhg for it in earlier])
    return Run(start.started_at, start.attempt_no, number, sbp, dbp)


def _row(reading: Pressure, runs: Sequence[Run]) -> dict[str, Any]:
    row = row_of(reading)
    if not runs:
        return row | OF_NO_RUN
    run = next((it for it in reversed(runs) if it.started_at <= reading.at), runs[0])
    return row | {
        "attempt_no": run.attempt_no,
        "infusion": run.infusion,
        "minute": _minutes(run.started_at, reading.at),
        "sbp_rise_mmhg": _rise(reading.sbp_mmhg, run.sbp_mmhg),
        "dbp_rise_mmhg": _rise(reading.dbp_mmhg, run.dbp_mmhg),
    }


OF_NO_RUN = dict.fromkeys(("attempt_no", "infusion", "minute", "sbp_rise_mmhg", "dbp_rise_mmhg"))
"""What is not known where the pump was not started."""


def _last(values: Sequence[int | None]) -> int | None:
    return next((value for value in reversed(values) if value is not None), None)


def _rise(value: int | None, before: int | None) -> int | None:
    return None if value is None or before is None else value - before


@lru_cache(maxsize=16_384)
def _minutes(since: str, until: str) -> int:
    """Whole minutes between two moments of rows; a journey's readings return with every event."""
    return (parsed(until) - parsed(since)) // timedelta(minutes=1)
