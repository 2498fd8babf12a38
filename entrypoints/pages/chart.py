"""Where do the parts of a chart lie? Plain numbers for an SVG, from the rows of the table beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Any

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT = 56, 700
TOP, BOTTOM = 16, 264
PCT = (0, 25, 50, 75, 100)

STEPS = (1, 2, 5, 10, 20, 50, 100, 200)
LINES, LABELS = 6, 14
"""So many lines of the grid, and labels under it, at most."""

Row = Mapping[str, Any]
Place = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A figure: where it lies, and where its interval ends; both at itself if there is none."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Words under the grid, and the number that they rest on below them."""

    x: float
    text: str
    below: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the grid."""

    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that the template draws; `curve` and `area` are paths."""

    title: str
    caption: str
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    curve: str = ""
    area: str = ""
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Which columns hold the figure, the ends of its interval, what it is told by, and the number it rests on."""

    told_by: str
    value: str
    low: str
    high: str
    n: str


def dots(rows: Sequence[Row], at: Figures, title: str, caption: str, unit: str = "") -> Chart | None:
    """A dot and its interval for each row that has a figure, side by side; no chart of none. Percent is 0 to 100."""
    told = [row for row in rows if row[at.value] is not None]
    if not told:
        return None
    ends = [float(row[name]) for row in told for name in (at.value, at.low, at.high) if row[name] is not None]
    grid = PCT if unit == "%" else _grid(ends)
    step = (RIGHT - LEFT) / (len(told) + 1)
    places = [round(LEFT + step * index, 1) for index in range(1, len(told) + 1)]
    every = ceil(len(told) / LABELS)
    return Chart(
        title=title,
        caption=caption,
        lines=_lines(grid, unit),
        labels=tuple(
            Label(x=x, text=str(row[at.told_by]).replace("_", " "), below=f"n={row[at.n]}")
            for x, row in list(zip(places, told, strict=True))[::every]
        ),
        marks=tuple(
            Mark(
                x=x,
                y=_height(row[at.value], grid),
                low=_height(row[at.value] if row[at.low] is None else row[at.low], grid),
                high=_height(row[at.value] if row[at.high] is None else row[at.high], grid),
            )
            for x, row in zip(places, told, strict=True)
        ),
    )


def steps(rows: Sequence[Row], at_times: Sequence[Row], at: Figures, title: str, caption: str) -> Chart | None:
    """A curve in steps, in percent, with its interval as an area; under it the numbers at risk. No chart of nobody."""
    if not rows or not rows[0][at.n]:
        return None
    last = max(rows[-1][at.told_by], 1)

    def across(time: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * time / float(last), 1)

    def path(name: str) -> list[Place]:
        return [
            (across(row[at.told_by]), _height(row[at.value] if row[name] is None else row[name], PCT)) for row in rows
        ]

    back = [*reversed(_stairs(path(at.low)))]
    return Chart(
        title=title,
        caption=caption,
        lines=_lines(PCT, "%"),
        labels=tuple(
            Label(x=across(row[at.told_by]), text=str(row[at.told_by]), below=str(row[at.n])) for row in at_times
        ),
        curve=_path(_stairs(path(at.value))),
        area=_path([*_stairs(path(at.high)), *back]),
    )


def _stairs(places: Sequence[Place]) -> list[Place]:
    """From each place level to the next, and then up or down to it."""
    corners = [corner for before, after in pairwise(places) for corner in ((after[0], before[1]), after)]
    return [*places[:1], *corners]


def _path(places: Sequence[Place]) -> str:
    return " ".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(places))


def _grid(values: Sequence[float]) -> Sequence[int]:
    """Round lines about 0 and all values."""
    low, high = min(0.0, *values), max(1.0, *values)
    step = next((it for it in STEPS if high - low <= it * LINES), STEPS[-1])
    return range(floor(low / step) * step, ceil(high / step) * step + 1, step)


def _lines(grid: Sequence[int], unit: str) -> tuple[Line, ...]:
    return tuple(Line(y=_height(it, grid), text=f"{it} {unit}".rstrip()) for it in grid)


def _height(value: float | str, grid: Sequence[int]) -> float:
    """How far down a value lies."""
    return round(BOTTOM - (BOTTOM - TOP) * (float(value) - grid[0]) / (grid[-1] - grid[0]), 1)
