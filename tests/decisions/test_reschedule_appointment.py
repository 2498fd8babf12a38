"""Are appointments moved all or none, to where they could have been booked?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from journey.clinic import Clinic
from journey.commands import RescheduleAppointment
from journey.errors import Refused, Rule
from journey.events import AppointmentRescheduled
from journey.events.schedule import Initiator, Move, RescheduleReason, Scope
from journey.history import fold
from journey.site import Site
from tests.decisions.states import (
    APPOINTMENT,
    PLANNED,
    VISITS,
    booked,
    booking,
    checked_in,
    closed,
    consented,
    deceased,
    morning,
    planned,
)
from tests.decisions.test_book_appointment import CONSULT_VISIT
from tests.given import DAY, HOUR, MINUTE, named

WEDNESDAY = morning(3, 4)
MOVE = Move(appointment_id=APPOINTMENT, start=WEDNESDAY, end=WEDNESDAY + HOUR, chair="chair-2", nurse="nurse-2")


def moved(*moves: Move) -> RescheduleAppointment:
    """Ask for these moves."""
    return RescheduleAppointment(moves=moves, initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS)


def test_moves_the_appointment() -> None:
    """The whole new placing is stored, and is where the appointment stands."""
    after = (
        booked()
        .when(moved(MOVE))
        .then(AppointmentRescheduled(moves=(MOVE,), initiator=Initiator.PATIENT, reason=RescheduleReason.ILLNESS))
    )
    appointment = fold(after.log).appointments[APPOINTMENT]
    assert (appointment.start, appointment.chair, appointment.nurse) == (WEDNESDAY, "chair-2", "nurse-2")


def test_is_refused_of_an_unknown_appointment() -> None:
    """What was never booked can't be moved."""
    unknown = replace(MOVE, appointment_id=named("another appointment"))
    booked().when(moved(unknown)).then_refused(Rule.UNKNOWN_APPOINTMENT)


def test_is_refused_when_one_is_moved_twice() -> None:
    """One appointment has one new placing."""
    booked().when(moved(MOVE, MOVE)).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_once_the_patient_came() -> None:
    """Only an appointment that is still open is moved; which one is not, is said."""
    asked = checked_in().when(moved(MOVE))
    asked.then_refused(Rule.NOT_BOOKED, appointment_id=str(APPOINTMENT), slot_no=1)


def test_one_that_cannot_be_moved_stops_all() -> None:
    """A second move to a closed day refuses the first one too."""
    state = booked().then_came(booking(2))
    sunday = Move(
        appointment_id=named("appointment 2"),
        start=morning(3, 8),
        end=morning(3, 8) + HOUR,
        chair="chair-1",
        nurse="nurse-1",
    )
    state.when(moved(MOVE, sunday)).then_refused(Rule.SITE_CLOSED)


def test_is_refused_where_it_could_not_be_booked() -> None:
    """A new placing is judged as a booking is."""
    state = booked()
    state.when(moved(replace(MOVE, chair="chair-9"))).then_refused(Rule.UNKNOWN_RESOURCE)
    state.when(moved(replace(MOVE, nurse=None))).then_refused(Rule.CHAIR_REQUIRED)
    state.when(moved(replace(MOVE, end=WEDNESDAY))).then_refused(Rule.END_BEFORE_START)
    state.when(moved(replace(MOVE, end=WEDNESDAY + DAY + MINUTE))).then_refused(Rule.APPOINTMENT_TOO_LONG)
    state.when(moved(MOVE), at=WEDNESDAY + MINUTE).then_refused(Rule.APPOINTMENT_PAST)


def test_keeps_the_gaps_between_what_is_moved_together() -> None:
    """Two infusions moved together are held against where they go, not where they were."""
    state = booked().then_came(booking(2))
    second = replace(MOVE, appointment_id=named("appointment 2"), start=WEDNESDAY + 2 * DAY)
    second = replace(second, end=second.start + HOUR)
    state.when(moved(MOVE, second)).then_deviates()
    close = replace(second, start=WEDNESDAY + DAY, end=WEDNESDAY + DAY + HOUR)
    state.when(moved(MOVE, close)).then_refused(Rule.GAP_TOO_SHORT)


SERIES = {named(f"appointment {number}"): booking(number) for number in range(1, 7)}


def following(**changes: object) -> RescheduleAppointment:
    """Ask to move the second infusion, and what follows it, as it is if nothing else is said."""
    second = booking(2)
    fields = {name: getattr(second, name) for name in Move.__dataclass_fields__}
    move = Move(**(fields | changes))
    return replace(moved(move), scope=Scope.THIS_AND_FOLLOWING)


def moved_to(asked: RescheduleAppointment, **third: str) -> dict[UUID, tuple[timedelta, Move]]:
    """By how much each appointment that is reached was moved, and its new placing; of the third one some was else."""
    series = [replace(it, **third) if it.slot_no == 3 else it for it in SERIES.values()]  # type: ignore[arg-type]  # names of places
    event = planned().then_came(*series).when(asked).event
    assert isinstance(event, AppointmentRescheduled)
    assert event.scope is Scope.THIS_AND_FOLLOWING
    return {it.appointment_id: (it.start - SERIES[it.appointment_id].start, it) for it in event.moves}


