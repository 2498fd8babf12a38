"""What is a page of outcomes: what does it ask, and which chart and tables does it show?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from entrypoints.pages.chart import Chart
from projections.database import ReadModels
from projections.outcome import Scope

Answer = dict[str, Any]
Row = Mapping[str, Any]

NOTHING = "nothing"
"""Where this is chosen the question is asked without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What may be chosen on a page, beside the rule: its name, its words, and what there is; the first if not said."""

    name: str
    label: str
    options: tuple[str, ...]


def told_apart(*options: str) -> Choice:
    """By what journeys are told apart; each table has the group first then."""
    return Choice(name="per", label="Told apart by", options=options)


def _none(_: Answer) -> None:
    """No chart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A table: its rows, and in which columns."""

    title: str
    caption: str
    rows: Sequence[Row]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One page of outcomes; `csv` are the tables of its route, one that is alone is beside it.

    `chart` draws an answer about all journeys together, `group_chart` one that tells them apart.
    """

    text: str
    route: str
    csv: tuple[str, ...]
    ask: Callable[[ReadModels, Scope, Mapping[str, str]], Answer]
    finding: Callable[[Answer], str]
    tables: Callable[[Answer], tuple[Shown, ...]]
    chart: Callable[[Answer], Chart | None] = _none
    group_chart: Callable[[Answer], Chart | None] = _none
    choices: tuple[Choice, ...] = ()
    is_under_rule: bool = True
    fixed: tuple[tuple[str, str], ...] = ()


INTERVAL_WORDS = "The interval is Wilson's, 95 %; where nothing happened the exact one-sided 95 % bound."

PER = ("indication", "severity", "site", "month", "dose_band", "rule")
"""By what journeys are told apart under a rule."""
