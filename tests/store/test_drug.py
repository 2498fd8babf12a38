"""Do a session and its container say the same, in one commit, whoever else draws at the same moment?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from journey.clinic import Clinic
from journey.commands import AttestMovement, CorrectEntry, DispenseDose, ReceiveContainer, RecordCount
from journey.container import Container, folded
from journey.errors import Rule
from journey.events import ContainerDispensed, DiscrepancyOpened, DoseDispensed
from journey.events.container import Act
from journey.events.records import CorrectionKind, CorrectionReason
from journey.recorded import Actor
from journey.site import Site
from journey.store import codec
from journey.store.journeys import Outcome
from journey.store.keys import Keys
from journey.store.mapper import entry
from journey.store.opening import Store, open_store
from journey.store.request import Answer, Request, Status
from journey.values import Role
from tests.decisions.states import SESSION, VISITS, clearance, measured
from tests.given import MINUTE, RECEIVED, named
from tests.store.asking import request
from tests.store.conftest import Clock, Place, crossing

VIAL = named("vial of the store")
NILS = Actor(user="nils", role=Role.NURSE)
NOW = measured().now + 2 * MINUTE
JOURNEYS = [named(f"journey {number}") for number in range(1, 4)]


@pytest.fixture
def clock() -> Clock:
    """It is the minute after the clearance."""
    return Clock(now=NOW)


@pytest.fixture
def cleared(store: Store) -> Store:
    """Three patients are cleared, each in a journey of their own, and a container of 10 ml is there."""
    for journey_id in JOURNEYS:
        prev = None
        for it in measured().then_came(clearance()).log:
            stored = entry(replace(it, journey_id=journey_id, prev=prev))
            prev = codec.digest(stored.body)
            store.log.append([stored], [])
    assert store.journeys.execute(receive()).status is Status.ACCEPTED
    return store


def receive(volume_ml: Decimal = RECEIVED.volume_ml) -> Request:
    """A container comes."""
    command = ReceiveContainer(
        ndc=RECEIVED.ndc,
        lot=RECEIVED.lot,
        expires_on=RECEIVED.expires_on,
        conc_mg_per_ml=RECEIVED.conc_mg_per_ml,
        volume_ml=volume_ml,
        supplier=RECEIVED.supplier,
    )
    return request(command, journey_id=VIAL, at=VISITS[0])


def attest(name: str, ml: Decimal) -> Request:
    """A second person attests a draw."""
    command = AttestMovement(attestation_id=named(name), act=Act.DRAW, ml=ml, session_id=SESSION)
    return request(command, journey_id=VIAL, at=NOW, actor=NILS)


def draw(journey_id: UUID, ml: Decimal) -> Request:
    """Ask to draw for a journey's session."""
    command = DispenseDose(session_id=SESSION, container_id=VIAL, lot=RECEIVED.lot, volume_ml=ml)
    return request(command, journey_id=journey_id, at=NOW)


def vial(store: Store) -> Container:
    """The container, by its own log."""
    found = folded(store.log.history(VIAL))
    assert found is not None
    return found


def drawn_ml(store: Store) -> Decimal:
    """What was drawn by the logs of the journeys."""
    logs = [store.log.history(journey_id) for journey_id in JOURNEYS]
    return sum((it.event.volume_ml for log in logs for it in log if isinstance(it.event, DoseDispensed)), Decimal(0))


def test_both_are_one_commit(cleared: Store) -> None:
    """One command, two streams: each event follows the last of its own, and the container's comes of the journey's."""
    cleared.journeys.execute(attest("attestation", Decimal(1)))
    answer = cleared.journeys.execute(draw(JOURNEYS[0], Decimal(1)))
    log, ledger = cleared.log.history(JOURNEYS[0]), cleared.log.history(VIAL)
    assert isinstance(log[-1].event, DoseDispensed)
    assert isinstance(ledger[-1].event, ContainerDispensed)
    assert [it.version for it in ledger] == [1, 2, 3]
    assert (answer.first_version, answer.version, answer.event_ids) == (len(log), len(log), (log[-1].event_id,))
    assert (log[-1].causation_id, ledger[-1].causation_id) == (answer.command_id, log[-1].event_id)
    stored = cleared.log.stream(VIAL)
    assert ledger[-1].prev == codec.digest(stored[-2].body)
    assert answer.position == cleared.log.stream(JOURNEYS[0])[-1].position == stored[-1].position - 1


