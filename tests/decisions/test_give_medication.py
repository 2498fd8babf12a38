"""Is a drug beside the infusion recorded, whoever ordered it?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journey.commands import GiveMedication
from journey.errors import Rule
from journey.events import DeathRecorded, MedicationGiven
from journey.events.closing import Informant
from journey.events.drug import DoseUnit, MedicationIndication, MedicationRoute
from journey.history import fold
from tests.decisions.states import SESSION, VISITS, checked_in, discharged, infusing, withheld
from tests.given import DAY, MINUTE, NURSE, PRESCRIBER, named

GIVE = GiveMedication(
    session_id=SESSION,
    rxnorm="26225",
    dose=Decimal(4),
    unit=DoseUnit.MILLIGRAM,
    route=MedicationRoute.INTRAVENOUS,
    indication=MedicationIndication.NAUSEA,
    ordered_by="pete",
    given_by="nora",
)
GIVEN = MedicationGiven(
    session_id=SESSION,
    rxnorm="26225",
    dose=Decimal(4),
    unit=DoseUnit.MILLIGRAM,
    route=MedicationRoute.INTRAVENOUS,
    indication=MedicationIndication.NAUSEA,
    ordered_by="pete",
    given_by="nora",
)


def test_records_the_drug_and_changes_nothing_else() -> None:
    """What was given is stored as told; the session goes on as it was."""
    before = infusing()
    after = before.when(GIVE).then(GIVEN)
    assert fold(after.log).sessions == fold(before.log).sessions


def test_marks_an_order_of_ones_own() -> None:
    """A nurse does not order; a prescriber does, for themselves too."""
    infusing().when(replace(GIVE, ordered_by=NURSE.user)).then_deviates(Rule.ORDER_NEEDS_PRESCRIBER)
    infusing().when(GIVE, actor=PRESCRIBER).then_deviates()


def test_marks_a_drug_outside_the_session() -> None:
    """Dated before the check-in or after the session was over, it is stored and marked."""
    early = checked_in().when(GIVE, at=VISITS[0] - MINUTE, recorded_at=VISITS[0])
    early.then_deviates(Rule.OUT_OF_ORDER)
    withheld().when(GIVE).then_deviates(Rule.SESSION_ENDED)


def test_marks_a_drug_given_to_a_patient_who_had_died() -> None:
    """Dated after the day of death, it is stored and marked."""
    died = discharged().then_came(DeathRecorded(died_on=VISITS[0].date(), informant=Informant.FAMILY))
    died.when(GIVE, at=died.now + 2 * DAY).then_deviates(Rule.AFTER_DEATH, Rule.SESSION_ENDED)


def test_is_refused_of_an_unknown_session() -> None:
    """A drug is given in a session."""
    infusing().when(replace(GIVE, session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)
