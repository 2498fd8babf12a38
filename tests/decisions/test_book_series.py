"""Is every slot that the plan still has booked at once, or none, and is that one named which stands in the way?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from journey.clinic import Clinic
from journey.commands import BookSeries, RescheduleAppointment
from journey.commands.schedule import WantedSlot
from journey.decisions.placing import of_plan, of_series, open_slots
from journey.decisions.schedule import following
from journey.errors import Refused, Rule
from journey.events import AppointmentCancelled, AppointmentMissed, EntryCorrected, JourneyPaused, SeriesBooked
from journey.events.course import PauseReason
from journey.events.records import CorrectionKind, CorrectionReason
from journey.events.schedule import CancellationReason, Initiator, Move, RescheduleReason, SeriesSlot
from journey.history import fold
from journey.site import Site
from tests.decisions.states import (
    PLAN,
    PLANNED,
    REINDUCED,
    SWITCHED,
    VISITS,
    booked,
    booking,
    closed,
    consented,
    deceased,
    discharged,
    maintained,
    morning,
    planned,
    reinduced,
    relapsed,
    visited,
)
from tests.given import DAY, HOUR, MINUTE, Given, Outcome, named

SERIES = named("series")
EVERY = range(1, PLANNED.infusions + 1)


def slot(number: int, start: datetime | None = None, **changes: Any) -> WantedSlot:
    """Ask for the n-th infusion of the plan."""
    begins = start or VISITS[number - 1]
    plain: dict[str, Any] = {
        "appointment_id": named(f"appointment {number}"),
        "slot_no": number,
        "start": begins,
        "end": begins + 3 * HOUR,
        "chair": "chair-1",
        "nurse": "nurse-1",
    }
    return WantedSlot(**(plain | changes))


def series(slots: Sequence[WantedSlot], **changes: Any) -> BookSeries:
    """Ask for a series of these slots."""
    return replace(BookSeries(series_id=SERIES, plan_id=PLAN, slots=tuple(slots)), **changes)


def whole(number: int = 0, **changes: Any) -> BookSeries:
    """Ask for the whole plan, with something changed of one slot."""
    return series([slot(it, **(changes if it == number else {})) for it in EVERY])


def stored(slots: Sequence[WantedSlot]) -> SeriesBooked:
    """The series as it is stored."""
    fields = SeriesSlot.__dataclass_fields__
    return SeriesBooked(
        series_id=SERIES,
        plan_id=PLAN,
        slots=tuple(SeriesSlot(**{name: getattr(it, name) for name in fields}) for it in slots),
    )


def refused(outcome: Outcome, rule: Rule, number: int | None = None) -> None:
    """Expect a refusal that names the slot."""
    outcome.then_refused(rule)
    assert isinstance(outcome.answer, Refused)
    assert outcome.answer.detail.get("slot_no") == number


def test_books_every_slot_of_the_plan() -> None:
    """All infusions are stored in one entry, and each is an appointment of the series from then on."""
    after = planned().when(whole()).then(stored([slot(it) for it in EVERY]))
    found = fold(after.log).appointments
    assert [it.slot_no for it in found.values()] == list(EVERY)
    assert {(it.series_id, it.plan_id) for it in found.values()} == {(SERIES, PLAN)}


def test_plan_and_ids_may_be_left_out() -> None:
    """The plan in force is meant, and each appointment has an id of its own, the same at every retry."""
    asked = series([slot(it, appointment_id=None) for it in EVERY], plan_id=None)
    events = [planned().when(asked).event for _ in range(2)]
    assert events[0] == events[1]
    assert isinstance(events[0], SeriesBooked)
    assert events[0].plan_id == PLAN
    assert len({it.appointment_id for it in events[0].slots}) == len(EVERY)


@pytest.mark.parametrize("state, first", [(booked(), 2), (discharged(), 2), (visited(visited(planned(), 1), 2), 3)])
def test_fills_what_is_still_open(state: Given, first: int) -> None:
    """What is booked, going on or given is not booked again; the rest is."""
    state.when(series([slot(it) for it in range(first, 7)])).then_deviates()
    every = series([slot(it, appointment_id=None) for it in EVERY])
    refused(state.when(every), Rule.SLOT_TAKEN, 1)


def test_a_slot_that_came_to_nothing_is_open() -> None:
    """What was missed or called off is booked with the rest, after what stands."""
    state = booked().then_came(booking(2))
    gone = AppointmentCancelled(
        appointment_ids=(named("appointment 2"),),
        initiator=Initiator.PATIENT,
        reason_code=CancellationReason.PATIENT,
        late=False,
    )
    again = [slot(it, appointment_id=named(f"again {it}")) for it in range(2, 7)]
    state.then_came(gone).when(series(again)).then_deviates()
    missed = AppointmentMissed(appointment_id=named("appointment 2"), contacted=True)
    state.then_came(missed).when(series(again)).then_deviates()


def test_a_revised_plan_has_the_slots_that_are_left() -> None:
    """After two infusions a plan of six has four to give: its last four slots."""
    state = visited(visited(planned(), 1), 2)
    revised = state.then_came(replace(PLANNED, plan_id=named("plan 2"), revision=2, supersedes=PLAN))
    every = series([slot(it, appointment_id=None) for it in EVERY], plan_id=None)
    refused(revised.when(every), Rule.SLOT_TAKEN, 1)
    revised.when(series([slot(it) for it in range(3, 7)], plan_id=None)).then_deviates()


def test_is_refused_unless_whole() -> None:
    """Less than the plan still has is no series; nor is more, or one slot twice. The slot is named."""
    state = planned()
    refused(state.when(series([slot(it) for it in EVERY if it != 4])), Rule.SERIES_INCOMPLETE, 4)
    refused(state.when(whole(6, slot_no=7)), Rule.SLOT_NOT_IN_PLAN, 7)
    refused(state.when(whole(6, slot_no=5)), Rule.SLOT_TAKEN, 5)


def test_is_refused_out_of_order() -> None:
    """Slot 2 is given after slot 1."""
    slots = [slot(it) for it in EVERY]
    changed = [replace(slots[0], slot_no=2), replace(slots[1], slot_no=1), *slots[2:]]
    refused(planned().when(series(changed)), Rule.SLOTS_OUT_OF_ORDER)
    planned().when(series(slots[::-1])).then_deviates()


def test_keeps_the_shortest_gap() -> None:
    """Exactly the gap is enough, a minute less is not; the first one that breaks it is named."""
    state = consented().then_came(replace(PLANNED, min_gap_h=72))
    state.when(whole()).then_deviates()
    refused(state.when(whole(2, start=VISITS[1] - MINUTE)), Rule.GAP_TOO_SHORT, 1)


def test_keeps_the_longest_gap_and_the_window_by_the_calendar() -> None:
    """Days are those of the site: the change of clocks on 8 March makes none shorter or longer."""
    late = [
        slot(1),
        slot(2, morning(3, 6)),
        *(slot(it, morning(3, day)) for it, day in zip(range(3, 7), (11, 14, 18, 21), strict=True)),
    ]
    fits = consented().then_came(replace(PLANNED, max_gap_d=5, window_d=18))
    fits.when(series(late)).then_deviates()
    refused(consented().then_came(replace(PLANNED, max_gap_d=4)).when(series(late)), Rule.GAP_TOO_LONG, 2)
    refused(consented().then_came(replace(PLANNED, window_d=17)).when(series(late)), Rule.WINDOW_EXCEEDED, 1)


@pytest.mark.parametrize("first, last", [((10, 28), (11, 4)), ((3, 4), (3, 11))])
def test_a_week_is_a_week_whatever_the_clocks_do(first: tuple[int, int], last: tuple[int, int]) -> None:
    """From nine o'clock to five in the afternoon a week later it is seven days, in spring and in autumn."""
    plan = replace(PLANNED, infusions=2, max_gap_d=7, window_d=7)
    state = consented().then_came(plan)
    two = [slot(1, morning(*first)), slot(2, morning(*last) + 6 * HOUR)]
    state.when(series(two)).then_deviates()
    refused(state.when(series([two[0], slot(2, morning(*last) + DAY)])), Rule.GAP_TOO_LONG, 1)


