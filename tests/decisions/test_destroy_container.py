"""Is a container gone once it was destroyed, and does a second person attest it?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journey.commands import DestroyContainer
from journey.container import folded
from journey.errors import Rule
from journey.events import ContainerDestroyed, DiscrepancyOpened, MovementAttested
from journey.events.container import Act, DiscrepancyKind
from journey.events.drug import WasteMethod
from tests.given import MINUTE, RECEIVED, Given, given, named

DESTROY = DestroyContainer(ml=Decimal(10), method=WasteMethod.REVERSE_DISTRIBUTOR)
SEEN = MovementAttested(attestation_id=named("attestation"), act=Act.DESTRUCTION, ml=Decimal(10), attested_by="nils")
DESTROYED = ContainerDestroyed(
    ml=Decimal(10),
    method=WasteMethod.REVERSE_DISTRIBUTOR,
    witnessed_by="nils",
    attestation_id=SEEN.attestation_id,
    rest_ml=Decimal(0),
)


def test_it_is_gone_with_what_was_in_it() -> None:
    """In front of somebody else; the attestation is used up."""
    vial = folded(given(RECEIVED, SEEN).when(DESTROY).then(DESTROYED).log)
    assert vial is not None
    assert (vial.gone, vial.rest_ml, vial.attestations) == (True, Decimal(0), {})


def test_without_a_witness_it_is_marked() -> None:
    """Nobody, oneself, long ago, or of another volume."""
    for seen in ((), (replace(SEEN, attested_by="nora"),), (replace(SEEN, ml=Decimal(9)),)):
        given(RECEIVED, *seen).when(DESTROY).then_deviates(Rule.NOT_WITNESSED)
    given(RECEIVED, SEEN).later(20 * MINUTE).when(DESTROY).then_deviates(Rule.NOT_WITNESSED)


def test_a_difference_opens_a_discrepancy() -> None:
    """Less was destroyed than there was."""
    state = given(RECEIVED, replace(SEEN, ml=Decimal(7)))
    outcome = state.when(replace(DESTROY, ml=Decimal(7)))
    opened = outcome.facts[1].event
    assert isinstance(opened, DiscrepancyOpened)
    assert (opened.kind, opened.difference_mg) == (DiscrepancyKind.CONTAINER, Decimal(150))
    outcome.then_deviates(Rule.REST_DIFFERS)


def test_what_is_gone_goes_only_once() -> None:
    """It is recorded, and marked."""
    state = given(RECEIVED, SEEN, DESTROYED, replace(SEEN, attestation_id=named("attestation 2")))
    state.when(DESTROY).then_deviates(Rule.CONTAINER_GONE, Rule.REST_DIFFERS)


def test_is_refused_where_there_is_no_container() -> None:
    """Nothing was received."""
    Given().when(DESTROY).then_refused(Rule.UNKNOWN_CONTAINER)
