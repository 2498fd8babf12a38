"""Is an appointment given only where the site, the plan and the other infusions allow it?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from journey.commands import BookAppointment
from journey.errors import Rule
from journey.events import AppointmentBooked
from journey.events.schedule import AppointmentKind
from tests.decisions.states import (
    PLANNED,
    SWITCHED,
    VISITS,
    aborted,
    booked,
    booking,
    checked_in,
    closed,
    consented,
    deceased,
    discharge,
    discharged,
    maintained,
    morning,
    paused,
    planned,
    withheld,
)
from tests.given import DAY, HOUR, MINUTE, Given, named


def book(number: int, **changes: Any) -> BookAppointment:
    """Ask for what `booking` says."""
    event = booking(number, changes.pop("start", None))
    fields: dict[str, Any] = {name: getattr(event, name) for name in BookAppointment.__dataclass_fields__}
    return BookAppointment(**(fields | changes))


FIRST = book(1)
CONSULT_VISIT = BookAppointment(
    appointment_id=named("consult visit"),
    kind=AppointmentKind.CONSULT,
    start=VISITS[0],
    end=VISITS[0] + HOUR,
    provider="provider-1",
)


def test_books_an_infusion() -> None:
    """The appointment is stored as asked."""
    planned().when(FIRST).then(booking(1))


def test_an_infusion_belongs_to_the_plan_in_force() -> None:
    """Without the plan's id, the plan in force is meant and written down."""
    planned().when(replace(FIRST, plan_id=None)).then(booking(1))


def test_books_a_consult_before_any_plan() -> None:
    """What is no infusion needs no plan, chair or nurse."""
    event = consented().when(CONSULT_VISIT).event
    assert isinstance(event, AppointmentBooked)
    assert event.plan_id is None


def test_is_refused_under_a_used_id() -> None:
    """An id names one appointment."""
    booked().when(FIRST).then_refused(Rule.DUPLICATE_ID)


def test_an_infusion_needs_a_plan() -> None:
    """No infusion is booked before a plan is in force."""
    consented().when(replace(FIRST, plan_id=None)).then_refused(Rule.NO_PLAN)


def test_is_refused_for_another_plan() -> None:
    """A plan that is not in force can't be booked for."""
    planned().when(replace(FIRST, plan_id=named("another plan"))).then_refused(Rule.UNKNOWN_PLAN)


def test_the_slot_lies_in_the_plan() -> None:
    """Slot 6 of 6 is the last; an infusion of the plan has a slot."""
    planned().when(replace(FIRST, slot_no=6)).then_deviates()
    planned().when(replace(FIRST, slot_no=7)).then_refused(Rule.SLOT_NOT_IN_PLAN)
    planned().when(replace(FIRST, slot_no=None)).then_refused(Rule.SLOT_NOT_IN_PLAN)


def test_an_infusion_of_maintenance_has_no_slot() -> None:
    """In maintenance, infusions are booked beyond the plan's slots."""
    maintained().when(book(7, start=morning(4, 20))).then_deviates()


@pytest.mark.parametrize("state", [booked(), checked_in(), discharged()])
def test_a_slot_is_booked_once(state: Given) -> None:
    """A slot that is booked, going on or used is taken."""
    state.when(book(2, slot_no=1)).then_refused(Rule.SLOT_TAKEN)


def test_a_withheld_session_frees_its_slot() -> None:
    """Where no infusion was given, its slot is booked anew, without its gap."""
    withheld().when(book(2, slot_no=1, start=morning(3, 4))).then_deviates()


def test_an_infusion_that_does_not_count_frees_its_slot() -> None:
    """An attempt stopped early that does not count leaves the slot to be given; one that counts does not."""
    again = book(2, slot_no=1)
    aborted(counts=False).then_came(discharge()).when(again).then_deviates()
    aborted(counts=True).then_came(discharge()).when(again).then_refused(Rule.SLOT_TAKEN)


def test_keeps_the_plan_s_gap_to_every_other_infusion() -> None:
    """Exactly the gap is enough, on either side; a minute less is not."""
    tuesday, thursday = morning(3, 3) + 4 * HOUR, morning(3, 5)
    state = consented().then_came(replace(PLANNED, min_gap_h=44))
    before, after = state.then_came(booking(1, tuesday)), state.then_came(booking(2, thursday))
    before.when(book(2, start=thursday)).then_deviates()
    before.when(book(2, start=thursday - MINUTE)).then_refused(Rule.GAP_TOO_SHORT)
    after.when(book(1, start=tuesday)).then_deviates()
    after.when(book(1, start=tuesday + MINUTE)).then_refused(Rule.GAP_TOO_SHORT)


def test_the_open_slots_must_bridge_the_longest_gap() -> None:
    """Between slots 1 and 2 four others can still come, at five days each; of the last one the gap itself is meant."""
    booked().when(book(2, start=morning(3, 24))).then_deviates()
    two = consented().then_came(replace(PLANNED, infusions=2), booking(1))
    two.when(book(2, start=morning(3, 9))).then_refused(Rule.GAP_TOO_LONG)
    two.when(book(2, start=morning(3, 7))).then_deviates()
    before = consented().then_came(replace(PLANNED, infusions=2), booking(2, morning(3, 9)))
    before.when(book(1)).then_refused(Rule.GAP_TOO_LONG)


