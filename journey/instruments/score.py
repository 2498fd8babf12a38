"""What is a scorer, and what does it make of answers?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

from journey.values import RiskLevel, Status

Answers = Mapping[str, int | None]
"""By the item's number; an item that is absent or None is unanswered."""

Bands = Sequence[tuple[int, str]]
"""The lower bound of each band, rising from 0, and its name."""


class Said(NamedTuple):
    """A statement about an instrument, on whose word, and how sure."""

    text: str
    source: str
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What must be known of an instrument: its name, and who says how it is scored and may be used."""

    name: str
    algorithm_version: str
    scoring: Said
    missing: Said
    licence: Said
    risk: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A whole total, or a prorated one (not reportable as a whole one), or neither.

    `evaluable`: whether the answers suffice for a result at all, be it a total or a level.
    """

    total: int | None = None
    total_prorated: Decimal | None = None
    missing_n: int
    evaluable: bool


class Alarm(NamedTuple):
    """The answer that speaks of suicide, and how high a risk it raises."""

    level: RiskLevel
    item: str
    value: int


class Scorer(Protocol):
    """How one instrument is scored, from its items and from nothing else."""

    @property
    def about(self) -> About:
        """Its name, sources and licence."""

    @property
    def values(self) -> Mapping[str, Sequence[int]]:
        """Every item by its number, with the answers it may have."""

    @property
    def bands(self) -> Bands:
        """Its bands by total; none where it is no sum."""

    @property
    def total_max(self) -> int | None:
        """The highest total; None where it is no sum."""

    @property
    def suicide_items(self) -> tuple[str, ...]:
        """The items that ask about suicide."""

    def score(self, answers: Answers) -> Score:
        """Score the answers."""

    def band(self, total: Decimal | None, answers: Answers) -> str | None:
        """The severity band of a total, or the level of the answers where there is no sum; None of no score."""

    def findings(self, answers: Answers) -> tuple[str, ...]:
        """What the answers say besides, as codes."""

    def risk(self, answers: Answers) -> Alarm | None:
        """The gravest answer about suicide, if one raises a risk: whether or not there is a score."""

    def unanswered(self, answers: Answers) -> tuple[str, ...]:
        """The items about suicide that should have been answered and were not."""


def numbered(values: Iterable[int | None]) -> dict[str, int | None]:
    """Answers in their order, by item number."""
    return {str(number): value for number, value in enumerate(values, start=1)}


def items(number: int, highest: int) -> dict[str, Sequence[int]]:
    """So many items of 0 to `highest`."""
    return {str(item): range(highest + 1) for item in range(1, number + 1)}


def banded(bands: Bands, total: Decimal | None) -> str | None:
    """The band that a total lies in."""
    return None if total is None else max((bound, name) for bound, name in bands if total >= bound)[1]


def alarm(answers: Answers, item: str, levels: Mapping[int, RiskLevel]) -> Alarm | None:
    """The risk that the answer to one item raises."""
    value = answers.get(item)
    return None if value is None or value not in levels else Alarm(levels[value], item, value)
