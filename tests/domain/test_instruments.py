"""Are the questionnaires scored as their authors and public vectors say?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey.instruments import SCORERS
from journey.values import Instrument

PHQ9, GAD7 = SCORERS[Instrument.PHQ9], SCORERS[Instrument.GAD7]


def answers(*values: int | None) -> dict[str, int | None]:
    """Answers by item number."""
    return {str(number): value for number, value in enumerate(values, start=1)}


def test_the_phq9_vector() -> None:
    """A public vector: 10, moderate."""
    score = PHQ9.score(answers(3, 0, 1, 2, 0, 0, 1, 0, 3))
    assert (score.total, score.total_prorated, score.missing_n) == (10, None, 0)
    assert PHQ9.band(Decimal(10)) == "moderate"


def test_the_gad7_vector() -> None:
    """A public vector: 7, mild."""
    assert GAD7.score(answers(3, 0, 1, 2, 0, 0, 1)).total == 7
    assert GAD7.band(Decimal(7)) == "mild"


@pytest.mark.parametrize(
    "total, band",
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (19, "moderately_severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_the_bands_of_the_phq9(total: int, band: str) -> None:
    """Every band begins and ends where Kroenke 2001 puts it."""
    assert PHQ9.band(Decimal(total)) == band


@pytest.mark.parametrize("total, band", [(4, "minimal"), (5, "mild"), (10, "moderate"), (15, "severe"), (21, "severe")])
def test_the_bands_of_the_gad7(total: int, band: str) -> None:
    """Fifteen is severe."""
    assert GAD7.band(Decimal(total)) == band


def test_up_to_two_missing_items_are_replaced_by_the_mean() -> None:
    """Seven answers summing to 7 stand for 9; the total is prorated and never a whole one."""
    score = PHQ9.score(answers(1, 1, 1, 1, 1, 1, 1, None, None))
    assert (score.total, score.total_prorated, score.missing_n) == (None, Decimal("9.00"), 2)
    assert PHQ9.score(answers(1, 1, 1, 1, 1, 1, 1, 2, None)).total_prorated == Decimal("10.13")


def test_more_missing_items_are_no_score() -> None:
    """With three unanswered there is neither total; an absent item is unanswered."""
    score = PHQ9.score(answers(3, 3, 3, 3, 3, 3))
    assert (score.total, score.total_prorated, score.missing_n, score.evaluable) == (None, None, 3, False)


VALUES = st.lists(st.none() | st.integers(0, 3), min_size=9, max_size=9)


@given(VALUES)
def test_a_score_lies_in_the_range(values: list[int | None]) -> None:
    """Whole or prorated, a score is between 0 and 27, and exactly one of the two or none is there."""
    score = PHQ9.score(answers(*values))
    assert score.missing_n == values.count(None)
    assert score.evaluable is (score.missing_n <= 2)
    assert not (score.total is not None and score.total_prorated is not None)
    whole = Decimal(score.total) if score.total is not None else score.total_prorated
    assert whole is None or 0 <= whole <= 27


@given(st.lists(st.integers(0, 3), min_size=9, max_size=9), st.integers(0, 8))
def test_a_worse_answer_never_lowers_the_score(values: list[int], item: int) -> None:
    """The score rises with each of its items."""
    worse = [min(value + 1, 3) if index == item else value for index, value in enumerate(values)]
    before, after = PHQ9.score(answers(*values)).total, PHQ9.score(answers(*worse)).total
    assert before is not None
    assert after is not None
    assert before <= after
