"""May another treatment take the place of the infusions, or stand beside them?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

import pytest

from journey.commands import ChangeModality
from journey.errors import Rule
from journey.events import ModalityChanged
from journey.events.course import ModalityMode, ModalityReason, OtherTreatment
from journey.history import fold
from tests.decisions.states import (
    PLANNED,
    SWITCHED,
    closed,
    deceased,
    eligible,
    infusing,
    maintained,
    measured,
    paused,
    planned,
    reviewed,
)
from tests.decisions.test_approve_treatment_plan import SECOND
from tests.decisions.test_clear_session import CLEAR
from tests.decisions.test_resume_journey import retraction
from tests.given import PRESCRIBER, Given, named

SWITCH = ChangeModality(to=OtherTreatment.ECT, mode=ModalityMode.SWITCH, reason=ModalityReason.NON_RESPONSE)
BESIDES = replace(SWITCH, to=OtherTreatment.TMS, mode=ModalityMode.ADJUNCT, referral_to=named("a clinic for TMS"))


@pytest.mark.parametrize("state", [planned, infusing, reviewed, maintained, paused])
def test_treatment_is_changed_under_a_plan(state: Callable[[], Given]) -> None:
    """From the plan on, also while the journey rests; the phase stays."""
    after = state().when(SWITCH, actor=PRESCRIBER).then(SWITCHED)
    assert fold(after.log).phase is fold(state().log).phase
    assert fold(after.log).switched


def test_needs_a_plan() -> None:
    """Before there is one, nothing can be changed: another treatment is then a journey that closes."""
    eligible().when(SWITCH, actor=PRESCRIBER).then_refused(Rule.NO_PLAN)


def test_an_adjunct_stops_nothing() -> None:
    """It stands beside the infusions, which go on; after a switch it does not bring them back."""
    event = ModalityChanged(**{field.name: getattr(BESIDES, field.name) for field in fields(BESIDES)})
    both = measured().when(BESIDES, actor=PRESCRIBER).then(event)
    both.when(CLEAR).then_deviates()
    assert fold(measured().then_came(SWITCHED, event).log).switched


def test_a_plan_approved_anew_brings_the_infusions_back() -> None:
    """What a switch refuses is allowed under the next revision of the plan."""
    back = planned().then_came(SWITCHED).when(SECOND, actor=PRESCRIBER).then_deviates()
    assert not fold(back.log).switched


def test_is_refused_after_the_end() -> None:
    """Neither in a closed journey nor for the dead."""
    closed().when(SWITCH, actor=PRESCRIBER).then_refused(Rule.JOURNEY_CLOSED)
    deceased().when(SWITCH, actor=PRESCRIBER).then_refused(Rule.PATIENT_DECEASED)


def test_a_retracted_switch_never_was() -> None:
    """The infusions go on; and with the plan retracted, a switch is stale."""
    switched = planned().then_came(SWITCHED)
    gone = switched.when(retraction(switched.log[-1].event_id), actor=PRESCRIBER).then_deviates()
    assert not fold(gone.log).switched
    (plan,) = (it.event_id for it in switched.log if it.event == PLANNED)
    without = switched.when(retraction(plan), actor=PRESCRIBER).then_deviates()
    assert fold(without.log).stale == {switched.log[-1].event_id}