@pytest.mark.parametrize(
    "changes, rule",
    [
        ({"chair": "chair-9"}, Rule.UNKNOWN_RESOURCE),
        ({"nurse": "chair-1"}, Rule.UNKNOWN_RESOURCE),
        ({"provider": "provider-9"}, Rule.UNKNOWN_RESOURCE),
        ({"end": VISITS[2] + 10 * HOUR}, Rule.SITE_CLOSED),
        ({"start": morning(3, 8)}, Rule.SITE_CLOSED),
    ],
)
def test_one_slot_that_cannot_be_stops_all(changes: dict[str, Any], rule: Rule) -> None:
    """A chair that is not there, or a closed hour or day, refuses the whole series and names its slot."""
    refused(planned().when(whole(3, **changes)), rule, 3)


def test_impossible_hours_are_refused() -> None:
    """A visit ends after it starts, and within a day; and lies ahead."""
    planned().when(whole(3, end=VISITS[2])).then_refused(Rule.END_BEFORE_START)
    planned().when(whole(3, end=VISITS[2] + DAY + MINUTE)).then_refused(Rule.APPOINTMENT_TOO_LONG)
    refused(planned().when(whole(), at=VISITS[0] + MINUTE), Rule.APPOINTMENT_PAST, 1)


def test_a_closure_or_midnight_stops_all() -> None:
    """A closed day of the site's calendar holds no slot, and no visit goes on past midnight."""
    shut = Clinic(site=Site(closures=frozenset({VISITS[3].date()})))
    state = replace(planned(), clinic=shut)
    refused(state.when(whole()), Rule.SITE_CLOSED, 4)
    late = morning(3, 10) + 14 * HOUR
    refused(planned().when(whole(3, start=late, end=late + 2 * HOUR)), Rule.SITE_CLOSED, 3)


