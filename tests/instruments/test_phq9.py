"""Is the PHQ-9 scored as its authors, the NHS and a public vector say?"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.instruments import SCORERS, Alarm, numbered
from journey.values import Instrument, RiskLevel
from tests.instruments.scored import band, bands, no_score, score, total

PHQ9 = Instrument.PHQ9


def test_the_public_vector() -> None:
    """awell-score: 10, moderate."""
    assert total(PHQ9, 3, 0, 1, 2, 0, 0, 1, 0, 3) == 10
    assert band(PHQ9, 10) == "moderate"


def test_the_bands() -> None:
    """Every band begins and ends where Kroenke 2001 puts it."""
    assert bands(PHQ9) == {
        "minimal": (0, 4),
        "mild": (5, 9),
        "moderate": (10, 14),
        "moderately_severe": (15, 19),
        "severe": (20, 27),
    }


def test_a_prorated_total_has_a_band() -> None:
    """9.99 is still mild: nothing is rounded up into a band."""
    scorer = SCORERS[PHQ9]
    assert (scorer.band(Decimal("9.99"), {}), scorer.band(Decimal("10.00"), {})) == ("mild", "moderate")
    assert scorer.band(None, {}) is None


def test_up_to_two_missing_items_are_replaced_by_the_mean() -> None:
    """Seven answers summing to 7 stand for 9; the total is prorated and never a whole one."""
    found = score(PHQ9, 1, 1, 1, 1, 1, 1, 1, None, None)
    assert (found.total, found.total_prorated, found.missing_n) == (None, Decimal("9.00"), 2)
    assert score(PHQ9, 1, 1, 1, 1, 1, 1, 1, 2, None).total_prorated == Decimal("10.13")


def test_more_missing_items_are_no_score() -> None:
    """With three unanswered there is neither total; an absent item is unanswered."""
    assert no_score(PHQ9, 3, 3, 3, 3, 3, 3)
    assert score(PHQ9, 3, 3, 3, 3, 3, 3).missing_n == 3


@pytest.mark.parametrize("answer, level", [(1, RiskLevel.LOW), (2, RiskLevel.MODERATE), (3, RiskLevel.HIGH)])
def test_item_nine_raises_a_risk_by_its_answer(answer: int, level: RiskLevel) -> None:
    """Whatever else was answered, or nothing."""
    assert SCORERS[PHQ9].risk({"9": answer}) == Alarm(level, "9", answer)
    assert SCORERS[PHQ9].risk(numbered([0, 0, 0, 0, 0, 0, 0, 0, answer])) == Alarm(level, "9", answer)


def test_no_other_item_raises_one() -> None:
    """Nor does a 0; without an answer it is said to be unanswered."""
    scorer = SCORERS[PHQ9]
    assert scorer.risk(numbered([3, 3, 3, 3, 3, 3, 3, 3, 0])) is None
    assert scorer.risk(numbered([3] * 8)) is None
    assert (scorer.unanswered({}), scorer.unanswered({"9": 0})) == (("9",), ())


@given(st.lists(st.none() | st.integers(0, 3), min_size=9, max_size=9))
def test_a_score_lies_in_the_range(values: list[int | None]) -> None:
    """Whole or prorated, a score is between 0 and 27, and at most one of the two is there."""
    found = score(PHQ9, *values)
    assert found.missing_n == values.count(None)
    assert found.evaluable is (found.missing_n <= 2)
    assert (found.total is not None, found.total_prorated is not None) == (
        found.missing_n == 0,
        found.missing_n in {1, 2},
    )
    whole = Decimal(found.total) if found.total is not None else found.total_prorated
    assert whole is None or 0 <= whole <= 27


def test_every_answer_sheet_of_extremes_is_the_sum() -> None:
    """All 2^9 sheets of 0 and 3: the total is three times the threes."""
    for sheet in product((0, 3), repeat=9):
        assert total(PHQ9, *sheet) == 3 * sheet.count(3)
