"""What does `lifelines` say of the same times? Writes its figures to a file, which a test holds ours against.

`uv run --no-project --with lifelines==0.30.3 python tests/projections/lifelines_figures.py` writes the file anew.

It is not among the packages of this project: one that it needs, autograd-gamma, is there as source alone, and would be
built with whatever setuptools is newest, past every hash of the lock files.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

FILE = Path(__file__).with_suffix(".json")

SHAPES = (
    (1, 5, 1.0),
    (2, 3, 0.5),
    (7, 9, 0.0),
    (8, 4, 1.0),
    (12, 30, 0.5),
    (20, 60, 0.8),
    (30, 12, 0.3),
    (40, 200, 0.6),
)
"""How many are followed, for how long at most, and how probably what ends it is the event."""


def told(value: Any) -> float | None:
    """A figure as JSON has it: what is no number is nothing."""
    number = float(value)
    return number if abs(number) < float("inf") else None


def figures(times: list[int], events: list[bool]) -> dict[str, Any]:
    """What it says of whom was followed so long, with the event or without."""
    lifelines = import_module("lifelines")
    median_times = import_module("lifelines.utils").median_survival_times
    fitted = lifelines.KaplanMeierFitter().fit(times, events)
    bounds = fitted.confidence_interval_
    low, high = median_times(bounds).to_numpy()[0]
    steps = [
        [int(time), int(row.at_risk), int(row.observed), int(row.censored), *map(told, (survival, *ends))]
        for (time, row), survival, ends in zip(
            fitted.event_table.iterrows(),
            fitted.survival_function_.to_numpy()[:, 0],
            bounds.to_numpy(),
            strict=True,
        )
    ]
    median = [told(it) for it in (fitted.median_survival_time_, low, high)]
    return {"times": times, "events": events, "steps": steps, "median": median}


def write() -> None:
    """Write the figures of some made-up groups, ties and all."""
    chance = Random(20261129)
    lines = []
    for n, longest, share in SHAPES * 3:
        times = [chance.randint(0, longest) for _ in range(n)]
        events = [chance.random() < share for _ in range(n)]
        lines.append(json.dumps(figures(times, events), separators=(",", ":")))
    FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    write()
