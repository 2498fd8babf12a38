"""Is 180 lb, entered as kilograms, caught wherever it is entered, before a dose is counted by it?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journey.commands import ClearSession, StartInfusion
from journey.errors import Rule
from journey.events.session import CheckId
from journey.history import fold
from tests.decisions.states import (
    CONSULT,
    SESSION,
    VISITS,
    booked,
    booking,
    came_at,
    check_in,
    clearance,
    consulted,
    reading,
    referred,
    withholding,
)
from tests.decisions.test_check_in_patient import ARRIVE
from tests.decisions.test_complete_consult import COMPLETE
from tests.given import MINUTE, PRESCRIBER, Given, named

KG, LB = Decimal("81.6"), Decimal(180)
RIGHT, WRONG = replace(CONSULT, weight_kg=KG), replace(CONSULT, weight_kg=LB)
CLEAR = ClearSession(session_id=SESSION)
ALL = ClearSession(session_id=SESSION, overrides=(CheckId.WEIGHT, CheckId.BODY_MASS))


def arrived(consult: object, weight_kg: Decimal, *, twice: bool) -> Given:
    """The patient came, and was weighed once or twice alike."""
    came = replace(check_in(weight_kg=weight_kg), weight_kg_repeated=weight_kg if twice else None)
    return came_at(booked().then_came(consult), VISITS[0], came, reading())  # type: ignore[arg-type]  # a consult


def test_at_the_consult() -> None:
    """Typed once in pounds it is refused; twice, it does not go with the height, and is marked."""
    slip = replace(COMPLETE, weight_kg=LB, weight_kg_repeated=KG)
    referred().when(slip).then_refused(Rule.WEIGHT_ENTRIES_DIFFER)
    twice = replace(COMPLETE, weight_kg=LB, weight_kg_repeated=LB)
    consulted().when(twice).then_deviates(Rule.WEIGHT_IMPLAUSIBLE)


def test_at_the_visit() -> None:
    """After a right consult it is marked, and neither cleared, nor weighed twice, nor set aside unweighed."""
    booked().then_came(RIGHT).when(replace(ARRIVE, weight_kg=LB)).then_deviates(Rule.WEIGHT_JUMP)
    once, twice = (arrived(RIGHT, LB, twice=twice) for twice in (False, True))
    once.when(CLEAR).then_refused(Rule.WEIGHT_NOT_REPEATED)
    once.when(ALL, actor=PRESCRIBER, note_id=named("note")).then_refused(Rule.WEIGHT_NOT_REPEATED)
    twice.when(CLEAR).then_refused(Rule.WEIGHT_JUMP)


def test_at_two_visits_in_a_row() -> None:
    """The first came to nothing: the second is held against the consult still."""
    first = arrived(RIGHT, LB, twice=True).then_came(withholding(), booking(2))
    second = came_at(first, VISITS[1], check_in(2, weight_kg=LB), reading(2))
    second.when(ClearSession(session_id=named("session 2"))).then_refused(Rule.WEIGHT_NOT_REPEATED)


def test_at_the_consult_and_found_at_the_visit() -> None:
    """The right weight is as far from the wrong one: somebody looks, and corrects the consult."""
    for twice, rule in ((False, Rule.WEIGHT_NOT_REPEATED), (True, Rule.WEIGHT_JUMP)):
        arrived(WRONG, KG, twice=twice).when(CLEAR).then_refused(rule)


def test_at_the_consult_and_at_the_visit() -> None:
    """Pounds throughout: each agrees with the other, and none with the height."""
    arrived(WRONG, LB, twice=True).when(CLEAR).then_refused(Rule.WEIGHT_IMPLAUSIBLE)


def test_at_the_pump() -> None:
    """Were all of it set aside: the right dose is not that of the weight, and the highest one is over the ceiling."""
    state = arrived(WRONG, LB, twice=True).then_came(replace(clearance(), weight_kg=LB))
    start = StartInfusion(
        session_id=SESSION,
        dose_mg=KG / 2,
        conc_mg_per_ml=Decimal(1),
        total_ml=KG / 2,
        rate_ml_h=KG / 2 * 60 / 40,
        pump_id="pump-1",
    )
    state.when(start).then_refused(Rule.DOSE_DIFFERS)
    plan = fold(state.log).plan
    assert plan is not None
    highest = replace(plan, dose_mg_per_kg=state.clinic.policy.dose_mg_per_kg_max)
    dose = LB * highest.dose_mg_per_kg
    above = replace(start, dose_mg=dose, total_ml=dose, rate_ml_h=dose * 60 / 40)
    state.then_came(highest).later(MINUTE).when(above).then_refused(Rule.DOSE_TOO_HIGH)
