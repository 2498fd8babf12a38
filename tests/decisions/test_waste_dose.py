"""Is what was left over recorded as it was wasted, whoever saw it and however much it was?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from journey.commands import WasteDose
from journey.errors import Rule
from journey.events import ContainerWasted, DiscrepancyOpened, MovementAttested
from journey.events.container import Act, DiscrepancyKind
from journey.events.drug import WasteMethod
from journey.history import fold
from journey.recorded import Fact
from tests.decisions.states import (
    SESSION,
    aborted,
    checked_in,
    cleared,
    discharge,
    draw,
    recovering,
    waste,
    withholding,
)
from tests.given import JOURNEY, MINUTE, VIAL, Given, named

HALF = aborted(ml_infused=Decimal(25))
"""The pump was stopped with half of the 35 mg in: 17.5 mg are left, 25 ml of them in the syringe."""

WASTE = WasteDose(
    session_id=SESSION,
    container_id=VIAL,
    ml=Decimal(25),
    conc_mg_per_ml=Decimal("0.7"),
    method=WasteMethod.SEQUESTRATION_DEVICE,
)
SEEN = MovementAttested(
    attestation_id=named("attestation"), act=Act.WASTE, ml=WASTE.ml, session_id=SESSION, attested_by="nils"
)
WASTED = waste("25", conc_mg_per_ml=Decimal("0.7"))


def to_waste(state: Given = HALF) -> Given:
    """The state once a second person has attested the waste."""
    return state.then_moved(VIAL, SEEN)


def test_journey_and_container_say_so_together() -> None:
    """The container is as full as before: what was wasted had left it. The session balances."""
    outcome = to_waste().when(WASTE)
    ledger = ContainerWasted(
        journey_id=JOURNEY,
        session_id=SESSION,
        mg=Decimal("17.5"),
        witnessed_by="nils",
        attestation_id=SEEN.attestation_id,
        rest_ml=Decimal(10),
    )
    assert outcome.facts == [Fact(WASTED), Fact(ledger, stream=VIAL)]
    after = outcome.then_deviates()
    assert fold(after.log).sessions[SESSION].left_mg == 0
    vial = after.container(VIAL)
    assert vial is not None
    assert vial.attestations == {}


def test_is_as_it_was_in_the_container_if_nothing_is_said() -> None:
    """What is left in the vial's own concentration."""
    state = cleared()
    event = state.when(replace(WASTE, ml=Decimal("0.2"), conc_mg_per_ml=None)).event
    assert event == replace(waste("0.2"), witnessed_by=None)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(replace(SEEN, attested_by="nora"), id="by whoever wastes"),
        pytest.param(replace(SEEN, ml=Decimal(24)), id="of another volume"),
        pytest.param(replace(SEEN, act=Act.DRAW), id="of a draw"),
    ],
)
def test_without_a_witness_it_is_marked(seen: MovementAttested) -> None:
    """It has happened; that nobody else saw exactly this is said."""
    outcome = HALF.then_moved(VIAL, seen).when(WASTE)
    assert outcome.event == replace(WASTED, witnessed_by=None)
    outcome.then_deviates(Rule.NOT_WITNESSED)


def test_more_than_was_left_opens_a_discrepancy() -> None:
    """It is not refused: the mark says so, and the container's ledger has a discrepancy of the session at once."""
    seen = replace(SEEN, ml=Decimal(30))
    outcome = HALF.then_moved(VIAL, seen).when(replace(WASTE, ml=Decimal(30)))
    _, ledger, opened = outcome.facts
    assert isinstance(ledger.event, ContainerWasted)
    assert isinstance(opened.event, DiscrepancyOpened)
    assert (opened.stream, opened.event.session_id, opened.event.kind) == (VIAL, SESSION, DiscrepancyKind.SESSION)
    assert opened.event.difference_mg == Decimal("-3.5")
    after = outcome.then_deviates(Rule.WASTE_OVER_BALANCE)
    vial = after.container(VIAL)
    assert vial is not None
    assert vial.open == {opened.event.discrepancy_id}


def test_what_devices_may_be_out_is_no_discrepancy() -> None:
    """2 % of what went in and 2 % of what was wasted: 0.7 mg of 17.5 and 17.5."""
    for ml, marks in (("26", ()), ("26.1", (Rule.WASTE_OVER_BALANCE,))):
        seen = replace(SEEN, ml=Decimal(ml))
        HALF.then_moved(VIAL, seen).when(replace(WASTE, ml=Decimal(ml))).then_deviates(*marks)


def test_nothing_was_drawn_and_something_wasted() -> None:
    """It is recorded, and does not balance."""
    to_waste(checked_in()).when(WASTE).then_deviates(Rule.WASTE_OVER_BALANCE)


def test_what_is_told_of_another_time_is_marked() -> None:
    """Before the patient came; that they have left since, or were not infused at all, is usual."""
    for state in (HALF.then_came(discharge()), cleared().then_came(withholding())):
        to_waste(state).when(WASTE, at=state.now + 10 * MINUTE).then_deviates()
    early = to_waste()
    came = fold(early.log).sessions[SESSION].checked_in_at
    early.when(WASTE, at=came - MINUTE, recorded_at=early.now).then_deviates(Rule.OUT_OF_ORDER, Rule.NOT_WITNESSED)
    early.when(WASTE, at=came, recorded_at=early.now).then_deviates(Rule.NOT_WITNESSED)


def test_is_refused_of_what_is_not_there() -> None:
    """There is no such session, or no such container."""
    recovering().when(replace(WASTE, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)
    recovering().when(replace(WASTE, container_id=named("another"))).then_refused(Rule.UNKNOWN_CONTAINER)


def test_what_was_wasted_before_counts() -> None:
    """Each of two wastes is less than was left, together they are more: the second one does not balance."""
    first, second = (replace(WASTE, ml=Decimal(20)) for _ in range(2))
    seen = replace(SEEN, ml=Decimal(20))
    once = HALF.then_moved(VIAL, seen).when(first).then_deviates()
    once.then_moved(VIAL, replace(seen, attestation_id=named("again"))).when(second).then_deviates(
        Rule.WASTE_OVER_BALANCE
    )


def test_just_as_much_as_devices_may_be_out_is_no_discrepancy() -> None:
    """49 mg drawn, 17.5 in and 32.5 wasted: 1 mg too much, and 2 % of the 50 are 1 mg."""
    more = HALF.then_came(draw(volume_ml=Decimal("0.28")))
    for ml, marks in (("0.65", ()), ("0.651", (Rule.WASTE_OVER_BALANCE,))):
        seen = replace(SEEN, ml=Decimal(ml))
        waste_ = replace(WASTE, ml=Decimal(ml), conc_mg_per_ml=None)
        more.then_moved(VIAL, seen).when(waste_).then_deviates(*marks)


def test_a_discrepancy_has_an_id_of_its_own() -> None:
    """The same at every retry, so that it is opened once."""
    over = HALF.then_moved(VIAL, replace(SEEN, ml=Decimal(30)))
    first, again = (over.when(replace(WASTE, ml=Decimal(30))).facts[2].event for _ in range(2))
    assert isinstance(first, DiscrepancyOpened)
    assert isinstance(first.discrepancy_id, UUID)
    assert first == again
