"""Is a response rule read from a clinic's text whole, or refused with all that is wrong with it?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from journey.response import PHQ9_LE5, RULES, Anchor, Comparator, ResponseRule
from journey.response_text import KNOWN, READ, WANTED, UnsoundRule, rule_kept, rule_of
from journey.values import Instrument

LEAST = {
    "id": "madrs-le12",
    "instrument": "madrs",
    "remission": "le",
    "remission_threshold": 12,
    "source": "a paper",
}


def test_what_is_left_out_is_as_usual() -> None:
    """Five fields make a rule."""
    assert rule_of(LEAST) == ResponseRule(
        id="madrs-le12",
        instrument=Instrument.MADRS,
        remission=Comparator.AT_MOST,
        remission_threshold=Decimal(12),
        source="a paper",
    )


def test_every_field_can_be_said() -> None:
    """And is read."""
    every: dict[str, Any] = {
        **LEAST,
        "response_pct_min": Decimal("40.5"),
        "partial_pct_min": 20,
        "baseline_days_max": 28,
        "after_infusion_days_max": 3,
        "endpoint_days_min": 35,
        "endpoint_days_max": 49,
        "endpoint_from": "first_infusion",
        "worse_points_min": 6,
        "response_points_min": 10,
    }
    rule = rule_of(every)
    assert set(every) == set(KNOWN) == set(READ) == set(WANTED)
    assert (rule.response_pct_min, rule.partial_pct_min) == (Decimal("40.5"), Decimal(20))
    assert (rule.baseline_days_max, rule.after_infusion_days_max) == (28, 3)
    assert (rule.endpoint_days_min, rule.endpoint_days_max, rule.endpoint_from) == (35, 49, Anchor.FIRST)


@pytest.mark.parametrize("rule", [*RULES.values(), rule_of(LEAST)], ids=lambda it: it.id)
def test_what_is_kept_reads_back(rule: ResponseRule) -> None:
    """Text and back is the same rule, of the same digest; what is built in is sound itself."""
    assert rule_kept(rule.as_text()) == rule
    assert rule_of(rule.as_text()) == rule
    assert rule_kept(rule.as_text()).digest == rule.digest


def test_a_number_has_one_text() -> None:
    """50.0 % and 50 % are one rule, not two versions of it."""
    assert rule_of({**LEAST, "response_pct_min": Decimal("50.0")}).digest == rule_of(LEAST).digest


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"id": "Not An Id"}, "id must be"),
        ({"id": 5}, "id must be"),
        ({"instrument": "cssrs"}, "one with a total"),
        ({"instrument": "hamd"}, "instrument must be one of phq9"),
        ({"remission": "<"}, "remission must be one of lt, le"),
        ({"remission_threshold": 61}, "above the highest total, 60"),
        ({"remission_threshold": -1}, "remission_threshold must be"),
        ({"remission_threshold": "NaN"}, "remission_threshold must be"),
        ({"response_pct_min": 101}, "response_pct_min must be"),
        ({"response_pct_min": "33.333"}, "response_pct_min must be"),
        ({"partial_pct_min": 51}, "partial_pct_min is above"),
        ({"endpoint_days_min": 32}, "endpoint_days_min is above"),
        ({"endpoint_days_max": 4000}, "endpoint_days_max must be"),
        ({"baseline_days_max": "1.5"}, "baseline_days_max must be"),
        ({"endpoint_from": "consult"}, "endpoint_from must be one of last_infusion, first_infusion"),
        ({"worse_points_min": -1}, "worse_points_min must be"),
        ({"worse_points_min": 61}, "worse_points_min is above the highest total, 60"),
        ({"response_points_min": 61}, "response_points_min is above the highest total, 60"),
        ({"source": "  "}, "source must be"),
        ({"source": "a\nb"}, "source must be"),
        ({"window": 3}, "a rule has no window"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, Any], said: str) -> None:
    """In words, with the field."""
    with pytest.raises(UnsoundRule, match=said):
        rule_of({**LEAST, **changed})


def test_all_that_is_wrong_is_said_at_once() -> None:
    """Not one after the other."""
    with pytest.raises(UnsoundRule) as fault:
        rule_of({"id": "x", "instrument": "hamd", "colour": "red"})
    for part in ("no colour", "instrument must be", "remission is missing", "remission_threshold is missing", "source"):
        assert part in str(fault.value)


def test_digests_of_old_rules_stand() -> None:
    """What was stamped on reviews before a field came is found by the same digest after."""
    assert RULES["phq9-lt5"].digest == "755ee4f97531947bb50f9be18f67c61ffd322137041304386279eb3abaabe03a"
    assert PHQ9_LE5.digest == "b4637eb0fb2ac90c31feeb251a770d928316e23bc2d311dcadc47d427d284172"
