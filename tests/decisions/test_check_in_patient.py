"""Does a check-in open a session whatever speaks against it?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journey.commands import CheckInPatient
from journey.errors import Rule
from journey.events.schedule import AppointmentKind
from journey.events.session import Identifier
from journey.history import fold
from journey.state import Stage
from tests.decisions.states import (
    RIDE,
    SESSION,
    SWITCHED,
    VISITS,
    WEIGHT_KG,
    booked,
    booking,
    came_at,
    check_in,
    checked_in,
    closed,
    deceased,
    discharged,
    morning,
    paused,
    planned,
    withholding,
)
from tests.given import named


def arrive(number: int = 1) -> CheckInPatient:
    """Say that the patient came for the n-th infusion."""
    return CheckInPatient(
        session_id=named(f"session {number}"),
        appointment_id=named(f"appointment {number}"),
        identifiers_checked=(Identifier.NAME, Identifier.DATE_OF_BIRTH),
        weight_kg=WEIGHT_KG,
        ride=RIDE,
    )


ARRIVE = arrive()


def test_opens_a_session() -> None:
    """The check-in is stored as told, and a session is open."""
    after = booked().when(ARRIVE).then(check_in())
    assert fold(after.log).sessions[SESSION].stage is Stage.CHECKED_IN


def test_is_refused_under_a_used_id() -> None:
    """An id names one session."""
    checked_in().when(ARRIVE).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_of_an_unknown_appointment() -> None:
    """The patient comes for something that was booked."""
    booked().when(arrive(2)).then_refused(Rule.UNKNOWN_APPOINTMENT)


def test_marks_an_appointment_that_was_not_open() -> None:
    """Coming a second time for the same appointment is stored and marked."""
    again = replace(ARRIVE, session_id=named("session 2"))
    discharged().when(again).then_deviates(Rule.NOT_BOOKED)


def test_marks_another_session_still_open() -> None:
    """Two open sessions of a patient are stored, the second marked."""
    checked_in().then_came(booking(2)).when(arrive(2)).then_deviates(Rule.OTHER_SESSION_OPEN)


def test_marks_a_visit_that_is_not_for_an_infusion() -> None:
    """A session opened for a consult or review is stored and marked: nothing was booked to be infused."""
    review = replace(booking(1), kind=AppointmentKind.REVIEW)
    planned().then_came(review).when(ARRIVE).then_deviates(Rule.NOT_FOR_INFUSION)


def test_marks_too_few_identifiers() -> None:
    """One kind of identifier, were it checked twice, is stored and marked."""
    once = replace(ARRIVE, identifiers_checked=(Identifier.NAME, Identifier.NAME))
    booked().when(once).then_deviates(Rule.IDENTIFIERS_TOO_FEW)


def test_marks_a_jump_in_weight() -> None:
    """Exactly the policy's percentage is no jump, a hundred grams more is; up and down."""
    state = booked()
    share = Decimal(state.clinic.policy.weight_jump_pct) / 100
    for limit, beyond in ((1 + share, Decimal("0.1")), (1 - share, Decimal("-0.1"))):
        state.when(replace(ARRIVE, weight_kg=WEIGHT_KG * limit)).then_deviates()
        state.when(replace(ARRIVE, weight_kg=WEIGHT_KG * limit + beyond)).then_deviates(Rule.WEIGHT_JUMP)


def test_a_jump_measured_twice_is_none() -> None:
    """A second measurement that agrees takes the mark away, up to the policy's percentage; another is marked."""
    twice = replace(ARRIVE, weight_kg=Decimal(91), weight_kg_repeated=Decimal(90))
    after = booked().when(twice).then_deviates()
    assert fold(after.log).sessions[SESSION].checked_in.weight_kg_repeated == Decimal(90)
    too_far = replace(twice, weight_kg=Decimal("91.1"), weight_kg_repeated=Decimal("91.1"))
    booked().when(too_far).then_deviates(Rule.WEIGHT_JUMP)
    differing = replace(twice, weight_kg_repeated=Decimal("89.9"))
    booked().when(differing).then_deviates(Rule.WEIGHT_JUMP, Rule.WEIGHT_ENTRIES_DIFFER)


def test_a_weight_that_nobody_was_cleared_for_is_no_measure() -> None:
    """After a visit that came to nothing the next weight is held against the one before it."""
    state = came_at(booked(), VISITS[0], check_in(weight_kg=Decimal(100)), withholding()).then_came(booking(2))
    at = {"at": VISITS[1], "recorded_at": VISITS[1]}
    state.when(replace(arrive(2), weight_kg=Decimal(100)), **at).then_deviates(Rule.WEIGHT_JUMP)
    state.when(arrive(2), **at).then_deviates()


def test_marks_a_visit_after_the_end() -> None:
    """A patient who comes though the journey is closed, or death recorded, is stored and marked."""
    closed().then_came(booking(7, morning(4, 20))).when(arrive(7)).then_deviates(Rule.JOURNEY_CLOSED)
    deceased().then_came(booking(7, morning(4, 20))).when(arrive(7)).then_deviates(Rule.AFTER_DEATH)


def test_a_patient_may_come_while_the_journey_rests() -> None:
    """The visit is stored, with the mark."""
    rests = paused(state=booked)
    rests.when(arrive(1)).then_deviates(Rule.JOURNEY_PAUSED)


def test_a_patient_may_come_after_a_switch() -> None:
    """The visit is stored, with the mark."""
    booked().then_came(SWITCHED).when(arrive(1)).then_deviates(Rule.MODALITY_SWITCHED)
