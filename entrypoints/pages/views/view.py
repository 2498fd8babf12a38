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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What may be chosen on a page, beside the rule: its name, its words, and what there is; the first if not said."""

    name: str
    label: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A table: which rows of the answer, in which columns."""

    title: str
    caption: str
    rows: Callable[[Answer], Sequence[Row]]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One page of outcomes; `csv` are the tables of its route, one that is alone is beside it."""

    text: str
    route: str
    csv: tuple[str, ...]
    ask: Callable[[ReadModels, Scope, Mapping[str, str]], Answer]
    finding: Callable[[Answer], str]
    chart: Callable[[Answer], Chart | None]
    tables: tuple[Shown, ...]
    choices: tuple[Choice, ...] = ()
    is_under_rule: bool = True
    fixed: tuple[tuple[str, str], ...] = ()


INTERVAL_WORDS = "The interval is Wilson's, 95 %; where nothing happened the exact one-sided 95 % bound."


def of(name: str) -> Callable[[Answer], Sequence[Row]]:
    """The rows of one part of the answer."""

    def rows(answer: Answer) -> Sequence[Row]:
        found: Sequence[Row] = answer[name]
        return found

    return rows
