"""For how long does something last? The product-limit estimate, with who was at risk and how sure it is.

Kaplan & Meier 1958; variance by Greenwood 1926; interval of log(-log S), Kalbfleisch & Prentice 1980, which stays
between 0 and 1; the median and its interval by Brookmeyer & Crowley 1982. A test holds it equal to `lifelines`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import exp, log, sqrt
from typing import Any

from projections.outcome.statistics import ALPHA, EXACT_ONE_SIDED, Z_95, percent

LOG_LOG = "greenwood_log_log_95"

HALF = 0.5 + 1e-12
"""A product of shares that comes to a half exactly is a half, whatever its last binary digit says."""

DEFINITIONS = {
    "at_risk": "who was followed at least so long, and had not had the event before",
    "events": "who had it then",
    "censored": "who was followed so long and no longer, and had not had it",
    "interval": "95 %: of log(-log S) with Greenwood's variance; until the first event the exact one-sided 95 % bound "
    "for those at risk; none once nobody is left without the event",
    "median": "the first time at which half or more have had the event; its interval is where the ends cross it",
}


@dataclass(frozen=True, slots=True)
class Followed:
    """How long somebody was followed, and whether what ended it was the event."""

    time: int
    event: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The curve from a time on: who was at risk then, what happened, and the share that had no event until after it."""

    time: int
    at_risk: int
    events: int
    censored: int
    survival: float
    low: float | None
    high: float | None
    interval: str | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The whole of it: a step at 0 and at every time at which somebody had the event or was no longer followed."""

    steps: tuple[Step, ...]

    @property
    def n(self) -> int:
        """Of how many it is."""
        return self.steps[0].at_risk

    def at(self, time: int) -> Step | None:
        """The step in force at a time; None once nobody is followed any more."""
        return None if time > self.steps[-1].time else next(it for it in reversed(self.steps) if it.time <= time)

    def at_risk(self, time: int) -> int:
        """How many were followed at least so long without the event."""
        return next((step.at_risk for step in self.steps if step.time >= time), 0)

    @property
    def median(self) -> int | None:
        """The first time at which no more than half are without the event."""
        return self._falls(lambda step: step.survival)

    @property
    def median_interval(self) -> tuple[int | None, int | None]:
        """Between which times it lies, with 95 %; None at an end that nobody was followed to."""
        return self._falls(lambda step: 0.0 if step.low is None else step.low), self._falls(
            lambda step: 0.0 if step.high is None else step.high
        )

    def _falls(self, of: Callable[[Step], float]) -> int | None:
        return next((step.time for step in self.steps if step.events and of(step) <= HALF), None)


def kaplan_meier(followed: Iterable[Followed]) -> Curve:
    """The curve of whom was followed; at the same time an event comes before an end of following."""
    events: Counter[int] = Counter()
    ends: Counter[int] = Counter()
    for it in followed:
        (events if it.event else ends)[it.time] += 1
    at_risk = events.total() + ends.total()
    survival, variance = 1.0, 0.0
    steps = []
    for time in sorted({0, *events, *ends}):
        had = events[time]
        if had:
            survival *= 1 - had / at_risk
            variance += had / (at_risk * (at_risk - had)) if had < at_risk else 0.0
        low, high, kind = _interval(survival, variance, at_risk)
        steps.append(
            Step(
                time=time,
                at_risk=at_risk,
                events=had,
                censored=ends[time],
                survival=survival,
                low=low,
                high=high,
                interval=kind,
            )
        )
        at_risk -= had + ends[time]
    return Curve(tuple(steps))


def _interval(survival: float, variance: float, at_risk: int) -> tuple[float | None, float | None, str | None]:
    if at_risk == 0 or survival == 0.0:
        return None, None, None
    if variance == 0.0:
        return ALPHA ** (1 / at_risk), 1.0, EXACT_ONE_SIDED
    reach = Z_95 * sqrt(variance) / log(survival)
    low, high = (exp(-exp(log(-log(survival)) + side)) for side in (-reach, reach))
    return low, high, LOG_LOG


def curve_rows(curve: Curve, unit: str, had: str) -> list[dict[str, Any]]:
    """A row a step; `had` names the share that had the event, which is told beside the other."""
    return [_row(step, unit, had) for step in curve.steps]


def _row(step: Step, unit: str, had: str) -> dict[str, Any]:
    return {
        unit: step.time,
        "at_risk": step.at_risk,
        "events": step.events,
        "censored": step.censored,
        "survival_pct": _pct(step.survival),
        "survival_low": _pct(step.low),
        "survival_high": _pct(step.high),
        f"{had}_pct": _pct(1 - step.survival),
        f"{had}_low": _pct(None if step.high is None else 1 - step.high),
        f"{had}_high": _pct(None if step.low is None else 1 - step.low),
        "interval": step.interval,
    }


def at_times(curve: Curve, times: Sequence[int], unit: str, had: str) -> list[dict[str, Any]]:
    """The same at times that are asked for, with the number then at risk; events and ends are those up to then."""
    rows = []
    for time in times:
        in_force = curve.at(time)
        if in_force is not None:
            step = _bounded(in_force, curve.at_risk(time))
            until = [it for it in curve.steps if it.time <= time]
            sums = {
                "at_risk": curve.at_risk(time),
                "events": sum(it.events for it in until),
                "censored": sum(it.censored for it in until),
            }
            rows.append(_row(step, unit, had) | {unit: time} | sums)
    return rows


def _bounded(step: Step, at_risk: int) -> Step:
    """A step as of a later time: an exact bound is that of those who are then at risk."""
    return replace(step, low=ALPHA ** (1 / at_risk)) if step.interval == EXACT_ONE_SIDED else step


def summary(curve: Curve, unit: str) -> dict[str, Any]:
    """How many it is of, how many had the event, and the median with its interval."""
    low, high = curve.median_interval
    events = sum(step.events for step in curve.steps)
    return {
        "n": curve.n,
        "events": events,
        "censored": curve.n - events,
        f"median_{unit}": curve.median,
        "median_low": low,
        "median_high": high,
    }


def _pct(share: float | None) -> float | None:
    return None if share is None else percent(max(share, 0.0))
