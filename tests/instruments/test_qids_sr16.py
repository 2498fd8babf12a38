"""Is the QIDS-SR16 nine domains, each as high as its highest item?"""

from __future__ import annotations

from itertools import product

import pytest

from journey.instruments import SCORERS, Alarm, numbered
from journey.values import Instrument, RiskLevel
from tests.instruments.scored import bands, no_score, score, total

QIDS = Instrument.QIDS_SR16

DOMAINS = {
    "sleep": (1, 2, 3, 4),
    "mood": (5,),
    "appetite and weight": (6, 7, 8, 9),
    "concentration": (10,),
    "self-view": (11,),
    "suicide": (12,),
    "interest": (13,),
    "energy": (14,),
    "psychomotor": (15, 16),
}
"""The primary table, typed again."""


def naive(sheet: list[int]) -> int:
    """The total as one would reckon by hand."""
    sleep = max(sheet[0:4])
    appetite = max(sheet[5:9])
    slow_or_restless = max(sheet[14:16])
    return sleep + sheet[4] + appetite + sum(sheet[9:14]) + slow_or_restless


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("others", [0, 1, 3])
def test_every_combination_within_a_domain(domain: str, others: int) -> None:
    """All 4^k answers to the items of one domain, whatever the others are."""
    items = DOMAINS[domain]
    for values in product(range(4), repeat=len(items)):
        sheet = [others] * 16
        for item, value in zip(items, values, strict=True):
            sheet[item - 1] = value
        assert total(QIDS, *sheet) == naive(sheet) == 8 * others + max(values)


def test_every_combination_of_domains() -> None:
    """Every sheet in which the items of each domain are all 0, all 1 or all 3: the sum of the nine levels."""
    places = [item - 1 for items in DOMAINS.values() for item in items]
    owner = [index for index, items in enumerate(DOMAINS.values()) for _ in items]
    for levels in product((0, 1, 3), repeat=9):
        sheet = [0] * 16
        for place, index in zip(places, owner, strict=True):
            sheet[place] = levels[index]
        assert total(QIDS, *sheet) == sum(levels)


def test_the_bands() -> None:
    """As ids-qids.org prints them."""
    assert bands(QIDS) == {
        "none": (0, 5),
        "mild": (6, 10),
        "moderate": (11, 15),
        "severe": (16, 20),
        "very_severe": (21, 27),
    }


@pytest.mark.parametrize("left_out", [{6}, {7}, {8}, {9}, {6, 8}, {6, 9}, {7, 8}, {7, 9}])
def test_one_of_more_and_less_suffices(left_out: set[int]) -> None:
    """Appetite fell or rose, weight fell or rose: the form asks for one of each."""
    sheet = [None if item in left_out else 2 for item in range(1, 17)]
    assert (score(QIDS, *sheet).total, score(QIDS, *sheet).missing_n) == (18, 0)


@pytest.mark.parametrize("left_out", [*({item} for item in range(1, 17) if item not in {6, 7, 8, 9}), {6, 7}, {8, 9}])
def test_any_other_missing_answer_is_no_score(left_out: set[int]) -> None:
    """Also within a domain whose other items are answered: its highest might be the missing one."""
    sheet = [None if item in left_out else 1 for item in range(1, 17)]
    assert no_score(QIDS, *sheet)
    assert score(QIDS, *sheet).missing_n == 1


def test_nothing_answered() -> None:
    """Fourteen questions are open then."""
    assert no_score(QIDS)
    assert score(QIDS).missing_n == 14


@pytest.mark.parametrize(
    "answer, level", [(0, None), (1, RiskLevel.LOW), (2, RiskLevel.HIGH), (3, RiskLevel.HIGH), (None, None)]
)
def test_item_twelve_raises_a_risk(answer: int | None, level: RiskLevel | None) -> None:
    """From 2 it is high; 1 is taken as low."""
    found = SCORERS[QIDS].risk({"12": answer})
    assert found == (None if level is None else Alarm(level, "12", answer or 0))
    assert SCORERS[QIDS].unanswered({"12": answer}) == (("12",) if answer is None else ())


def test_no_other_item_raises_one() -> None:
    """All else at its highest."""
    assert SCORERS[QIDS].risk(numbered([0 if item == 12 else 3 for item in range(1, 17)])) is None
