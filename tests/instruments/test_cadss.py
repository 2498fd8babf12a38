"""Is the CADSS the sum of its twenty-three items?"""

from __future__ import annotations

from itertools import product

import pytest

from journey.values import Instrument
from tests.instruments.scored import bands, no_score, total

CADSS = Instrument.CADSS


def test_the_range_and_the_cut_off() -> None:
    """0 to 92; elevated over 4."""
    assert bands(CADSS) == {"not_elevated": (0, 4), "elevated": (5, 92)}


def test_each_item_counts_by_itself() -> None:
    """Every item alone at every answer, beside others at 1."""
    for item, answer in product(range(23), range(5)):
        assert total(CADSS, *(answer if other == item else 1 for other in range(23))) == 22 + answer


@pytest.mark.parametrize("item", range(23))
def test_a_missing_item_is_no_score(item: int) -> None:
    """However low or high the others."""
    assert no_score(CADSS, *(None if other == item else 4 for other in range(23)))
