"""Is a consult, a review or a follow-up kept by what is done at it, and is that what is next for it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from journey.errors import Rule
from journey.events import AppointmentBooked, AppointmentMissed, Event, PatientContacted
from journey.events.schedule import AppointmentKind, ContactPurpose
from journey.history import fold
from journey.state import AppointmentStatus
from tests.decisions.states import (
    CONSULT,
    REFERRAL,
    REVIEW_DAY,
    REVIEWED,
    came_at,
    endpoint_taken,
    induced,
    reviewed,
)
from tests.decisions.test_miss_appointment import MISS
from tests.decisions.test_onward import ahead, said
from tests.given import DAY, FRONT_DESK, HOUR, MINUTE, NURSE, PRESCRIBER, Given, given, named
from tests.projections.due import standing
from tests.projections.test_schedule_due import corrected

VISIT = named("visit")
CALLED = PatientContacted(purpose=ContactPurpose.FOLLOW_UP, appointment_id=VISIT, reached=True)


def visit(kind: AppointmentKind, start: datetime, name: str = "visit") -> AppointmentBooked:
    """An appointment that is for no infusion."""
    return AppointmentBooked(appointment_id=named(name), kind=kind, start=start, end=start + HOUR)


def for_a_consult() -> Given:
    """A consult is booked for the day after the referral."""
    state = given(REFERRAL)
    return state.then_came(visit(AppointmentKind.CONSULT, state.now + DAY))


def for_a_review() -> Given:
    """A review is booked for an hour after the score is taken."""
    return endpoint_taken().then_came(visit(AppointmentKind.REVIEW, REVIEW_DAY + HOUR))


def for_a_follow_up() -> Given:
    """A follow-up is booked for the day after the review."""
    return reviewed().then_came(visit(AppointmentKind.FOLLOWUP, REVIEW_DAY + DAY))


def status(state: Given, name: str = "visit") -> AppointmentStatus:
    """What became of it."""
    return fold(state.log).appointments[named(name)].status


def starts(state: Given) -> datetime:
    """When it is to begin."""
    return fold(state.log).appointments[VISIT].start


HELD = pytest.mark.parametrize(
    "state, event, step",
    [
        (for_a_consult(), CONSULT, "CompleteConsult"),
        (for_a_review(), REVIEWED, "AssessResponse"),
        (for_a_follow_up(), CALLED, "ContactPatient"),
    ],
    ids=["consult", "review", "follow-up"],
)


@HELD
def test_is_kept_by_what_is_done_at_it(state: Given, event: Event, step: str) -> None:
    """It is next for whoever may; once done, nobody has missed it, and nothing is next."""
    start = starts(state)
    begun = state.later(start - state.now)
    assert said(ahead(begun, PRESCRIBER, VISIT)) == (step, [], step)
    late = start + 20 * MINUTE
    assert [it["appointment_id"] for it in standing(state, "missed", late)] == [str(VISIT)]
    held = came_at(state, late, event)
    assert status(held) is AppointmentStatus.ARRIVED
    assert standing(held, "missed", late) == []
    assert ahead(held, PRESCRIBER, VISIT) is None
    held.when(replace(MISS, appointment_id=VISIT)).then_deviates(Rule.NOT_BOOKED)


@HELD
def test_who_was_taken_for_missing_has_come(state: Given, event: Event, step: str) -> None:
    """Once its time is over, that nobody came is what is next; but what is then done at it keeps it all the same."""
    start = starts(state)
    over = state.later(start + HOUR - state.now)
    assert said(ahead(over, FRONT_DESK, VISIT)) == ("MissAppointment", [], "MissAppointment"), step
    missed = came_at(state, start + 20 * MINUTE, AppointmentMissed(appointment_id=VISIT, contacted=False))
    assert status(missed) is AppointmentStatus.MISSED
    assert status(missed.then_came(event)) is AppointmentStatus.ARRIVED


def test_a_consult_on_another_day_keeps_none() -> None:
    """Of two the one of its day is kept; of none of that day, none."""
    start = for_a_consult().now + DAY
    two = for_a_consult().then_came(visit(AppointmentKind.CONSULT, start + 5 * HOUR, "second"))
    held = came_at(two, start + 4 * HOUR, CONSULT)
    assert (status(held), status(held, "second")) == (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)
    assert status(came_at(for_a_consult(), start + 13 * HOUR, CONSULT)) is AppointmentStatus.BOOKED
    another = for_a_consult().then_came(visit(AppointmentKind.REVIEW, start, "review"))
    assert status(came_at(another, start, CONSULT), "review") is AppointmentStatus.BOOKED


def test_a_call_keeps_the_follow_up_that_it_names() -> None:
    """Not one in which nobody answered, and no infusion."""
    at = for_a_follow_up().now + DAY
    for call in (replace(CALLED, reached=False), replace(CALLED, appointment_id=None)):
        assert status(came_at(for_a_follow_up(), at, call)) is AppointmentStatus.BOOKED
    infusion = replace(CALLED, appointment_id=named("appointment 1"))
    assert status(came_at(for_a_follow_up(), at, infusion), "appointment 1") is AppointmentStatus.ARRIVED


def test_a_review_waits_for_its_score() -> None:
    """What is missing for it is said, and a nurse may take the score that its rule asks for."""
    state = induced().then_came(visit(AppointmentKind.REVIEW, REVIEW_DAY))
    begun = state.later(REVIEW_DAY - state.now)
    assert said(ahead(begun, NURSE, VISIT)) == ("AssessResponse", ["no_endpoint"], "CompleteAssessment")
    assert said(ahead(begun, FRONT_DESK, VISIT)) == ("AssessResponse", ["no_endpoint"], None)


def test_a_consult_that_is_taken_back_keeps_nothing() -> None:
    """Where nobody completed it, somebody is still waited for."""
    held = came_at(for_a_consult(), starts(for_a_consult()), CONSULT)
    assert status(held) is AppointmentStatus.ARRIVED
    assert status(corrected(held, CONSULT, None)) is AppointmentStatus.BOOKED