def test_a_draw_taken_back_leaves_a_discrepancy_in_the_same_commit(cleared: Store) -> None:
    """The container's ledger still has the draw, and says in its next entry that no session has it any more."""
    cleared.journeys.execute(attest("attestation", Decimal(1)))
    cleared.journeys.execute(draw(JOURNEYS[0], Decimal(1)))
    target = cleared.log.history(JOURNEYS[0])[-1]
    correction = CorrectEntry(
        target_event_id=target.event_id,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    answer = cleared.journeys.execute(request(correction, journey_id=JOURNEYS[0], at=NOW))
    log, ledger = cleared.log.history(JOURNEYS[0]), cleared.log.history(VIAL)
    assert (answer.status, answer.event_ids) == (Status.ACCEPTED, (log[-1].event_id,))
    opened = ledger[-1].event
    assert isinstance(opened, DiscrepancyOpened)
    assert (opened.session_id, opened.difference_mg, ledger[-1].causation_id) == (
        SESSION,
        Decimal(50),
        log[-1].event_id,
    )
    assert (vial(cleared).rest_ml, vial(cleared).open) == (Decimal(9), frozenset({opened.discrepancy_id}))


def test_a_draw_asked_again_draws_once(cleared: Store) -> None:
    """The first answer is given again, and nothing more is taken."""
    cleared.journeys.execute(attest("attestation", Decimal(1)))
    asked = draw(JOURNEYS[0], Decimal(1))
    first, again = cleared.journeys.execute(asked), cleared.journeys.execute(asked)
    assert again == replace(first, status=Status.DUPLICATE)
    assert vial(cleared).rest_ml == 10 - drawn_ml(cleared) == Decimal(9)
    assert cleared.clinic.container(VIAL) == vial(cleared)


def test_two_sessions_at_once_never_draw_more_than_there_is(cleared: Store) -> None:
    """Both have read 10 ml before either writes: one draws 6, and the other hears that the rest is too little."""
    for name in ("first", "second"):
        cleared.journeys.execute(attest(name, Decimal(6)))
    asked = [draw(journey_id, Decimal(6)) for journey_id in JOURNEYS[:2]]
    journeys = crossing(cleared, NOW)
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(journeys.execute, asked))
    assert sorted(it.code or "" for it in answers) == ["", Rule.CONTAINER_SHORT.value]
    assert (vial(cleared).rest_ml, drawn_ml(cleared)) == (Decimal(4), Decimal(6))


def test_concurrent_writers_leave_the_ledger_whole(cleared: Store, place: Place) -> None:
    """Three writers with a store of their own draw what they can: what both sides say is the same, and not below 0."""

    def writes(number: int) -> list[Outcome]:
        keys = place.keys()
        own = open_store(place.url, keys=keys, clinic=Clinic(), clock=lambda: NOW)
        asked = [it for turn in range(3) for it in (attest(f"{number} {turn}", ML), draw(JOURNEYS[number], ML))]
        try:
            return [own.journeys._executed(it) for it in asked]
        finally:
            own.close()
            keys.close()

    with ThreadPoolExecutor(3) as threads:
        answers = [it for some in threads.map(writes, range(3)) for it in some]
    codes = {it.code for it in answers if isinstance(it, Answer)}
    assert codes <= {None, Rule.CONTAINER_SHORT.value, Rule.NOT_VERIFIED.value}
    left = vial(cleared)
    assert left.rest_ml == 10 - drawn_ml(cleared) >= 0
    assert left.rest_ml < 10


ML = Decimal("1.5")


def test_a_batch_sees_what_it_has_made_of_a_container(cleared: Store) -> None:
    """In one transaction it is attested, drawn, and drawn once more in vain; a count comes after it."""
    asked = [
        attest("attestation", Decimal(6)),
        draw(JOURNEYS[0], Decimal(6)),
        attest("attestation 2", Decimal(6)),
        draw(JOURNEYS[1], Decimal(6)),
        request(RecordCount(counted_ml=Decimal(4)), journey_id=VIAL, at=NOW),
    ]
    answers = [it for it in cleared.journeys.execute_many(asked) if isinstance(it, Answer)]
    assert [it.code for it in answers] == [None, None, None, Rule.CONTAINER_SHORT.value, None]
    assert answers[-1].deviations == ()
    assert vial(cleared).open == frozenset()


@pytest.mark.usefixtures("cleared")
def test_another_sites_container_is_not_there(place: Place, keys: Keys) -> None:
    """Containers are a site's own: elsewhere nothing is drawn from it, and nothing told of it."""
    elsewhere = open_store(place.url, keys=keys, clinic=Clinic(site=Site(site_id="north")), clock=lambda: NOW)
    try:
        counted = request(RecordCount(counted_ml=Decimal(4)), journey_id=VIAL, at=NOW, site_id="north")
        assert elsewhere.journeys.execute(counted).code == Rule.UNKNOWN_JOURNEY.value
        assert elsewhere.clinic.container(VIAL) is None
    finally:
        elsewhere.close()
