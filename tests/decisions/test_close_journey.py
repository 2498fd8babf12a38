"""May the journey end?"""

from __future__ import annotations

import pytest

from journey.commands import CloseJourney
from journey.errors import Rule
from journey.events import AppointmentCancelled, JourneyClosed
from journey.events.closing import ClosingReason
from journey.events.schedule import CancellationReason, Initiator
from journey.history import fold
from journey.phases import Phase
from journey.values import OutcomeClass
from tests.decisions.states import APPOINTMENT, booked, cleared, closed, deceased, infusing, maintained, referred
from tests.given import MINUTE, PRESCRIBER, Given

CLOSE = CloseJourney(reason=ClosingReason.COMPLETED, final_outcome=OutcomeClass.REMISSION)
CLOSED = JourneyClosed(reason=ClosingReason.COMPLETED, final_outcome=OutcomeClass.REMISSION)


@pytest.mark.parametrize("state", [referred(), maintained(), deceased()])
def test_ends_the_journey(state: Given) -> None:
    """With nobody in the clinic and nothing booked, a journey may end in every phase."""
    after = state.when(CLOSE, actor=PRESCRIBER).then(CLOSED)
    assert fold(after.log).phase is Phase.CLOSED


def test_is_refused_twice() -> None:
    """A journey ends once."""
    closed().when(CLOSE).then_refused(Rule.JOURNEY_CLOSED)


@pytest.mark.parametrize("state", [cleared(), infusing()])
def test_is_refused_with_a_session_open(state: Given) -> None:
    """While the patient is in the clinic, the journey goes on."""
    state.when(CLOSE).then_refused(Rule.SESSION_OPEN)


def test_is_refused_with_an_appointment_ahead() -> None:
    """A future appointment must be called off before; one that is past, or called off, is no bar."""
    booked().when(CLOSE).then_refused(Rule.APPOINTMENT_OPEN)
    (slot,) = fold(booked().log).appointments.values()
    booked().when(CLOSE, at=slot.end - MINUTE, recorded_at=slot.end).then_refused(Rule.APPOINTMENT_OPEN)
    booked().when(CLOSE, at=slot.end, recorded_at=slot.end).then(CLOSED)
    cancelled = AppointmentCancelled(
        appointment_ids=(APPOINTMENT,),
        initiator=Initiator.PATIENT,
        reason_code=CancellationReason.PATIENT,
        late=False,
    )
    booked().then_came(cancelled).when(CLOSE).then(CLOSED)
