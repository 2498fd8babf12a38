"""Is a discrepancy resolved by what somebody found?"""

from __future__ import annotations

from decimal import Decimal

from journey.commands import ResolveDiscrepancy
from journey.container import folded
from journey.errors import Rule
from journey.events import DiscrepancyOpened, DiscrepancyResolved
from journey.events.container import DiscrepancyKind, Finding
from tests.given import RECEIVED, Given, given, named

OPENED = DiscrepancyOpened(discrepancy_id=named("discrepancy"), kind=DiscrepancyKind.COUNT, difference_mg=Decimal(10))
RESOLVE = ResolveDiscrepancy(discrepancy_id=OPENED.discrepancy_id, finding=Finding.SPILLAGE)
RESOLVED = DiscrepancyResolved(discrepancy_id=OPENED.discrepancy_id, finding=Finding.SPILLAGE)


def test_it_is_open_no_more() -> None:
    """That it was opened stays in the ledger."""
    vial = folded(given(RECEIVED, OPENED).when(RESOLVE).then(RESOLVED).log)
    assert vial is not None
    assert (vial.open, list(vial.discrepancies)) == (frozenset(), [OPENED.discrepancy_id])


def test_what_was_resolved_before_is_marked() -> None:
    """Somebody looked again."""
    given(RECEIVED, OPENED, RESOLVED).when(RESOLVE).then_deviates(Rule.DISCREPANCY_NOT_OPEN)


def test_is_refused_of_what_is_not_there() -> None:
    """No such discrepancy, or no container."""
    given(RECEIVED).when(RESOLVE).then_refused(Rule.UNKNOWN_DISCREPANCY)
    Given().when(RESOLVE).then_refused(Rule.UNKNOWN_CONTAINER)
