"""Does a sum of items keep its rules whatever its items are? Those of an instrument that nobody has."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from journey.instruments import SCORERS, Score, numbered
from journey.instruments.sum import Sum
from journey.values import Instrument

OTHER_WAY_ROUND = Sum(
    about=SCORERS[Instrument.PHQ9].about,
    values={"1": range(4), "2": range(6)},
    bands=((0, "low"), (5, "high")),
    inverse=frozenset({"2"}),
)


@pytest.mark.parametrize("answers, total", [((0, 5), 0), ((0, 0), 5), ((3, 0), 8), ((1, 2), 4)])
def test_an_inverse_item_counts_from_its_highest_answer(answers: tuple[int, int], total: int) -> None:
    """Its highest answer is 0, and 0 is as much as its highest."""
    assert OTHER_WAY_ROUND.score(numbered(answers)).total == total


def test_nothing_is_prorated_unless_a_rule_says_so() -> None:
    """One of two is missing: no score, unless one may be."""
    assert OTHER_WAY_ROUND.score({"1": 3}) == Score(missing_n=1, evaluable=False)
    lenient = replace(OTHER_WAY_ROUND, missing_max=1)
    assert lenient.score({"1": 3}) == Score(total_prorated=Decimal("6.00"), missing_n=1, evaluable=True)


def test_an_item_about_suicide_raises_what_its_levels_say() -> None:
    """Without any it raises nothing, and is asked for all the same."""
    asking = replace(OTHER_WAY_ROUND, suicide_item="1")
    assert (asking.suicide_items, asking.unanswered({"2": 5})) == (("1",), ("1",))
    assert asking.risk(numbered((3, 5))) is None


def test_what_asks_nothing_about_suicide_raises_nothing() -> None:
    """Nor is an answer to it missing, nor is anything said besides."""
    assert (OTHER_WAY_ROUND.suicide_items, OTHER_WAY_ROUND.risk(numbered((3, 5)))) == ((), None)
    assert (OTHER_WAY_ROUND.unanswered({}), OTHER_WAY_ROUND.findings({})) == ((), ())
