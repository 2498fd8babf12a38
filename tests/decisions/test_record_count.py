"""Is what was counted what there is from then on, and a difference a discrepancy at once?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from journey.commands import RecordCount
from journey.container import folded
from journey.errors import Rule
from journey.events import ContainerTransferredOut, CountRecorded, DiscrepancyOpened
from journey.events.container import DiscrepancyKind
from tests.given import RECEIVED, Given, given


def test_a_count_that_is_right_says_no_more() -> None:
    """The ledger said so."""
    counted = CountRecorded(counted_ml=Decimal(10), expected_ml=Decimal(10), rest_ml=Decimal(10))
    given(RECEIVED).when(RecordCount(counted_ml=Decimal(10))).then(counted)


@pytest.mark.parametrize("counted, missing_mg", [("9.6", "20"), ("10.2", "-10")])
def test_a_difference_opens_a_discrepancy(counted: str, missing_mg: str) -> None:
    """Too little or too much: from then on there is what was counted."""
    outcome = given(RECEIVED).when(RecordCount(counted_ml=Decimal(counted)))
    opened = outcome.facts[1].event
    assert isinstance(opened, DiscrepancyOpened)
    assert (opened.kind, opened.difference_mg) == (DiscrepancyKind.COUNT, Decimal(missing_mg))
    assert opened.discrepancy_id.version == 5  # the command's own, at every retry
    vial = folded(outcome.then_deviates(Rule.COUNT_DIFFERS).log)
    assert vial is not None
    assert (vial.rest_ml, set(vial.open)) == (Decimal(counted), {opened.discrepancy_id})


def test_of_a_container_that_is_gone_it_is_marked() -> None:
    """Somebody found it again."""
    gone = given(RECEIVED, ContainerTransferredOut(ml=Decimal(10), to="distributor-1", rest_ml=Decimal(0)))
    gone.when(RecordCount(counted_ml=Decimal(10))).then_deviates(Rule.CONTAINER_GONE, Rule.COUNT_DIFFERS)


def test_is_refused_where_there_is_no_container() -> None:
    """Nothing was received."""
    Given().when(RecordCount(counted_ml=Decimal(10))).then_refused(Rule.UNKNOWN_CONTAINER)
