"""Where do values lie: median, quartiles, mean, and how sure are median and mean?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, exp, floor, lgamma, log, sqrt
from statistics import fmean, stdev
from typing import Any

from projections.outcome.statistics import Z_95, rounded

ORDER_STATISTICS = "order_statistics_95"
NORMAL = "normal_95"

TAIL = 0.025
FAR = 6
"""So many standard deviations below the middle of a binomial there is nothing that could be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Some numbers: how many, their median and quartiles, and the median's 95 % interval; None of nothing."""

    n: int
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    low: float | None = None
    high: float | None = None

    def row(self, name: str = "") -> dict[str, Any]:
        """The same as columns of a row, rounded as they are printed."""
        head = f"{name}_" if name else ""
        interval = None if self.low is None else ORDER_STATISTICS
        figures = {
            "median": self.median,
            "q1": self.q1,
            "q3": self.q3,
            "median_low": self.low,
            "median_high": self.high,
        }
        return {f"{head}{key}": printed(value) for key, value in figures.items()} | {f"{head}median_interval": interval}


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles, between two values in proportion (R's type 7, NumPy's default)."""
    if not values:
        return Spread(n=0)
    ordered = sorted(values)
    rank = _rank(len(ordered))
    low, high = (ordered[rank - 1], ordered[-rank]) if rank else (None, None)
    q1, median, q3 = (_quantile(ordered, part) for part in (0.25, 0.5, 0.75))
    return Spread(n=len(ordered), median=median, q1=q1, q3=q3, low=low, high=high)


def _quantile(ordered: Sequence[float], part: float) -> float:
    place = part * (len(ordered) - 1)
    below, above = ordered[floor(place)], ordered[ceil(place)]
    return below + (above - below) * (place - floor(place))


@lru_cache(maxsize=4_096)
def _rank(n: int) -> int:
    """Of which rank from either end the values bound the median with 95 %: the sign test turned round (Conover 1999).

    The largest r for which fewer than r of n lie below the median with at most 2.5 %; 0 where there are too few.
    """
    least = max(0, floor(n / 2 - FAR * sqrt(n)))
    below, rank = 0.0, 0
    for count in range(least, n + 1):
        below += exp(lgamma(n + 1) - lgamma(count + 1) - lgamma(n - count + 1) - n * log(2))
        if below > TAIL:
            return rank
        rank = count + 1
    return rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean with its standard deviation and its 95 % interval; None where there are too few."""

    mean: float | None = None
    sd: float | None = None
    low: float | None = None
    high: float | None = None

    def row(self, name: str = "") -> dict[str, Any]:
        """The same as columns of a row."""
        head = f"{name}_" if name else ""
        interval = None if self.low is None else NORMAL
        figures = {"mean": self.mean, "sd": self.sd, "mean_low": self.low, "mean_high": self.high}
        return {f"{head}{key}": printed(value) for key, value in figures.items()} | {f"{head}mean_interval": interval}


def mean(values: Sequence[float]) -> Mean:
    """The mean, its standard deviation (of a sample), and the normal interval of the mean."""
    if not values[1:]:  # of one there is no deviation
        return Mean(mean=values[0] if values else None)
    middle, sd = fmean(values), stdev(values)
    half = Z_95 * sd / sqrt(len(values))
    return Mean(mean=middle, sd=sd, low=middle - half, high=middle + half)


def printed(value: float | None) -> float | None:
    """A figure as it is printed: to the hundredth, as papers print means."""
    return None if value is None else rounded(value, 2)
