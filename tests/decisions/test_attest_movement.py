"""Is what a second person saw recorded as theirs, and of exactly that?"""

from __future__ import annotations

from decimal import Decimal

from journey.commands import AttestMovement
from journey.container import folded
from journey.errors import Rule
from journey.events import ContainerTransferredOut, MovementAttested
from journey.events.container import Act
from journey.recorded import Actor
from journey.values import Role
from tests.given import PRESCRIBER, RECEIVED, Given, given, named

ATTEST = AttestMovement(
    attestation_id=named("attestation"), act=Act.DRAW, ml=Decimal("0.7"), session_id=named("session 1")
)


def test_it_is_theirs_who_is_signed_in() -> None:
    """No name is sent: whoever asks is who attests, and for whom an importer asks."""
    seen = MovementAttested(
        attestation_id=ATTEST.attestation_id,
        act=Act.DRAW,
        ml=Decimal("0.7"),
        session_id=ATTEST.session_id,
        attested_by="pete",
    )
    after = given(RECEIVED).when(ATTEST, actor=PRESCRIBER).then(seen)
    importer = Actor(user="import", role=Role.IMPORTER, on_behalf_of="pete", on_behalf_of_role=Role.PRESCRIBER)
    given(RECEIVED).when(ATTEST, actor=importer).then(seen)
    vial = folded(after.log)
    assert vial is not None
    assert [it.attested for it in vial.attestations.values()] == [seen]


def test_an_id_is_used_once() -> None:
    """Also after the attestation was used up."""
    given(RECEIVED).when(ATTEST).then_deviates().when(ATTEST).then_refused(Rule.DUPLICATE_ID)


def test_of_a_container_that_is_gone_it_is_marked() -> None:
    """It is recorded nevertheless."""
    gone = given(RECEIVED, ContainerTransferredOut(ml=Decimal(10), to="distributor-1", rest_ml=Decimal(0)))
    gone.when(ATTEST).then_deviates(Rule.CONTAINER_GONE)


def test_is_refused_where_there_is_no_container() -> None:
    """Nothing was received."""
    Given().when(ATTEST).then_refused(Rule.UNKNOWN_CONTAINER)