def test_the_patient_is_elsewhere() -> None:
    """An appointment of the patient's own stands in the way of its slot."""
    review = replace(booking(9, VISITS[4] + HOUR), kind=type(booking(1).kind).REVIEW, slot_no=None)
    refused(planned().then_came(review).when(whole()), Rule.APPOINTMENTS_OVERLAP, 5)


def test_needs_a_plan() -> None:
    """Without a plan in force there is no series; nor for another plan."""
    consented().when(series([slot(1)], plan_id=None)).then_refused(Rule.NO_PLAN)
    planned().when(replace(whole(), plan_id=named("another"))).then_refused(Rule.UNKNOWN_PLAN)


def test_ids_are_new() -> None:
    """Series and appointments have ids of their own, each once."""
    booked().when(whole()).then_refused(Rule.DUPLICATE_ID)
    after = planned().when(whole()).then_deviates()
    again = [slot(it, appointment_id=None) for it in EVERY]
    after.when(series(again)).then_refused(Rule.DUPLICATE_ID)
    same = [slot(it, appointment_id=named("one")) for it in EVERY]
    planned().when(series(same)).then_refused(Rule.DUPLICATE_ID)


def test_is_refused_when_nothing_treats() -> None:
    """Nothing is booked in a closed journey, for the dead, in a pause, after a switch, or once the plan is given."""
    late = series([slot(it, morning(4, 20) + it * 2 * DAY, appointment_id=None) for it in EVERY])
    closed().when(late).then_refused(Rule.JOURNEY_CLOSED)
    deceased().when(late).then_refused(Rule.PATIENT_DECEASED)
    planned().then_came(JourneyPaused(reason=PauseReason.TRAVEL)).when(whole()).then_refused(Rule.JOURNEY_PAUSED)
    planned().then_came(SWITCHED).when(whole()).then_refused(Rule.MODALITY_SWITCHED)
    refused(maintained().when(late), Rule.SLOT_TAKEN, 1)


def again(*starts: datetime, **changes: Any) -> BookSeries:
    """Ask for the infusions of a reinduction."""
    slots = [slot(it, start, appointment_id=named(f"again {it}")) for it, start in enumerate(starts, start=1)]
    return series(slots, **changes)


FIRST, SECOND = AGAIN = morning(4, 22), morning(4, 25)


def test_books_a_reinduction_at_once() -> None:
    """As many as were ordered, numbered anew; they are the order's, and the plan's own slots are what they were."""
    before = reinduced()
    order = before.log[-1].event_id
    after = before.when(again(*AGAIN)).then_deviates()
    (event,) = (entry.event for entry in after.log if isinstance(entry.event, SeriesBooked))
    assert (event.plan_id, event.reinduction_id) == (PLAN, order)
    journey = fold(after.log)
    assert [(it.slot_no, it.reinduction_id) for it in of_series(journey)] == [(1, order), (2, order)]
    assert [it.slot_no for it in of_plan(journey)] == list(EVERY)
    assert {it.reinduction_id for it in of_plan(journey)} == {None}
    assert open_slots(fold(before.log)) == (1, 2)
    assert open_slots(journey) == ()


def test_a_reinduction_is_booked_whole_or_not() -> None:
    """One of two is no series, three are more than were ordered, and a plan's number is no number of it."""
    refused(reinduced().when(again(FIRST)), Rule.SERIES_INCOMPLETE, 2)
    refused(reinduced().when(again(*AGAIN, morning(4, 28))), Rule.SLOT_NOT_IN_PLAN, 3)
    plans = [slot(7, FIRST, appointment_id=None), slot(8, SECOND, appointment_id=None)]
    refused(reinduced().when(series(plans)), Rule.SLOT_NOT_IN_PLAN, 7)
    after = reinduced().when(again(*AGAIN)).then_deviates()
    twice = again(morning(4, 28), morning(4, 30), series_id=named("twice"))
    ids = tuple(replace(it, appointment_id=None) for it in twice.slots)
    refused(after.when(replace(twice, slots=ids)), Rule.SLOT_TAKEN, 1)


