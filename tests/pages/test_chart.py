"""Do the parts of a chart lie where their figures say?"""

from __future__ import annotations

from itertools import pairwise

import pytest

from entrypoints.pages.chart import BOTTOM, LABELS, LEFT, LINES, RIGHT, TOP, Figures, Row, dots, steps

FIGURE = Figures(told_by="infusion", value="pct", low="low", high="high", n="n")
CURVE = Figures(told_by="day", value="pct", low="low", high="high", n="at_risk")


def row(infusion: int, pct: float | None, low: float | None = None, high: float | None = None) -> dict[str, object]:
    """A row of a table."""
    return {"infusion": infusion, "pct": pct, "low": low, "high": high, "n": 7}


def test_a_share_lies_between_none_and_all() -> None:
    """0 % is at the bottom, 100 % at the top; the interval's ends are above and below; no figure, no dot."""
    chart = dots([row(1, 0.0, 0.0, 50.0), row(2, None), row(3, 100.0, 50.0, 100.0)], FIGURE, "t", "c", "%")
    assert chart is not None
    first, last = chart.marks
    assert (first.y, first.low, last.y, last.high) == (BOTTOM, BOTTOM, TOP, TOP)
    assert first.high == last.low == (TOP + BOTTOM) / 2
    assert LEFT < first.x < last.x < RIGHT
    assert [(label.text, label.below) for label in chart.labels] == [("1", "n=7"), ("3", "n=7")]
    assert [line.text for line in chart.lines] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


def test_a_figure_without_an_interval_is_a_dot_alone() -> None:
    """Its ends are where it is."""
    chart = dots([row(1, 4.0)], FIGURE, "t", "c")
    assert chart is not None
    assert {chart.marks[0].low, chart.marks[0].high} == {chart.marks[0].y}


@pytest.mark.parametrize("values", [(0.2,), (3.0, 27.0), (-11.0, 38.5), (812.0,)])
def test_the_grid_has_round_lines_about_all_values(values: tuple[float, ...]) -> None:
    """Zero and every value lie between the lowest line and the highest, and the lines are few."""
    chart = dots([row(number, value) for number, value in enumerate(values)], FIGURE, "t", "c")
    assert chart is not None
    lines = [int(line.text) for line in chart.lines]
    assert lines[0] <= min(0, *values) <= max(values) <= lines[-1]
    assert 2 <= len(lines) <= LINES + 3
    assert len({after - before for before, after in pairwise(lines)}) == 1


def test_labels_are_thinned() -> None:
    """Of forty dots not every one has its words."""
    chart = dots([row(number, 1.0) for number in range(40)], FIGURE, "t", "c")
    assert chart is not None
    assert (len(chart.marks), len(chart.labels) <= LABELS) == (40, True)


def test_a_curve_goes_in_steps() -> None:
    """Level until the next time, then down; the area goes forth along the upper end, and back along the lower."""
    rows: list[Row] = [
        {"day": 0, "pct": 100.0, "low": 50.0, "high": 100.0, "at_risk": 4},
        {"day": 10, "pct": 50.0, "low": None, "high": None, "at_risk": 2},
    ]
    chart = steps(rows, rows[:1], CURVE, "t", "c")
    assert chart is not None
    middle = (TOP + BOTTOM) / 2
    assert chart.curve == f"M{LEFT}.0 {TOP}.0 L{RIGHT}.0 {TOP}.0 L{RIGHT}.0 {middle}"
    forth, back = f"{chart.curve} ", f"L{RIGHT}.0 {middle} L{RIGHT}.0 {middle} L{LEFT}.0 {middle}"
    assert chart.area == forth + back
    assert [(label.x, label.text, label.below) for label in chart.labels] == [(LEFT, "0", "4")]


def test_nobody_has_no_chart() -> None:
    """Where there is nothing to draw nothing is drawn."""
    assert dots([row(1, None)], FIGURE, "t", "c") is None
    assert steps([], [], CURVE, "t", "c") is None
    assert steps([{"day": 0, "pct": 100.0, "low": None, "high": None, "at_risk": 0}], [], CURVE, "t", "c") is None