def test_what_follows_moves_alike() -> None:
    """A day later, all from the second on are a day later, at the same hour by the clock whatever the clocks do."""
    second = booking(2)
    asked = following(start=second.start + DAY, end=second.end + DAY)
    zone = ZoneInfo("America/Los_Angeles")
    reached = moved_to(asked)
    assert list(reached) == list(SERIES)[1:]
    assert {it.start.astimezone(zone).hour for _, it in reached.values()} == {9}
    days = [it.start.astimezone(zone).day - SERIES[key].start.astimezone(zone).day for key, (_, it) in reached.items()]
    assert days == [1] * 5


def test_what_is_not_changed_stays() -> None:
    """A new nurse and half an hour more are for all that follow; the chairs stay as they are."""
    longer = booking(2).end + HOUR / 2
    reached = moved_to(following(nurse="nurse-2", end=longer))
    assert {(gone, it.chair, it.nurse) for gone, it in reached.values()} == {(0 * HOUR, "chair-1", "nurse-2")}
    assert {it.end - it.start for _, it in reached.values()} == {3.5 * HOUR}


@pytest.mark.parametrize(
    "place, other, new",
    [("chair", "chair-2", "chair-3"), ("nurse", "nurse-2", "nurse-3"), ("provider", "provider-1", "provider-2")],
)
def test_each_keeps_its_own_place_unless_it_is_changed(place: str, other: str, new: str) -> None:
    """The third one has its own chair, nurse and provider: it keeps them, but for what is changed of the second."""
    third = named("appointment 3")
    later = {"start": booking(2).start + HOUR, "end": booking(2).end + HOUR}
    assert getattr(moved_to(following(**later), **{place: other})[third][1], place) == other
    assert {getattr(it, place) for _, it in moved_to(following(**{place: new}), **{place: other}).values()} == {new}


def test_one_that_cannot_follow_stops_all() -> None:
    """All are moved by a day, and the fifth one comes on a day on which the site is closed."""
    state = planned().then_came(*SERIES.values())
    shut = Clinic(site=Site(closures=frozenset({VISITS[4].date() + DAY})))
    asked = following(start=booking(2).start + DAY, end=booking(2).end + DAY)
    refused = replace(state, clinic=shut).when(asked)
    refused.then_refused(Rule.SITE_CLOSED)
    assert isinstance(refused.answer, Refused)
    assert refused.answer.detail == {"appointment_id": str(named("appointment 5")), "slot_no": 5}


def test_with_what_follows_one_is_named() -> None:
    """The following ones are found, not named; one that is alone has none."""
    state = planned().then_came(*SERIES.values())
    two = replace(moved(MOVE, replace(MOVE, appointment_id=named("appointment 2"))), scope=Scope.THIS_AND_FOLLOWING)
    state.when(two).then_refused(Rule.SCOPE_NAMES_ONE)
    review = replace(CONSULT_VISIT, appointment_id=named("review"))
    alone = consented().when(review).then_deviates()
    away = Move(appointment_id=review.appointment_id, start=WEDNESDAY, end=WEDNESDAY + HOUR)
    event = alone.when(replace(moved(away), scope=Scope.THIS_AND_FOLLOWING)).event
    assert isinstance(event, AppointmentRescheduled)
    assert event.moves == (away,)


def test_keeps_the_plan_s_longest_gap_and_window() -> None:
    """What is moved away from the others is judged as a booking is."""
    state = planned().then_came(*SERIES.values())
    late = replace(MOVE, appointment_id=named("appointment 6"))
    for day, rule in ((24, Rule.GAP_TOO_LONG), (25, Rule.WINDOW_EXCEEDED)):
        away = replace(late, start=morning(3, day), end=morning(3, day) + HOUR)
        plan = replace(PLANNED, max_gap_d=5 if rule is Rule.GAP_TOO_LONG else 9, plan_id=PLANNED.plan_id)
        state.then_came(plan).when(moved(away)).then_refused(rule)


def test_is_refused_where_the_patient_is_already() -> None:
    """Two appointments may change places, and not come to lie over one another."""
    review = replace(CONSULT_VISIT, appointment_id=named("review"), start=WEDNESDAY, end=WEDNESDAY + HOUR)
    state = booked().when(review).then_deviates()
    state.when(moved(MOVE)).then_refused(Rule.APPOINTMENTS_OVERLAP)
    away = Move(appointment_id=review.appointment_id, start=VISITS[0], end=VISITS[0] + HOUR)
    state.when(moved(MOVE, away)).then_deviates()
    state.when(moved(MOVE, replace(away, start=WEDNESDAY, end=WEDNESDAY + HOUR))).then_refused(
        Rule.APPOINTMENTS_OVERLAP
    )


def test_is_refused_after_the_end() -> None:
    """Nothing is moved in a closed journey, or for the dead."""
    seventh = booking(7, morning(4, 20))
    late = replace(MOVE, appointment_id=named("appointment 7"), start=morning(4, 21), end=morning(4, 21) + HOUR)
    closed().then_came(seventh).when(moved(late)).then_refused(Rule.JOURNEY_CLOSED)
    deceased().then_came(seventh).when(moved(late)).then_refused(Rule.PATIENT_DECEASED)
