"""Is the drug drawn only for a cleared session, out of what the container holds, and in front of a second person?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from journey.commands import DispenseDose
from journey.errors import Rule
from journey.events import (
    ContainerDispensed,
    ContainerReceived,
    ContainerTransferredOut,
    DiscrepancyOpened,
    DoseDispensed,
    JourneyClosed,
    MovementAttested,
)
from journey.events.closing import ClosingReason
from journey.events.container import Act, DiscrepancyKind
from journey.events.session import Disposition
from journey.recorded import Fact
from journey.values import LateReason
from tests.decisions.states import (
    SESSION,
    SWITCHED,
    VISITS,
    WITHDRAWN,
    checked_in,
    clearance,
    discharge,
    draw,
    infusing,
    measured,
    paused,
)
from tests.given import DAY, JOURNEY, MINUTE, PRESCRIBER, RECEIVED, VIAL, Given, named

DRAW = DispenseDose(session_id=SESSION, container_id=VIAL, lot=RECEIVED.lot, volume_ml=Decimal("0.7"))
SEEN = MovementAttested(
    attestation_id=named("attestation"),
    act=Act.DRAW,
    ml=DRAW.volume_ml,
    session_id=SESSION,
    attested_by="nils",
)
TAKEN = ContainerDispensed(
    journey_id=JOURNEY,
    session_id=SESSION,
    volume_ml=DRAW.volume_ml,
    mg=Decimal(35),
    witnessed_by="nils",
    attestation_id=SEEN.attestation_id,
    rest_ml=Decimal("9.3"),
)


def attested(state: Given, seen: MovementAttested = SEEN) -> Given:
    """The state once a second person has attested the draw."""
    return state.then_moved(VIAL, seen)


def to_draw() -> Given:
    """The session is cleared, and a second person has attested the draw."""
    return attested(measured().then_came(clearance()))


def test_journey_and_container_say_so_together() -> None:
    """One decision: the session's event with what was read off the container, and the container's with its rest."""
    outcome = to_draw().when(DRAW)
    assert outcome.facts == [Fact(draw()), Fact(TAKEN, stream=VIAL)]
    after = outcome.then_deviates()
    vial = after.container(VIAL)
    assert vial is not None
    assert (vial.rest_ml, vial.attestations) == (Decimal("9.3"), {})


def test_all_that_is_left_may_be_drawn_and_no_more() -> None:
    """To the last drop."""
    for ml, refused in (("10", None), ("10.000001", Rule.CONTAINER_SHORT)):
        volume = Decimal(ml)
        state = attested(measured().then_came(clearance()), replace(SEEN, ml=volume))
        outcome = state.when(replace(DRAW, volume_ml=volume))
        if refused is None:
            outcome.then_deviates()
        else:
            outcome.then_refused(refused)


def holding(received: ContainerReceived) -> Given:
    """The dose is to be drawn from a container that was received so."""
    state = to_draw()
    first, *since = state.stock[VIAL]
    return replace(state, stock={VIAL: (replace(first, event=received), *since)})


def test_more_is_drawn_while_the_pump_runs() -> None:
    """Another syringe of the same session, as any other."""
    outcome = attested(infusing()).when(DRAW)
    assert isinstance(outcome.event, DoseDispensed)
    assert Rule.NOT_CLEARED not in outcome.facts[0].deviations


GONE = to_draw().then_moved(VIAL, ContainerTransferredOut(ml=Decimal(10), to="d-1", rest_ml=Decimal(0)))
EXPIRED = holding(replace(RECEIVED, expires_on=VISITS[0].date() - DAY))
DIED = to_draw().then_came(replace(discharge(), session_id=named("another"), disposition=Disposition.DIED))
BROKEN = [
    pytest.param(attested(checked_in()), DRAW, [Rule.NOT_CLEARED], id="not cleared"),
    pytest.param(to_draw().then_came(discharge()), DRAW, [Rule.NOT_CLEARED], id="gone home"),
    pytest.param(to_draw().then_came(WITHDRAWN), DRAW, [Rule.NO_CONSENT], id="consent withdrawn"),
    pytest.param(
        to_draw().then_came(JourneyClosed(reason=ClosingReason.OTHER)), DRAW, [Rule.JOURNEY_CLOSED], id="closed"
    ),
    pytest.param(DIED, DRAW, [Rule.PATIENT_DECEASED], id="patient died"),
    pytest.param(paused(state=to_draw), DRAW, [Rule.JOURNEY_PAUSED], id="paused"),
    pytest.param(to_draw().then_came(SWITCHED), DRAW, [Rule.MODALITY_SWITCHED], id="switched"),
    pytest.param(GONE, DRAW, [Rule.CONTAINER_GONE, Rule.CONTAINER_SHORT], id="container gone"),
    pytest.param(to_draw(), replace(DRAW, lot="K2602"), [Rule.LOT_DIFFERS], id="another lot"),
    pytest.param(EXPIRED, DRAW, [Rule.LOT_EXPIRED], id="expired"),
    pytest.param(
        to_draw(), replace(DRAW, volume_ml=Decimal(11)), [Rule.CONTAINER_SHORT, Rule.NOT_VERIFIED], id="short"
    ),
    pytest.param(measured().then_came(clearance()), DRAW, [Rule.NOT_VERIFIED], id="nobody attested"),
]


@pytest.mark.parametrize("state, command, rules", BROKEN)
def test_is_refused(state: Given, command: DispenseDose, rules: list[Rule]) -> None:
    """What speaks against it refuses it."""
    state.when(command).then_refused(rules[0])


@pytest.mark.parametrize("state, command, rules", BROKEN)
def test_is_stored_once_it_happened(state: Given, command: DispenseDose, rules: list[Rule]) -> None:
    """What would have refused it marks it, where it has happened already in a downtime."""
    told = state.when(replace(command, happened=True), reason=LateReason.DOWNTIME)
    told.then_deviates(*rules)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(replace(SEEN, attested_by="nora"), id="by whoever draws"),
        pytest.param(replace(SEEN, ml=Decimal("0.8")), id="of another volume"),
        pytest.param(replace(SEEN, session_id=named("session 2")), id="of another session"),
        pytest.param(replace(SEEN, act=Act.WASTE), id="of a waste"),
    ],
)
def test_needs_an_attestation_of_exactly_this(seen: MovementAttested) -> None:
    """By somebody else, of this volume for this session."""
    attested(measured().then_came(clearance()), seen).when(DRAW).then_refused(Rule.NOT_VERIFIED)


def test_an_attestation_is_used_up_and_grows_old() -> None:
    """It holds for one draw, and for a quarter of an hour."""
    to_draw().when(DRAW).then_deviates().when(DRAW).then_refused(Rule.NOT_VERIFIED)
    to_draw().later(14 * MINUTE).when(DRAW).then_deviates()
    to_draw().later(15 * MINUTE).when(DRAW).then_refused(Rule.NOT_VERIFIED)
    state = to_draw()
    state.when(DRAW, at=state.now - MINUTE, recorded_at=state.now).then_refused(Rule.NOT_VERIFIED)


def test_whoever_attests_may_be_who_is_named_nowhere() -> None:
    """Who drew is who is signed in: a prescriber's draw may be attested by the nurse."""
    state = attested(measured().then_came(clearance()), replace(SEEN, attested_by="nora"))
    event = state.when(DRAW, actor=PRESCRIBER).event
    assert event == replace(draw(), drawn_by="pete", verified_by="nora")