def test_lies_within_the_window_of_every_other() -> None:
    """Days of the site's calendar: the last one that lies within the window is allowed, the next one is not."""
    state = consented().then_came(replace(PLANNED, window_d=14), booking(1))
    state.when(book(6, start=morning(3, 17) + 4 * HOUR)).then_deviates()
    state.when(book(6, start=morning(3, 18))).then_refused(Rule.WINDOW_EXCEEDED)
    later = state.then_came(booking(6, morning(3, 17)))
    later.when(book(2, start=morning(3, 18) + 23 * HOUR)).then_refused(Rule.WINDOW_EXCEEDED)


def test_another_plan_s_infusions_hold_no_window() -> None:
    """Under a revised plan, gaps are longest and windows begin anew; the shortest gap is kept to every infusion."""
    revised = replace(PLANNED, plan_id=named("plan 2"), revision=2, supersedes=PLANNED.plan_id, window_d=14)
    state = booked().then_came(revised)
    late = book(2, plan_id=None, slot_no=1, start=morning(4, 20))
    state.when(late).then_deviates()
    state.when(replace(late, start=VISITS[0] + DAY, end=VISITS[0] + DAY + HOUR)).then_refused(Rule.GAP_TOO_SHORT)


def test_a_patient_is_in_one_place_at_a_time() -> None:
    """Another chair is free, and the patient is not: an appointment that overlaps another is refused."""
    state, after = booked(), VISITS[0] + 3 * HOUR
    state.when(CONSULT_VISIT).then_refused(Rule.APPOINTMENTS_OVERLAP)
    state.when(replace(CONSULT_VISIT, start=after - MINUTE, end=after + HOUR)).then_refused(Rule.APPOINTMENTS_OVERLAP)
    state.when(replace(CONSULT_VISIT, start=after, end=after + HOUR)).then_deviates()
    visit = replace(CONSULT_VISIT, start=after - HOUR, end=after)
    checked_in().when(visit).then_refused(Rule.APPOINTMENTS_OVERLAP)
    withheld().when(visit).then_deviates()


def test_gives_no_appointment_in_the_past() -> None:
    """An appointment starts at the moment it is asked for, or later."""
    state = planned().later(VISITS[0] - planned().now)
    state.when(FIRST, at=VISITS[0]).then_deviates()
    state.when(FIRST, at=VISITS[0] + MINUTE).then_refused(Rule.APPOINTMENT_PAST)


@pytest.mark.parametrize(
    "change, rule",
    [
        ({"chair": "chair-9"}, Rule.UNKNOWN_RESOURCE),
        ({"nurse": "nurse-9"}, Rule.UNKNOWN_RESOURCE),
        ({"provider": "provider-9"}, Rule.UNKNOWN_RESOURCE),
        ({"chair": "nurse-1"}, Rule.UNKNOWN_RESOURCE),
        ({"chair": None}, Rule.CHAIR_REQUIRED),
        ({"nurse": None}, Rule.CHAIR_REQUIRED),
        ({"end": VISITS[0]}, Rule.END_BEFORE_START),
        ({"end": VISITS[0] + 10 * HOUR}, Rule.SITE_CLOSED),
        ({"start": VISITS[0] - 2 * HOUR}, Rule.SITE_CLOSED),
        ({"start": morning(3, 8), "end": morning(3, 8) + HOUR}, Rule.SITE_CLOSED),
        ({"end": VISITS[0] + DAY}, Rule.SITE_CLOSED),
        ({"end": VISITS[0] + DAY + MINUTE}, Rule.APPOINTMENT_TOO_LONG),
    ],
)
def test_is_refused_where_the_site_does_not_allow_it(change: dict[str, Any], rule: Rule) -> None:
    """Chair and staff are the site's, and the site is open all the while, on one day."""
    planned().when(replace(FIRST, **change)).then_refused(rule)


def test_is_refused_after_the_end() -> None:
    """Nothing is booked in a closed journey, or after death."""
    visit = replace(CONSULT_VISIT, start=morning(4, 20), end=morning(4, 20) + HOUR)
    closed().when(visit).then_refused(Rule.JOURNEY_CLOSED)
    deceased().when(visit).then_refused(Rule.PATIENT_DECEASED)


def test_no_infusion_is_booked_while_the_journey_rests() -> None:
    """An infusion waits until it is resumed; a consult or a review does not treat."""
    paused().when(book(1)).then_refused(Rule.JOURNEY_PAUSED)
    paused().when(CONSULT_VISIT).then_deviates()


def test_no_infusion_is_booked_after_a_switch() -> None:
    """Another treatment took the place of the infusions; a consult is booked."""
    switched = planned().then_came(SWITCHED)
    switched.when(book(1)).then_refused(Rule.MODALITY_SWITCHED)
    switched.when(CONSULT_VISIT).then_deviates()


def test_says_which_infusion_lacks_its_chair() -> None:
    """Its appointment, and the slot that it is to fill."""
    about: dict[str, str | int] = {"appointment_id": str(FIRST.appointment_id), "slot_no": 1}
    planned().when(replace(FIRST, chair=None)).then_refused(Rule.CHAIR_REQUIRED, **about)


def test_one_visit_may_follow_on_another() -> None:
    """A consult that ends as the infusion begins is no overlap."""
    booked().when(replace(CONSULT_VISIT, start=VISITS[0] - HOUR, end=VISITS[0])).then_deviates()
