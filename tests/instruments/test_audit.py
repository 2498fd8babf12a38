"""Is the AUDIT the sum of its ten items, and may its last two not be odd?"""

from __future__ import annotations

from itertools import product

import pytest

from journey.instruments import SCORERS
from journey.values import Instrument
from tests.instruments.scored import bands, no_score, total

AUDIT = Instrument.AUDIT


def test_the_public_vectors() -> None:
    """awell-score: 24; 20; 40."""
    assert total(AUDIT, 4, 1, 2, 3, 3, 1, 4, 2, 2, 2) == 24
    assert (total(AUDIT, *[2] * 10), total(AUDIT, *[4] * 10)) == (20, 40)


def test_answer_sheets_are_summed() -> None:
    """All 3^10 sheets of 0, 2 and 4, and each item alone at every answer it has."""
    assert all(total(AUDIT, *sheet) == sum(sheet) for sheet in product((0, 2, 4), repeat=10))
    for item, values in SCORERS[AUDIT].values.items():
        for answer in values:
            assert total(AUDIT, *(answer if other == int(item) else 0 for other in range(1, 11))) == answer


def test_the_last_two_are_even() -> None:
    """No, yes but not in the last year, yes."""
    assert [list(values) for values in SCORERS[AUDIT].values.values()] == [[0, 1, 2, 3, 4]] * 8 + [[0, 2, 4]] * 2


def test_the_bands() -> None:
    """The WHO's zones I to IV."""
    assert bands(AUDIT) == {"low": (0, 7), "hazardous": (8, 15), "harmful": (16, 19), "possible_dependence": (20, 40)}


@pytest.mark.parametrize("item", range(10))
def test_a_missing_item_is_no_score(item: int) -> None:
    """Whichever it is."""
    assert no_score(AUDIT, *(None if other == item else 0 for other in range(10)))
