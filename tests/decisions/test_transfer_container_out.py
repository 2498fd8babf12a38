"""Is a container gone once it was given to somebody else, with what was in it?"""

from __future__ import annotations

from decimal import Decimal

from journey.commands import TransferContainerOut
from journey.container import folded
from journey.errors import Rule
from journey.events import ContainerTransferredOut, DiscrepancyOpened
from journey.events.container import DiscrepancyKind
from tests.given import RECEIVED, Given, given

ALL = TransferContainerOut(ml=Decimal(10), to="distributor-1")
GONE = ContainerTransferredOut(ml=Decimal(10), to="distributor-1", rest_ml=Decimal(0))


def test_it_is_gone_with_what_was_in_it() -> None:
    """Nothing is left of it by its ledger."""
    vial = folded(given(RECEIVED).when(ALL).then(GONE).log)
    assert vial is not None
    assert (vial.gone, vial.rest_ml, vial.open) == (True, Decimal(0), frozenset())


def test_a_difference_opens_a_discrepancy() -> None:
    """More or less went than there was."""
    outcome = given(RECEIVED).when(TransferContainerOut(ml=Decimal(8), to="distributor-1"))
    opened = outcome.facts[1].event
    assert isinstance(opened, DiscrepancyOpened)
    assert (opened.kind, opened.difference_mg) == (DiscrepancyKind.CONTAINER, Decimal(100))
    outcome.then_deviates(Rule.REST_DIFFERS)


def test_what_is_gone_goes_only_once() -> None:
    """It is recorded, and marked."""
    given(RECEIVED, GONE).when(ALL).then_deviates(Rule.CONTAINER_GONE, Rule.REST_DIFFERS)


def test_is_refused_where_there_is_no_container() -> None:
    """Nothing was received."""
    Given().when(ALL).then_refused(Rule.UNKNOWN_CONTAINER)
