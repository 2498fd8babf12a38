"""Is a consult recorded, and a slip in the weight caught where it is made?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journey.commands import CompleteConsult
from journey.errors import Rule
from tests.decisions.states import CONSULT, closed, deceased, referred

COMPLETE = CompleteConsult(
    clinician_id=CONSULT.clinician_id,
    age_years=CONSULT.age_years,
    pregnancy_possible=CONSULT.pregnancy_possible,
    height_cm=CONSULT.height_cm,
    weight_kg=CONSULT.weight_kg,
    weight_kg_repeated=CONSULT.weight_kg,
    psychosis_hx=CONSULT.psychosis_hx,
    sud_hx=CONSULT.sud_hx,
)


def test_records_the_consult() -> None:
    """The consult is stored as told, the weight once."""
    referred().when(COMPLETE).then(CONSULT)


def test_refuses_two_weights() -> None:
    """Two entries of the weight that differ are a slip, and refused."""
    slip = replace(COMPLETE, weight_kg_repeated=Decimal("7.0"))
    referred().when(slip).then_refused(Rule.WEIGHT_ENTRIES_DIFFER)


def test_marks_a_weight_typed_once() -> None:
    """A weight that was not typed again is stored and marked."""
    once = replace(COMPLETE, weight_kg_repeated=None)
    referred().when(once).then(CONSULT, deviations=[Rule.WEIGHT_NOT_REPEATED])


def test_marks_a_weight_that_does_not_go_with_the_height() -> None:
    """The limits of the body-mass index are within; beyond them somebody has slipped."""
    for weight_kg, height_cm, marked in (("112.5", 150, 0), ("112.6", 150, 1), ("27", 150, 0), ("26.9", 150, 1)):
        weight = Decimal(weight_kg)
        command = replace(COMPLETE, weight_kg=weight, weight_kg_repeated=weight, height_cm=Decimal(height_cm))
        referred().when(command).then_deviates(*[Rule.WEIGHT_IMPLAUSIBLE] * marked)


def test_marks_a_consult_after_the_end() -> None:
    """A consult reported of a closed journey is stored and marked."""
    closed().when(COMPLETE).then_deviates(Rule.JOURNEY_CLOSED)


def test_marks_a_consult_after_death() -> None:
    """A consult on a day after the recorded death is stored and marked."""
    deceased().when(COMPLETE).then_deviates(Rule.AFTER_DEATH)
