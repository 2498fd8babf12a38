"""Is a screening recorded whatever it found, and held for as long as it holds?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from journey.commands import CompleteScreening
from journey.errors import Rule
from journey.events import ScreeningCompleted
from journey.events.screening import ScreeningKind, ScreeningResult
from tests.decisions.states import closed, consulted
from tests.given import DAY, HOUR, MINUTE, Given

STATE = consulted()


def complete(
    kind: ScreeningKind = ScreeningKind.HCG,
    result: ScreeningResult = ScreeningResult.NEGATIVE,
    *,
    before: timedelta = HOUR,
    state: Given = STATE,
) -> CompleteScreening:
    """Tell a result of so long before now."""
    return CompleteScreening(kind=kind, result=result, performed_at=state.now - before)


def told(command: CompleteScreening) -> ScreeningCompleted:
    """What is recorded of it."""
    event = STATE.when(command).event
    assert isinstance(event, ScreeningCompleted)
    return event


def test_records_what_was_found() -> None:
    """Kind, result, value with its unit, and when it was done."""
    command = replace(complete(ScreeningKind.RENAL), value=Decimal("92.5"), unit="mL/min")
    STATE.when(command).then(
        ScreeningCompleted(
            kind=ScreeningKind.RENAL,
            result=ScreeningResult.NEGATIVE,
            value=Decimal("92.5"),
            unit="mL/min",
            performed_at=command.performed_at,
            valid_until=command.performed_at + STATE.clinic.policy.screening_valid_days * DAY,
        )
    )


@pytest.mark.parametrize("kind", ScreeningKind)
def test_holds_for_the_policys_days(kind: ScreeningKind) -> None:
    """Without a date it holds from the test on for the policy's days: a pregnancy test for fewer."""
    policy = STATE.clinic.policy
    days = policy.hcg_valid_days if kind is ScreeningKind.HCG else policy.screening_valid_days
    command = complete(kind)
    assert told(command).valid_until == command.performed_at + days * DAY


def test_holds_for_no_longer_than_the_policy_says() -> None:
    """A shorter time is kept; a longer one is cut to the policy's days, and marked."""
    command = complete()
    shorter, longer = (replace(command, valid_until=command.performed_at + days * DAY) for days in (3, 8))
    assert told(shorter).valid_until == shorter.valid_until
    STATE.when(longer).then_deviates(Rule.VALID_UNTIL_TOO_FAR)
    assert told(longer).valid_until == command.performed_at + 7 * DAY


@pytest.mark.parametrize("kind", ScreeningKind)
@pytest.mark.parametrize("result", ScreeningResult)
def test_a_positive_test_is_marked(kind: ScreeningKind, result: ScreeningResult) -> None:
    """Pregnancy or drugs found are a task for somebody; nothing that was found is refused."""
    marked = result is ScreeningResult.POSITIVE and kind in {ScreeningKind.HCG, ScreeningKind.UDS}
    STATE.when(complete(kind, result)).then_deviates(*([Rule.SCREENING_POSITIVE] if marked else []))


def test_is_done_before_it_is_told() -> None:
    """A test can't lie after the entry; one of that very moment may be told."""
    STATE.when(complete(before=-MINUTE)).then_deviates()
    STATE.when(complete(before=-2 * MINUTE)).then_refused(Rule.PERFORMED_IN_FUTURE)


def test_ends_after_it_begins() -> None:
    """A result that holds for no time is none."""
    command = complete()
    STATE.when(replace(command, valid_until=command.performed_at)).then_refused(Rule.END_BEFORE_START)


def test_is_heard_after_the_end() -> None:
    """A result that comes late is recorded, and marked."""
    state = closed()
    state.when(complete(state=state)).then_deviates(Rule.JOURNEY_CLOSED)
