"""How is a sum of items scored when some are missing?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Answers = Mapping[str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A whole total, or a prorated one (not reportable as a whole one), or neither when too many items are missing."""

    total: int | None
    total_prorated: Decimal | None
    missing_n: int

    @property
    def evaluable(self) -> bool:
        """Whether there is a score at all."""
        return self.total is not None or self.total_prorated is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorer:
    """A questionnaire that is the sum of its items.

    Up to `missing_max` unanswered items are replaced by the mean of the answered ones. `risk_item` asks about
    suicide. `bands` are the lower bounds of the severity bands.
    """

    items: int
    item_max: int
    missing_max: int
    bands: tuple[tuple[int, str], ...]
    risk_item: str | None = None
    algorithm_version: str
    source: str

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The items' numbers, as text."""
        return tuple(str(number) for number in range(1, self.items + 1))

    def score(self, answers: Answers) -> Score:
        """Score the answers; an item that is absent or None is unanswered."""
        given = [value for item in self.item_ids if (value := answers.get(item)) is not None]
        missing = self.items - len(given)
        if missing == 0:
            return Score(total=sum(given), total_prorated=None, missing_n=0)
        if missing > self.missing_max:
            return Score(total=None, total_prorated=None, missing_n=missing)
        prorated = Decimal(sum(given)) * self.items / len(given)
        rounded = prorated.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        return Score(total=None, total_prorated=rounded, missing_n=missing)

    def band(self, total: Decimal) -> str:
        """The severity band of a total."""
        return max((bound, name) for bound, name in self.bands if total >= bound)[1]
