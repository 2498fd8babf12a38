"""How far does the pressure rise, minute by minute after the start of the pump?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, tzinfo
from typing import Any

from projections.connection import Session
from projections.database import ReadModels
from projections.outcome.groups import COLUMNS, PER_DEFINITIONS, START_PER, by_start, names, one_of
from projections.outcome.spread import mean, spread

EVERY_MIN = 10
"""How far apart the rows are: how often the pressure is read during an infusion."""

SIGNS = ("sbp", "dbp")

DEFINITIONS = {
    "minute": "since the start of the pump, to the nearest row; of several readings of an infusion in one row the last",
    "rise": "from the last reading before the start of the pump, in the same session",
    "infusions": "every start of the pump, whether or not it counts",
    "with_baseline": "of those, the ones with a pressure before the start and one after it",
    "n": "infusions with a reading in that row",
    "interval": "of the mean, 95 %: normal; of the median: the values whose ranks the sign test does not exclude. "
    "Infusions of one patient are counted as if they were strangers'",
    "peak": "of each infusion its highest rise; peak_minute is the row in which the mean rise is highest",
}

Rises = Mapping[int, float]
"""Of one infusion the rise in each row."""


def pressure_rise(
    models: ReadModels, every_min: int = EVERY_MIN, per: str | None = None, zone: tzinfo = UTC
) -> dict[str, Any]:
    """The rise of both pressures in rows so many minutes apart, and of each infusion the highest; told apart `per`.

    Raises ValueError for another `per` than those of `START_PER`.
    """
    if per is not None:
        one_of("per", per, START_PER)
    with models.database.reading() as session:
        starts = models.rows_in(session, "outcome", "infusions", order="t.started_at, t.key")
        known = models.rows_in(session, "outcome", "journeys") if per in COLUMNS else []
        every = {sign: _rises(models, session, sign, every_min) for sign in SIGNS}
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    named = by_start({row["journey_id"]: row for row in known}, starts, per, zone)
    rows: list[dict[str, Any]] = []
    peaks: list[dict[str, Any]] = []
    for group in names(named, per):
        infusions = sum(named[row["journey_id"]] == group for row in starts)
        rises = {sign: [it for key, it in told if named[key] == group] for sign, told in every.items()}
        minutes = sorted({minute for told in rises.values() for rise in told for minute in rise})
        of = [{"group": group} | _row(minute, rises) for minute in minutes]
        rows += of
        peaks += [{"group": group, "infusions": infusions} | _peak(sign, rises[sign], of) for sign in SIGNS]
    return {
        "per": per,
        "position": position,
        "every_min": every_min,
        "infusions": len(starts),
        "rows": rows,
        "peaks": peaks,
        "definitions": DEFINITIONS | ({} if per is None else {"group": PER_DEFINITIONS[per]}),
        **stale,
    }


def _rises(models: ReadModels, session: Session, sign: str, every_min: int) -> list[tuple[str, Rises]]:
    """Of every infusion with a reading before and after its start its journey, and the rises of one pressure."""
    rise = f"{sign}_rise_mmhg"
    found: dict[tuple[str, int], dict[int, float]] = defaultdict(dict)
    where = f"t.{rise} IS NOT NULL AND t.minute >= 0"
    columns = ("journey_id", "attempt_no", "minute", rise)
    for journey, attempt, minute, value in models.columns_in(
        session, "outcome", "pressures", columns, where, order="t.at, t.key"
    ):
        found[journey, attempt][nearest(minute, every_min)] = float(value)
    return [(journey, rise) for (journey, _), rise in found.items()]


def nearest(minute: int, every_min: int) -> int:
    """The row a minute belongs to; half-way it is the later one."""
    return (2 * minute + every_min) // (2 * every_min) * every_min


def _row(minute: int, rises: Mapping[str, list[Rises]]) -> dict[str, Any]:
    row: dict[str, Any] = {"minute": minute}
    for sign, told in rises.items():
        values = [rise[minute] for rise in told if minute in rise]
        row |= {f"{sign}_n": len(values)} | mean(values).row(f"{sign}_rise") | spread(values).row(f"{sign}_rise")
    return row


def _peak(sign: str, told: list[Rises], rows: list[dict[str, Any]]) -> dict[str, Any]:
    highest = [max(rise.values()) for rise in told]
    means = [(row[f"{sign}_rise_mean"], -row["minute"]) for row in rows if row[f"{sign}_rise_mean"] is not None]
    return {
        "pressure": sign,
        "with_baseline": len(told),
        **mean(highest).row("peak"),
        **spread(highest).row("peak"),
        "peak_minute": -max(means)[1] if means else None,
    }
