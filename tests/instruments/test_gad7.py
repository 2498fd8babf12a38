"""Is the GAD-7 scored as a public vector says?"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

from journey.instruments import SCORERS, numbered
from journey.values import Instrument
from tests.instruments.scored import band, bands, no_score, score, total

GAD7 = Instrument.GAD7


def test_the_public_vector() -> None:
    """awell-score: 7, mild."""
    assert total(GAD7, 3, 0, 1, 2, 0, 0, 1) == 7
    assert band(GAD7, 7) == "mild"


def test_the_bands() -> None:
    """Fifteen is severe."""
    assert bands(GAD7) == {"minimal": (0, 4), "mild": (5, 9), "moderate": (10, 14), "severe": (15, 21)}


def test_every_answer_sheet_is_the_sum() -> None:
    """All 4^7 of them."""
    assert all(total(GAD7, *sheet) == sum(sheet) for sheet in product(range(4), repeat=7))


def test_missing_items() -> None:
    """Two are replaced by the mean of the others, three are no score."""
    assert score(GAD7, 2, 2, 2, 2, 1, None, None).total_prorated == Decimal("12.60")
    assert no_score(GAD7, 2, 2, 2, 2, None, None, None)


def test_it_does_not_ask_about_suicide() -> None:
    """No risk, and nothing unanswered about it."""
    scorer = SCORERS[GAD7]
    assert scorer.risk(numbered([3] * 7)) is None
    assert (scorer.suicide_items, scorer.unanswered({})) == ((), ())
