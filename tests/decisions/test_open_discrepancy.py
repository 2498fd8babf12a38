"""Can it be said of a container, and of a session, that the drug does not balance?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from journey.commands import OpenDiscrepancy
from journey.container import folded
from journey.errors import Rule
from journey.events import DiscrepancyOpened
from journey.events.container import DiscrepancyKind
from tests.given import RECEIVED, Given, given, named

OPEN = OpenDiscrepancy(discrepancy_id=named("discrepancy"), difference_mg=Decimal(10))


@pytest.mark.parametrize(
    "session, kind", [(None, DiscrepancyKind.CONTAINER), (named("session 1"), DiscrepancyKind.SESSION)]
)
def test_it_is_open_until_it_is_resolved(session: UUID | None, kind: DiscrepancyKind) -> None:
    """Of the container itself, or of a session that drew from it."""
    command = replace(OPEN, session_id=session)
    opened = DiscrepancyOpened(
        discrepancy_id=OPEN.discrepancy_id, kind=kind, difference_mg=Decimal(10), session_id=command.session_id
    )
    vial = folded(given(RECEIVED).when(command).then(opened).log)
    assert vial is not None
    assert vial.open == {OPEN.discrepancy_id}
    assert vial.has_discrepancy_of(named("session 1")) is (session is not None)


def test_an_id_is_used_once() -> None:
    """A discrepancy is opened once."""
    given(RECEIVED).when(OPEN).then_deviates().when(OPEN).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_where_there_is_no_container() -> None:
    """Nothing was received."""
    Given().when(OPEN).then_refused(Rule.UNKNOWN_CONTAINER)
