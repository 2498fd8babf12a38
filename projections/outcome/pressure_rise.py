"""How far does the pressure rise, minute by minute after the start of the pump?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from projections.connection import Session
from projections.database import ReadModels
from projections.outcome.groups import COLUMNS, PER_DEFINITIONS, START_PER, Named, by_start, every_start, names, one_of
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


@dataclass(frozen=True, slots=True)
class Risen:
    """One pressure in some infusions: its rise in each row, and the highest of each infusion, in mmHg."""

    rows: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    highest: list[int] = field(default_factory=list)

    def at(self, minute: int) -> list[float]:
        """The rises in a row."""
        return list(map(float, self.rows.get(minute, ())))

    def add(self, rises: Mapping[int, int]) -> None:
        """Count one more infusion, of which this is the rise in each row."""
        for minute, rise in rises.items():
            self.rows[minute].append(rise)
        self.highest.append(max(rises.values()))


def pressure_rise(
    models: ReadModels, every_min: int = EVERY_MIN, per: str | None = None, zone: tzinfo = UTC
) -> dict[str, Any]:
    """The rise of both pressures in rows so many minutes apart, and of each infusion the highest; told apart `per`.

    Raises ValueError for another `per` than those of `START_PER`.
    """
    if per is not None:
        one_of("per", per, START_PER)
    with models.database.reading() as session:
        starts = every_start(models, session)
        known = models.rows_in(session, "outcome", "journeys") if per in COLUMNS else []
        named = by_start({row["journey_id"]: row for row in known}, starts, per, zone)
        every = {sign: _risen(models, session, sign, every_min, named) for sign in SIGNS}
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    infusions = Counter(named[row["journey_id"]] for row in starts)
    rows: list[dict[str, Any]] = []
    peaks: list[dict[str, Any]] = []
    for group in names(named, per):
        risen = {sign: told.get(group, Risen()) for sign, told in every.items()}
        minutes = sorted({minute for told in risen.values() for minute in told.rows})
        of = [{"group": group} | _row(minute, risen) for minute in minutes]
        rows += of
        peaks += [{"group": group, "infusions": infusions[group]} | _peak(sign, risen[sign], of) for sign in SIGNS]
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


def _risen(models: ReadModels, session: Session, sign: str, every_min: int, named: Named) -> Mapping[str | None, Risen]:
    """Of each group the rises of one pressure, in every infusion with a reading before and after its start."""
    rise = f"{sign}_rise_mmhg"
    columns, where = ("journey_id", "attempt_no", "minute", rise), f"t.{rise} IS NOT NULL AND t.minute >= 0"
    order = "t.journey_id, t.attempt_no, t.at, t.key"
    told: dict[str | None, Risen] = defaultdict(Risen)
    pieces = session.pieces(models.asking(session, "outcome", "pressures", columns, where, order=order))
    for (journey, _), readings in groupby(chain.from_iterable(pieces), itemgetter(0, 1)):
        told[named[journey]].add({nearest(minute, every_min): value for _, _, minute, value in readings})
    return told


def nearest(minute: int, every_min: int) -> int:
    """The row a minute belongs to; half-way it is the later one."""
    return (2 * minute + every_min) // (2 * every_min) * every_min


def _row(minute: int, risen: Mapping[str, Risen]) -> dict[str, Any]:
    row: dict[str, Any] = {"minute": minute}
    for sign, told in risen.items():
        values = told.at(minute)
        row |= {f"{sign}_n": len(values)} | mean(values).row(f"{sign}_rise") | spread(values).row(f"{sign}_rise")
    return row


def _peak(sign: str, risen: Risen, rows: list[dict[str, Any]]) -> dict[str, Any]:
    highest = list(map(float, risen.highest))
    means = [(row[f"{sign}_rise_mean"], -row["minute"]) for row in rows if row[f"{sign}_rise_mean"] is not None]
    return {
        "pressure": sign,
        "with_baseline": len(highest),
        **mean(highest).row("peak"),
        **spread(highest).row("peak"),
        "peak_minute": -max(means)[1] if means else None,
    }
