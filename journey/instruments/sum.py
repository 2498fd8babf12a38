"""How is a sum of items scored when some are missing?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from journey.instruments.score import About, Alarm, Answers, Bands, Score, alarm, banded
from journey.values import RiskLevel


def nothing(_answers: Answers) -> tuple[str, ...]:
    """No findings."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """An instrument that is the sum of its items.

    Up to `missing_max` unanswered items are replaced by the mean of the answered ones. `inverse` items count the
    other way round: their highest answer is 0. `suicide_item` asks about suicide, `risk_levels` says what each of
    its answers raises.
    """

    about: About
    values: Mapping[str, Sequence[int]]
    bands: Bands
    missing_max: int = 0
    inverse: frozenset[str] = frozenset()
    suicide_item: str | None = None
    risk_levels: Mapping[int, RiskLevel] = field(default_factory=dict)
    says: Callable[[Answers], tuple[str, ...]] = nothing

    @property
    def total_max(self) -> int:
        """The highest total."""
        return sum(values[-1] for values in self.values.values())

    @property
    def suicide_items(self) -> tuple[str, ...]:
        """The item on suicide, if there is one."""
        return () if self.suicide_item is None else (self.suicide_item,)

    def score(self, answers: Answers) -> Score:
        """Sum the answers: all of them whole, a few missing prorated, more missing not at all."""
        given = [self._counted(item, value) for item in self.values if (value := answers.get(item)) is not None]
        number = len(self.values)
        missing = number - len(given)
        if missing == 0:
            return Score(total=sum(given), missing_n=0, evaluable=True)
        if missing > self.missing_max:
            return Score(missing_n=missing, evaluable=False)
        prorated = Decimal(sum(given)) * number / len(given)
        rounded = prorated.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        return Score(total_prorated=rounded, missing_n=missing, evaluable=True)

    def band(self, total: Decimal | None, _answers: Answers) -> str | None:
        """The severity band of a total."""
        return banded(self.bands, total)

    def findings(self, answers: Answers) -> tuple[str, ...]:
        """What the answers say besides."""
        return self.says(answers)

    def risk(self, answers: Answers) -> Alarm | None:
        """The risk that the item on suicide raises."""
        return None if self.suicide_item is None else alarm(answers, self.suicide_item, self.risk_levels)

    def unanswered(self, answers: Answers) -> tuple[str, ...]:
        """The item on suicide, if it has no answer."""
        return tuple(item for item in self.suicide_items if answers.get(item) is None)

    def _counted(self, item: str, value: int) -> int:
        return self.values[item][-1] - value if item in self.inverse else value