def test_more_than_there_was_opens_a_discrepancy() -> None:
    """What has happened is not refused: the ledger goes below zero, and says at once that it does not balance."""
    state = attested(measured().then_came(clearance()), replace(SEEN, ml=Decimal(12)))
    told = state.when(replace(DRAW, volume_ml=Decimal(12), happened=True), reason=LateReason.DOWNTIME)
    _, taken, opened = told.facts
    assert isinstance(taken.event, ContainerDispensed)
    assert taken.event.rest_ml == Decimal(-2)
    assert isinstance(opened.event, DiscrepancyOpened)
    assert (opened.stream, opened.event.kind) == (VIAL, DiscrepancyKind.CONTAINER)
    assert opened.event.difference_mg == Decimal(-100)
    told.then_deviates(Rule.CONTAINER_SHORT)


def test_is_refused_of_what_is_not_there() -> None:
    """Even what has happened, happened in a session and with a container."""
    for command, rule in (
        (replace(DRAW, session_id=named("another")), Rule.UNKNOWN_SESSION),
        (replace(DRAW, container_id=named("another")), Rule.UNKNOWN_CONTAINER),
    ):
        to_draw().when(replace(command, happened=True), reason=LateReason.DOWNTIME).then_refused(rule)


def test_the_last_day_itself_is_allowed() -> None:
    """By the clinic's own calendar."""
    today = to_draw().clinic.site.day(to_draw().now)
    holding(replace(RECEIVED, expires_on=today)).when(DRAW).then_deviates()
    holding(replace(RECEIVED, expires_on=today - DAY)).when(DRAW).then_refused(Rule.LOT_EXPIRED)
