"""What comes of a call to the patient?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.commands import ContactPatient
from journey.errors import Rule
from journey.events import PatientContacted
from journey.events.schedule import ContactPurpose
from journey.history import fold
from tests.decisions.states import VISITS, booked, closed, discharged, referred
from tests.given import DAY, FRONT_DESK, MINUTE, NURSE, Given, named

FIRST = named("appointment 1")
CALL = ContactPatient(purpose=ContactPurpose.FOLLOW_UP, appointment_id=FIRST, reached=True)
CALLED = PatientContacted(purpose=ContactPurpose.FOLLOW_UP, appointment_id=FIRST, reached=True)


@pytest.mark.parametrize("purpose", ContactPurpose)
@pytest.mark.parametrize("reached", [True, False])
def test_says_why_and_whether_the_patient_was_reached(purpose: ContactPurpose, reached: bool) -> None:
    """The same fields are stored, by whoever called; nothing is decided on it."""
    state = discharged().later(DAY)
    for actor in (FRONT_DESK, NURSE):
        after = state.when(replace(CALL, purpose=purpose, reached=reached), actor=actor).then(
            replace(CALLED, purpose=purpose, reached=reached)
        )
        assert replace(fold(after.log), version=0) == replace(fold(state.log), version=0)


@pytest.mark.parametrize("state", [referred(), closed()])
def test_needs_no_appointment(state: Given) -> None:
    """It may be about none, at any time, after the journey's end, too."""
    state.when(replace(CALL, appointment_id=None)).then(replace(CALLED, appointment_id=None))


def test_unknown_appointment_is_refused() -> None:
    """The one that is named is known in this journey."""
    booked().when(replace(CALL, appointment_id=named("another"))).then_refused(Rule.UNKNOWN_APPOINTMENT)


def test_a_call_before_the_visit_is_marked() -> None:
    """Before it began there was nothing to call about."""
    booked().when(CALL, at=VISITS[0] - MINUTE).then(CALLED, deviations=[Rule.OUT_OF_ORDER])
    booked().when(CALL, at=VISITS[0]).then(CALLED)
