"""Is the PADSS the sum of its five items?"""

from __future__ import annotations

from itertools import product

from journey.policy import Policy
from journey.values import Instrument
from tests.instruments.scored import bands, no_score, total

PADSS = Instrument.PADSS


def test_every_answer_sheet_is_the_sum() -> None:
    """All 3^5."""
    assert all(total(PADSS, *sheet) == sum(sheet) for sheet in product(range(3), repeat=5))


def test_fit_from_nine() -> None:
    """The band begins where the policy's number stands."""
    assert bands(PADSS) == {"not_fit": (0, Policy().padss_min - 1), "fit": (Policy().padss_min, 10)}


def test_a_missing_item_is_no_score() -> None:
    """Four observations are no judgement."""
    assert no_score(PADSS, 2, 2, 2, 2)
