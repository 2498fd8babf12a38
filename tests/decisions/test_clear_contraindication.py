"""May a contraindication be cleared, and does it stand again when that is over?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.commands import ClearContraindication, RecordContraindication
from journey.commands.records import Amendment
from journey.errors import Rule
from journey.events import ContraindicationCleared, ContraindicationRecorded
from journey.events.intake import (
    Contraindication,
    ContraindicationClass,
    ContraindicationStatus,
    Evidence,
)
from journey.events.screening import ClearingBasis
from journey.history import fold, stale_entries
from tests.decisions.states import closed, consulted, deceased, referred
from tests.decisions.test_correct_entry import corrected
from tests.given import DAY, MINUTE, PRESCRIBER, Given, named

NOTE = named("note")


def found(
    code: Contraindication = Contraindication.PREGNANCY,
    status: ContraindicationStatus = ContraindicationStatus.CONFIRMED,
) -> ContraindicationRecorded:
    """Something that speaks against ketamine."""
    return ContraindicationRecorded(
        code=code,
        contraindication_class=ContraindicationClass.ABSOLUTE,
        status=status,
        evidence=Evidence.LABORATORY,
    )


def of_last(state: Given, **said: object) -> ClearContraindication:
    """Ask to clear what was recorded last."""
    command = ClearContraindication(contraindication_id=state.log[-1].event_id, basis=ClearingBasis.RESOLVED)
    return replace(command, **said)  # type: ignore[arg-type]  # fields by name


def cleared(state: Given, days: int = 30) -> Given:
    """What was recorded last is cleared for so many days."""
    command = of_last(state, valid_until=state.now + MINUTE + days * DAY)
    return state.when(command, actor=PRESCRIBER, note_id=NOTE).then_deviates()


FOUND = consulted().then_came(found())


def test_clears_by_name_for_as_long_as_the_policy_says() -> None:
    """The event names the entry, what it spoke of, who cleared it, why, and until when."""
    days = FOUND.clinic.policy.clearing_valid_days
    FOUND.when(of_last(FOUND), actor=PRESCRIBER, note_id=NOTE).then(
        ContraindicationCleared(
            contraindication_id=FOUND.log[-1].event_id,
            code=Contraindication.PREGNANCY,
            by="pete",
            basis=ClearingBasis.RESOLVED,
            valid_until=FOUND.now + MINUTE + days * DAY,
        )
    )


def test_a_confirmed_one_that_lasts_is_not_cleared() -> None:
    """A haemorrhage in the history stays there; only a suspicion of it is cleared."""
    for status in ContraindicationStatus:
        state = consulted().then_came(found(Contraindication.INTRACEREBRAL_HAEMORRHAGE, status))
        outcome = state.when(of_last(state, basis=ClearingBasis.EXCLUDED), actor=PRESCRIBER, note_id=NOTE)
        if status is ContraindicationStatus.CONFIRMED:
            outcome.then_refused(Rule.CONTRAINDICATION_LASTS)
        else:
            outcome.then_deviates()


@pytest.mark.parametrize("days, refused", [(180, None), (181, Rule.VALID_UNTIL_TOO_FAR), (0, Rule.END_BEFORE_START)])
def test_is_cleared_for_a_time(days: int, refused: Rule | None) -> None:
    """Not for longer than the policy says, and not for a time that is over."""
    command = of_last(FOUND, valid_until=FOUND.now + MINUTE + days * DAY)
    outcome = FOUND.when(command, actor=PRESCRIBER, note_id=NOTE)
    if refused is None:
        outcome.then_deviates()
    else:
        outcome.then_refused(refused)


def test_the_last_clearing_holds() -> None:
    """Cleared again, the later word counts: for longer or for shorter."""
    state = cleared(FOUND)
    again = ClearContraindication(
        contraindication_id=FOUND.log[-1].event_id, basis=ClearingBasis.SPECIALIST, valid_until=state.now + DAY
    )
    shorter = state.when(again, actor=PRESCRIBER, note_id=NOTE).then_deviates()
    assert fold(shorter.log).standing_contraindications(state.now + 2 * DAY)


def test_a_correction_to_another_code_is_not_cleared() -> None:
    """Cleared was what the entry said then: a correction of it makes the clearing stale, and it stands again."""
    state = cleared(FOUND)
    target = FOUND.log[-1]
    data = RecordContraindication(
        code=Contraindication.ACTIVE_MANIA, status=ContraindicationStatus.CONFIRMED, evidence=Evidence.EXAMINATION
    )
    amended = state.when(
        corrected(target.event_id, Amendment(type="ContraindicationRecorded", at=target.at, data=data, stated={}))
    ).then_deviates()
    journey = fold(amended.log)
    assert set(journey.standing_contraindications(amended.now)) == {target.event_id}
    assert [type(entry.event) for entry in stale_entries(amended.log)] == [ContraindicationCleared]


def test_needs_a_note() -> None:
    """The rationale is kept in the vault."""
    FOUND.when(of_last(FOUND), actor=PRESCRIBER).then_refused(Rule.NOTE_REQUIRED)


def test_unknown_contraindication_is_refused() -> None:
    """What was never recorded is not cleared."""
    command = ClearContraindication(contraindication_id=named("another"), basis=ClearingBasis.EXCLUDED)
    referred().when(command, actor=PRESCRIBER, note_id=NOTE).then_refused(Rule.UNKNOWN_CONTRAINDICATION)


def test_is_refused_after_the_end() -> None:
    """Nothing that leads to treatment is allowed in a closed journey, or after death."""
    for state, rule in ((closed(), Rule.JOURNEY_CLOSED), (deceased(), Rule.PATIENT_DECEASED)):
        after = state.then_came(found())
        after.when(of_last(after), actor=PRESCRIBER, note_id=NOTE).then_refused(rule)
