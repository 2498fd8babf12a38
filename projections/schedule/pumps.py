"""What of each start of the pump: its rates in time, when it will be empty, how it ended?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from journey.events import Event, InfusionAborted, InfusionCompleted, InfusionStarted
from journey.recorded import Happened
from journey.state import replace
from projections.plain import decimal, local_day, moment, parsed


@dataclass(frozen=True, kw_only=True)
class Pump:
    """One start of the pump: its rates in time, and how it ended; `again` in a reinduction."""

    attempt_no: int
    maintenance_id: str | None
    again: bool
    day: str
    started_at: str
    dose_mg: str
    conc_mg_per_ml: str
    total_ml: str
    rates: tuple[tuple[str, str], ...]
    ended_at: str | None = None
    mg: str | None = None
    aborted: bool = False
    counts: bool = False

    def ran(self, at: str) -> bool:
        """Whether it was on at a moment, a pause included."""
        return self.started_at <= at and (self.ended_at is None or at <= self.ended_at)

    @property
    def rate_ml_h(self) -> str:
        """How fast it runs, or ran last; 0 is a pause."""
        return self.rates[-1][1]

    @property
    def ends_at(self) -> str | None:
        """When it will be empty if nothing changes; None of one that is paused, or has ended."""
        rate = Decimal(self.rate_ml_h)
        if self.ended_at is not None or rate == 0:
            return None
        left_ml, since = Decimal(self.total_ml), parsed(self.rates[0][0])
        for (_, ran_ml_h), (until, _) in zip(self.rates, self.rates[1:], strict=False):
            left_ml -= Decimal(ran_ml_h) * Decimal(str((parsed(until) - since).total_seconds())) / 3600
            since = parsed(until)
        return moment(since + timedelta(seconds=max(round(left_ml * 3600 / rate), 0)))


def started(recorded: Happened[Event], event: InfusionStarted, maintenance_id: str | None, *, again: bool) -> Pump:
    """The pump as it was started, under this maintenance if there is one, or in a reinduction."""
    at = moment(recorded.at)
    return Pump(
        attempt_no=event.attempt_no,
        maintenance_id=maintenance_id,
        again=again,
        day=local_day(recorded.at, recorded.utc_offset_min),
        started_at=at,
        dose_mg=decimal(event.dose_mg),
        conc_mg_per_ml=decimal(event.conc_mg_per_ml),
        total_ml=decimal(event.total_ml),
        rates=((at, decimal(event.rate_ml_h)),),
    )


def at_rate(pump: Pump, changed_at: str, rate_ml_h: str) -> Pump:
    """The pump at another rate, which takes its place in time."""
    return replace(pump, rates=tuple(sorted((*pump.rates, (changed_at, rate_ml_h)), key=lambda rate: rate[0])))


def ended(pump: Pump, at: datetime, event: InfusionCompleted | InfusionAborted) -> Pump:
    """The pump as it ended, with what went in."""
    return replace(
        pump,
        ended_at=moment(at),
        mg=decimal(event.ml_infused * Decimal(pump.conc_mg_per_ml)),
        aborted=isinstance(event, InfusionAborted),
        counts=event.counts if isinstance(event, InfusionAborted) else True,
    )
