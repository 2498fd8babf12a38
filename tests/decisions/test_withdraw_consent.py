"""Can consent be taken back at any time?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from journey.commands import WithdrawConsent
from journey.errors import Rule
from journey.events.plan import ConsentKind, ConsentParty, WithdrawalEffect
from journey.history import fold
from journey.values import LateReason
from tests.decisions.states import CONSENT, CONSENTED, WITHDRAWN, closed, consented, infusing, maintained
from tests.given import HOUR, MINUTE, START, Given, named

WITHDRAW = WithdrawConsent(
    consent_id=CONSENT, withdrawn_by=ConsentParty.PATIENT, effect=WithdrawalEffect.STOP_TREATMENT
)


@pytest.mark.parametrize("state", [consented(), infusing(), maintained(), closed()])
def test_is_accepted_in_every_phase(state: Given) -> None:
    """Before, during and after treatment a withdrawal is stored, unmarked, and ends the consent."""
    after = state.when(WITHDRAW).then(WITHDRAWN)
    assert not fold(after.log).consent_in_force(after.now)


def test_is_refused_of_an_unknown_consent() -> None:
    """What was never given can't be taken back."""
    unknown = replace(WITHDRAW, consent_id=named("another consent"))
    consented().when(unknown).then_refused(Rule.UNKNOWN_CONSENT)


def test_marks_a_second_withdrawal() -> None:
    """A withdrawal of a consent withdrawn before is stored and marked."""
    consented().then_came(WITHDRAWN).when(WITHDRAW).then_deviates(Rule.CONSENT_ALREADY_WITHDRAWN)


def test_marks_a_withdrawal_that_an_infusion_ran_against() -> None:
    """Heard of only after the start, it is stored and marked; not so where another consent was in force."""
    state, began = infusing(), infusing().now
    late: dict[str, Any] = {"at": began - MINUTE, "recorded_at": began + HOUR, "reason": LateReason.WORKLOAD}
    state.when(WITHDRAW, **late).then_deviates(Rule.CONSENT_NOT_IN_FORCE)
    state.when(WITHDRAW, **late | {"at": began + MINUTE}).then_deviates()
    again = replace(CONSENTED, consent_id=named("consent 2"))
    state.then_came(again).when(WITHDRAW, **late).then_deviates()
    state.then_came(replace(again, kind=ConsentKind.OFF_LABEL)).when(
        replace(WITHDRAW, consent_id=again.consent_id), **late
    ).then_deviates()


def test_marks_a_withdrawal_before_the_signature() -> None:
    """A withdrawal dated before the signature is stored and marked."""
    state = consented()
    state.when(WITHDRAW, at=START - MINUTE, recorded_at=START + MINUTE).then_deviates(Rule.OUT_OF_ORDER)


def test_the_moment_of_the_signature_is_not_before_it() -> None:
    """Taken back as it was signed, it is stored unmarked."""
    consented().when(WITHDRAW, at=START, recorded_at=START + MINUTE).then_deviates()


def test_marks_a_withdrawal_of_the_very_moment_of_a_start() -> None:
    """An infusion that was started as consent was taken back ran against it."""
    state = infusing()
    told = state.when(WITHDRAW, at=state.now, recorded_at=state.now)
    told.then_deviates(Rule.CONSENT_NOT_IN_FORCE)