def test_a_reinduction_keeps_the_gaps_and_window_of_its_plan() -> None:
    """Five days apart at most and three weeks in all, among themselves: the plan's own infusions lie weeks back."""
    refused(reinduced().when(again(FIRST, morning(4, 23))), Rule.GAP_TOO_SHORT, 1)
    refused(reinduced().when(again(FIRST, morning(4, 28))), Rule.GAP_TOO_LONG, 1)
    reinduced().when(again(FIRST, morning(4, 27))).then_deviates()
    tight = reinduced().then_came(replace(PLANNED, plan_id=named("plan 2"), window_d=2, max_gap_d=9))
    refused(tight.when(again(*AGAIN, plan_id=None)), Rule.WINDOW_EXCEEDED, 1)


def test_a_reinduction_counts_what_lies_ahead() -> None:
    """An infusion that was booked singly will be one of it: one slot is left to book, its last."""
    single = reinduced().then_came(booking(7, FIRST))
    assert open_slots(fold(single.log)) == (2,)
    single.when(series([slot(2, SECOND, appointment_id=named("again 2"))])).then_deviates()
    given = visited(reinduced(), 7, FIRST)
    assert open_slots(fold(given.log)) == (2,)
    missed = reinduced().when(again(*AGAIN)).then_deviates()
    missed = missed.then_came(AppointmentMissed(appointment_id=named("again 1"), contacted=True))
    assert open_slots(fold(missed.log)) == (1,)


def test_this_and_following_stays_within_a_series() -> None:
    """Calling off a plan's infusion leaves those of the reinduction, which begin later."""
    journey = fold(reinduced().when(again(*AGAIN)).then_deviates().log)
    last = journey.appointments[named("appointment 6")]
    assert following(journey, last) == []
    first = journey.appointments[named("again 1")]
    assert [it.slot_no for it in following(journey, first)] == [2]


def test_needs_an_order_that_stands() -> None:
    """With the order retracted the series in force is the plan's again, and it is given."""
    state = reinduced()
    gone = EntryCorrected(
        target_event_id=state.log[-1].event_id,
        kind=CorrectionKind.RETRACT,
        replacement=None,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    refused(state.then_came(gone).when(again(*AGAIN)), Rule.SLOT_TAKEN, 1)


def test_what_was_booked_under_another_plan_fills_no_slot() -> None:
    """Under a revised plan every slot is open, though an infusion of the first plan stands booked."""
    state = booked().then_came(replace(PLANNED, plan_id=named("plan 2"), revision=2, supersedes=PLAN))
    assert open_slots(fold(state.log)) == tuple(EVERY)


def test_without_a_plan_nothing_fills_a_slot() -> None:
    """Its approval was a slip and is retracted: what was booked stands, and is of no plan."""
    state = booked()
    (approved,) = (entry for entry in state.log if entry.event == PLANNED)
    journey = fold([entry for entry in state.log if entry is not approved])
    assert journey.appointments
    assert (of_plan(journey), of_series(journey), open_slots(journey)) == ([], [], ())


def test_what_is_left_of_a_reinduction_must_bridge_its_longest_gap() -> None:
    """With the second of three called off ten days lie between the others; once another is ordered, none can come."""
    ordered = relapsed().then_came(replace(REINDUCED, infusions=3))
    three = ordered.when(again(*AGAIN, morning(4, 27))).then_deviates()
    gone = AppointmentCancelled(
        appointment_ids=(named("again 2"),),
        initiator=Initiator.CLINIC,
        reason_code=CancellationReason.PATIENT,
        late=False,
    )
    state = three.then_came(gone)
    state.when(last_moved(10)).then_deviates()
    state.when(last_moved(12)).then_refused(Rule.GAP_TOO_LONG)
    over = state.then_came(replace(REINDUCED, infusions=6))
    over.when(last_moved(5)).then_deviates()
    over.when(last_moved(6)).then_refused(Rule.GAP_TOO_LONG)


def last_moved(days: int) -> RescheduleAppointment:
    """Ask that the last of three be given so many days after the first."""
    start = FIRST + days * DAY
    move = Move(appointment_id=named("again 3"), start=start, end=start + HOUR, chair="chair-1", nurse="nurse-1")
    return RescheduleAppointment(moves=(move,), initiator=Initiator.CLINIC, reason=RescheduleReason.STAFFING)
