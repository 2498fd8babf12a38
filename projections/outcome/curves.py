"""How are survival curves answered: each step, the curve at round times, and one line a curve?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from projections.outcome.survival import Curve, at_times, curve_rows, summary

Named = tuple[str | None, dict[str, Any], Curve]
"""A group's name, the denominators that its line is told with, and its curve."""

INTERVALS = {"day": (1, 7, 14, 28, 56, 91, 182, 364), "infusion": (1, 2, 5, 10)}
"""Round numbers between which the curve is told."""

TOLD = 13
"""So many times at most."""


def answered(curves: Sequence[Named], unit: str, had: str) -> dict[str, Any]:
    """The rows of all curves, the same at round times, and the summary of each."""
    times = round_times(max((curve.steps[-1].time for _, _, curve in curves), default=0), unit)
    return {
        "rows": [{"group": name} | row for name, _, curve in curves for row in curve_rows(curve, unit, had)],
        "at_times": [{"group": name} | row for name, _, curve in curves for row in at_times(curve, times, unit, had)],
        "summary": [{"group": name} | counted | summary(curve, unit) for name, counted, curve in curves],
    }


def round_times(last: int, unit: str) -> list[int]:
    """Round times from 0 to the last one, not too many."""
    steps = INTERVALS[unit]
    step = next((it for it in steps if last <= it * (TOLD - 1)), -(-last // (TOLD - 1)))
    return list(range(0, last + 1, step))
