"""Of appointments, is that offered next which the plan wants, and told what it is about?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from journey.commands import (
    BookAppointment,
    BookSeries,
    CancelAppointment,
    CheckInPatient,
    Command,
    ContactPatient,
    MissAppointment,
    RescheduleAppointment,
)
from journey.decisions import Step
from journey.decisions.next_steps import weighed_step
from journey.decisions.probes import PROBES
from journey.errors import Rule
from journey.events.schedule import AppointmentKind
from tests.decisions.states import (
    CONSULT,
    PLANNED,
    VISITS,
    booking,
    came_at,
    consented,
    morning,
    planned,
    referred,
    reinduced,
)
from tests.decisions.test_probes import now
from tests.given import HOUR, Given, named

OPENING = morning(3, 10) - HOUR
"""Eight o'clock on a Tuesday."""


def told(state: Given, kind: type[Command]) -> list[Step]:
    """What is said of each step of a kind, a minute later."""
    moment = now(state)
    return [weighed_step(moment, probe) for probe in PROBES[kind](moment)]


def approved(**changes: Any) -> Given:
    """A plan of three infusions was put in force, an hour before the site opens."""
    return came_at(consented(), OPENING - HOUR, replace(PLANNED, **({"infusions": 3} | changes)))


@pytest.mark.parametrize(
    "state, slots, single",
    [
        (referred(), [1], [{"kind": "infusion", "slot_no": 1}, {"kind": "consult"}]),
        (planned(), [1, 2, 3, 4, 5, 6], [{"kind": "infusion", "slot_no": 1}, {"kind": "review"}]),
        (
            planned().then_came(*map(booking, range(1, 5))),
            [5, 6],
            [{"kind": "infusion", "slot_no": 5}, {"kind": "review"}],
        ),
        (reinduced(), [1, 2], [{"kind": "infusion"}, {"kind": "review"}]),
    ],
    ids=["no plan yet", "planned", "four booked", "reinduced"],
)
def test_says_what_is_to_be_booked(state: Given, slots: list[int], single: list[dict[str, Any]]) -> None:
    """Of a series every slot that is open; of one infusion the first; in a reinduction that has none."""
    assert [it.about for it in told(state, BookSeries)] == [{"slots": slots}]
    assert [it.about for it in told(state, BookAppointment)] == single


@pytest.mark.parametrize("kind", [RescheduleAppointment, CancelAppointment, MissAppointment])
def test_says_which_appointment_it_is(kind: type[Command]) -> None:
    """The next one, and when it begins."""
    (said,) = told(planned().then_came(booking(2), booking(1)), kind)
    assert said.about == {"appointment_id": named("appointment 1"), "start": VISITS[0]}


def test_a_move_keeps_its_provider() -> None:
    """One who is not of this site stands in the way of it."""
    (said,) = told(planned().then_came(replace(booking(1), provider="provider-9")), RescheduleAppointment)
    assert said.missing == (Rule.UNKNOWN_RESOURCE,)


def test_a_call_about_a_follow_up_before_it_would_be_marked() -> None:
    """One about nothing is not."""
    outreach, about_it = told(
        planned().then_came(replace(booking(1), kind=AppointmentKind.FOLLOWUP, slot_no=None)), ContactPatient
    )
    assert (outreach.marks, about_it.marks) == ((), (Rule.OUT_OF_ORDER,))


def test_a_patient_is_expected_at_the_weight_of_last_time() -> None:
    """Be it far from most people's: no mark is told that the patient would not get."""
    heavy = referred().then_came(replace(CONSULT, weight_kg=Decimal(100)), PLANNED, booking(1))
    (said,) = told(heavy, CheckInPatient)
    assert said.marks == ()
