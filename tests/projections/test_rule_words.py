"""Is a rule said whole beside what is counted under it?"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest

from journey.response import PHQ9_LE5_6WK, PHQ9_LT5, Anchor, Comparator, ResponseRule
from journey.values import Instrument
from projections.outcome import Scope
from projections.outcome.rule_words import said

OTHERS: dict[str, Any] = {
    "instrument": Instrument.GAD7,
    "response_pct_min": Decimal(40),
    "remission": Comparator.AT_MOST,
    "remission_threshold": Decimal(4),
    "baseline_days_max": 28,
    "after_infusion_days_max": 3,
    "endpoint_days_min": 7,
    "endpoint_days_max": 10,
    "endpoint_from": Anchor.FIRST,
    "worse_points_min": Decimal(4),
    "response_points_min": Decimal(10),
}
SILENT = {"id", "source", "partial_pct_min"}
"""What changes no rate."""


def test_the_words_are_those_of_the_figures() -> None:
    """Two rules of different windows are said differently."""
    assert "PHQ-9. Response: a fall of 50 % of the baseline or more. Remission: a score under 5," in said(PHQ9_LT5)
    assert "14 to 31 days after the end of the last infusion of the induction" in said(PHQ9_LT5)
    assert "a score of at most 5," in said(PHQ9_LE5_6WK)
    assert "35 to 49 days after the first infusion" in said(PHQ9_LE5_6WK)


@pytest.mark.parametrize("name", [it.name for it in fields(ResponseRule) if it.name not in SILENT])
def test_nothing_that_changes_a_rate_is_left_unsaid(name: str) -> None:
    """Another value of a field is another sentence."""
    assert said(replace(PHQ9_LT5, **{name: OTHERS[name]})) != said(PHQ9_LT5)


def test_it_stands_beside_every_answer_under_one_rule() -> None:
    """Told apart by rule each is said by its own command."""
    assert Scope(rule=PHQ9_LT5).definitions["rule"] == said(PHQ9_LT5)
    assert "journey rules show" in Scope(rule=PHQ9_LT5, per="rule").definitions["rule"]
