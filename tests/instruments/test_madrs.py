"""Is the MADRS the sum of its ten items?"""

from __future__ import annotations

from itertools import product

import pytest

from journey.instruments import SCORERS
from journey.values import Instrument, RiskLevel
from tests.instruments.scored import bands, no_score, total

MADRS = Instrument.MADRS


def test_the_bands() -> None:
    """Snaith's cut-points."""
    assert bands(MADRS) == {"none": (0, 6), "mild": (7, 19), "moderate": (20, 34), "severe": (35, 60)}


def test_answer_sheets_are_summed() -> None:
    """All 3^10 sheets of 0, 3 and 6, and each item alone at every answer."""
    assert all(total(MADRS, *sheet) == sum(sheet) for sheet in product((0, 3, 6), repeat=10))
    for item, answer in product(range(10), range(7)):
        assert total(MADRS, *(answer if other == item else 0 for other in range(10))) == answer


@pytest.mark.parametrize("item", range(10))
def test_a_missing_item_is_no_score(item: int) -> None:
    """Nobody published a rule: none is made up."""
    assert no_score(MADRS, *(None if other == item else 6 for other in range(10)))


@pytest.mark.parametrize(
    "answer, level",
    [
        (0, None),
        (1, RiskLevel.LOW),
        (2, RiskLevel.LOW),
        (3, RiskLevel.MODERATE),
        (4, RiskLevel.MODERATE),
        (5, RiskLevel.HIGH),
        (6, RiskLevel.HIGH),
    ],
)
def test_item_ten_raises_a_risk(answer: int, level: RiskLevel | None) -> None:
    """Suicidal thoughts, from passing ones to plans."""
    found = SCORERS[MADRS].risk({"10": answer})
    assert (found and found.level) == level
    assert SCORERS[MADRS].unanswered({}) == ("10",)
