"""Where do the points of the response chart lie? Plain numbers for an SVG, from the rows of the table beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT = 56, 700
TOP, BOTTOM = 16, 264
GRID_PCT = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One infusion: where it lies, its share's dot, its interval's ends."""

    x: float
    y: float
    low: float
    high: float
    infusion: int
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the grid."""

    y: float
    pct: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that the template draws."""

    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT


def chart(rows: Sequence[Mapping[str, Any]]) -> Chart:
    """The chart of response by infusion; an infusion after which nobody was assessed has no point."""
    assessed = [row for row in rows if row["response_pct"] is not None]
    step = (RIGHT - LEFT) / (len(assessed) + 1)
    points = tuple(
        Point(
            x=round(LEFT + step * index, 1),
            y=height(row["response_pct"]),
            low=height(row["response_low"]),
            high=height(row["response_high"]),
            infusion=row["infusion"],
            n=row["assessed"],
        )
        for index, row in enumerate(assessed, 1)
    )
    return Chart(points=points, lines=tuple(Line(y=height(pct), pct=pct) for pct in GRID_PCT))


def height(pct: float | str) -> float:
    """How far down a share in percent lies."""
    return round(BOTTOM - (BOTTOM - TOP) * float(pct) / 100, 1)
