"""Does every yes of the DAST-10 count but the third, and there a no?"""

from __future__ import annotations

from itertools import product

from journey.values import Instrument
from tests.instruments.scored import bands, no_score, total

DAST10 = Instrument.DAST10


def test_every_answer_sheet() -> None:
    """All 2^10, reckoned by hand."""
    for sheet in product((0, 1), repeat=10):
        by_hand = sum(sheet[:2]) + (0 if sheet[2] else 1) + sum(sheet[3:])
        assert total(DAST10, *sheet) == by_hand


def test_the_public_vector() -> None:
    """awell-score: 4, where the third was answered with no."""
    assert total(DAST10, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0) == 4


def test_nothing_but_no() -> None:
    """Who is not always able to stop has one point; who is, none."""
    assert total(DAST10, *[0] * 10) == 1
    assert total(DAST10, 0, 0, 1, *[0] * 7) == 0


def test_the_bands() -> None:
    """0, 1-2, 3-5, 6-8, 9-10."""
    assert bands(DAST10) == {
        "none": (0, 0),
        "low": (1, 2),
        "moderate": (3, 5),
        "substantial": (6, 8),
        "severe": (9, 10),
    }


def test_a_missing_answer_is_no_score() -> None:
    """A third item without an answer is not a no."""
    assert no_score(DAST10, 1, 1, None, 1, 1, 1, 1, 1, 1, 1)
