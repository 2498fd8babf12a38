"""How sure is a rate? A share is never given without the number it is a share of, and its interval."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt

Z_95 = 1.959963984540054
ALPHA = 0.05

PLACES = 9
"""Beyond these a figure differs by nothing but how it was computed."""

WILSON = "wilson_95"
EXACT_ONE_SIDED = "exact_one_sided_95"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share in percent with its 95 % interval, and which kind of interval that is; all None of nobody."""

    count: int
    n: int
    pct: float | None
    low: float | None
    high: float | None
    interval: str | None


def rate(count: int, n: int) -> Rate:
    """The share of `count` in `n`: with Wilson's interval, or where nothing happened the exact one-sided bound."""
    if n == 0:
        return Rate(count=count, n=n, pct=None, low=None, high=None, interval=None)
    low, high = wilson(count, n) if count else (0.0, exact_upper(n))
    kind = WILSON if count else EXACT_ONE_SIDED
    return Rate(count=count, n=n, pct=percent(count / n), low=percent(low), high=percent(high), interval=kind)


def wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson's score interval, two-sided 95 %."""
    share, z2 = count / n, Z_95 * Z_95
    centre = share + z2 / (2 * n)
    spread = Z_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    return max((centre - spread) / scale, 0.0), min((centre + spread) / scale, 1.0)


def exact_upper(n: int) -> float:
    """The largest rate at which nothing in `n` is still no surprise: one-sided exact 95 % bound."""
    return float(1 - ALPHA ** (1 / n))


def percent(share: float) -> float:
    """A share as it is printed: one decimal, two below one percent."""
    pct = share * 100
    return rounded(pct, 2 if pct < 1 else 1)


def rounded(value: float, places: int) -> float:
    """A figure as papers print it: a half goes up, away from zero, also where no binary number is that half."""
    exact = Decimal(repr(round(value, PLACES)))
    return float(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)) + 0.0  # no minus before a zero


def share(prefix: str, count: int, n: int) -> dict[str, float | str | None]:
    """A rate as columns of a row: its percentage, its interval's ends, and the kind of the interval."""
    told = rate(count, n)
    return {
        f"{prefix}_pct": told.pct,
        f"{prefix}_low": told.low,
        f"{prefix}_high": told.high,
        f"{prefix}_interval": told.interval,
    }
