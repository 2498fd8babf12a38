"""Which small read model do the tests of consumers build?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from consumers.log_feed import Log, histories
from journey.events import Event, VitalsRecorded
from journey.recorded import Recorded
from journey.store import codec
from projections.database import ReadModels
from projections.projection import Column, Kind, Projection, Rows, Table


@dataclass(frozen=True, slots=True)
class Signs:
    """The heart rates of a journey, by version."""

    rates: tuple[tuple[int, int], ...] = ()


def evolve(signs: Signs, _position: int, recorded: Recorded[Event]) -> Signs:
    """Note a heart rate."""
    if not isinstance(recorded.event, VitalsRecorded):
        return signs
    return replace(signs, rates=(*signs.rates, (recorded.version, recorded.event.hr_per_min or 0)))


def rows(signs: Signs) -> Rows:
    """One row a reading."""
    return {"rates": {str(version): {"hr_per_min": rate} for version, rate in signs.rates[-50:]}}


SIGNS = Projection(
    name="signs",
    version=1,
    document=Signs,
    new=Signs,
    evolve=evolve,
    rows=rows,
    tables=(Table("rates", "Heart rates", (Column("hr_per_min", Kind.WHOLE, "heart rate", "1/min"),)),),
)


def models(url: str, log: Log, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> ReadModels:
    """Return the read models of the tests in a database."""
    return ReadModels(url, [SIGNS], decode=codec.decode, clock=clock, history=histories(log))
