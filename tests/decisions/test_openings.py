"""For which day and hour is an appointment said to be possible, whatever the gaps, the window and the site's hours?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

import pytest
from pydantic import TypeAdapter

from journey.clinic import Clinic
from journey.commands import BookAppointment, BookSeries, Command, RescheduleAppointment
from journey.decisions import next_steps
from journey.decisions.probes import PROBES
from journey.errors import Rule
from journey.events import Event
from journey.events.schedule import AppointmentKind
from journey.site import Hours, Site
from tests.decisions.states import PLANNED, booking, came_at, consented, induced, morning, planned
from tests.decisions.test_next_appointments import OPENING, approved, told
from tests.decisions.test_probes import now
from tests.given import DAY, HOUR, MINUTE, PRESCRIBER, Given

ASKED_FOR_A_TIME = (BookSeries, BookAppointment, RescheduleAppointment)
DAILY = {day: Hours(opens=time(8), closes=time(18)) for day in range(7)}
ON_MONDAYS = Site(hours={0: Hours(opens=time(8), closes=time(18))})
NEVER = Site(hours={})
SHUT = Site(closures=frozenset(OPENING.date() + day * DAY for day in range(-30, 400)))
"""Closed on every day that is looked at, and for long after."""


def starts_of(state: Given) -> list[datetime]:
    """When the infusions of the series would begin that is said to be legal."""
    (said,) = told(state, BookSeries)
    assert said.missing == ()
    assert isinstance(said.asked.command, BookSeries)
    return [it.start for it in said.asked.command.slots]


@pytest.mark.parametrize("min_gap_h, hours", [(0, (0, 1, 2)), (48, (0, 48, 96)), (49, (0, 49, 98)), (58, (0, 72, 144))])
def test_a_series_begins_today_and_goes_on_after_each_gap(min_gap_h: int, hours: Sequence[int]) -> None:
    """As soon as it has passed, to the hour, if the site is open then; no two at once where the plan has no gap."""
    assert starts_of(approved(min_gap_h=min_gap_h)) == [OPENING + hour * HOUR for hour in hours]


def test_a_time_has_not_passed_and_leaves_an_hour() -> None:
    """The next of a day is now, as long as the site stays open for it; else when it opens again."""
    for moment, start in ((0 * HOUR, OPENING), (9 * HOUR, OPENING + 9 * HOUR), (9 * HOUR + MINUTE, OPENING + DAY)):
        state = came_at(consented(), OPENING + moment - MINUTE, replace(PLANNED, infusions=1))
        assert starts_of(state) == [start]
        assert [it.missing for it in told(state, BookAppointment)] == [(), ()]


def test_an_hour_lies_between_two_openings_of_a_day() -> None:
    """A day of half an hour is none for a visit, and one of an hour is."""
    for closes, start in ((time(8, 59), OPENING + DAY), (time(9), OPENING)):
        hours = {1: Hours(opens=time(8), closes=closes), 2: Hours(opens=time(8), closes=time(18))}
        assert starts_of(replace(approved(infusions=1), clinic=Clinic(site=Site(hours=hours)))) == [start]


def test_a_series_keeps_its_gap_across_the_change_of_clocks() -> None:
    """From eight to eight on these days it is 71 hours: what is said to be legal is so as it would be sent."""
    state = came_at(consented(), morning(3, 6) - 2 * HOUR, replace(PLANNED, infusions=2, min_gap_h=72, max_gap_d=3))
    first, second = starts_of(state)
    assert (first, second - first) == (morning(3, 6) - HOUR, 72 * HOUR)
    (said,) = told(state, BookSeries)
    shape = TypeAdapter[Command](BookSeries)
    sent = shape.validate_json(shape.dump_json(said.asked.command))
    assert len(state.when(sent, actor=PRESCRIBER).facts) == 1


def test_a_series_goes_as_far_ahead_as_its_plan() -> None:
    """Beyond the days that are looked at for its beginning, if the plan's window is longer; but not beyond it."""
    far = approved(min_gap_h=1_380, max_gap_d=60, window_d=120)
    assert starts_of(far) == [OPENING, OPENING + 58 * DAY, OPENING + 116 * DAY]
    (said,) = told(approved(min_gap_h=1_380, max_gap_d=60, window_d=60), BookSeries)
    assert said.missing == (Rule.WINDOW_EXCEEDED,)


@pytest.mark.parametrize("kind", [BookSeries, BookAppointment])
@pytest.mark.parametrize("gap_d", [28, 90])
def test_what_is_left_of_a_plan_waits_out_its_gap(kind: type[Command], gap_d: int) -> None:
    """As many days as it takes, and to the hour, where the gap is also the longest one."""
    plan = replace(PLANNED, infusions=2, min_gap_h=gap_d * 24, max_gap_d=gap_d, window_d=gap_d)
    said, *_ = told(induced(1).then_came(plan), kind)
    assert said.missing == ()


def test_a_series_goes_round_the_infusions_that_are_booked() -> None:
    """Two were called off: they are asked for where the gap from all others is kept, and the site is open."""
    others = (booking(number, OPENING + day * DAY) for number, day in ((1, 2), (2, 8), (3, 14), (4, 20)))
    plan = replace(PLANNED, min_gap_h=72, max_gap_d=10, window_d=50)
    state = came_at(planned().then_came(*others), OPENING - MINUTE, plan)
    assert starts_of(state) == [OPENING + 11 * DAY, OPENING + 17 * DAY]


def test_what_is_called_off_is_asked_again_beside_the_others() -> None:
    """The first infusion of a series that begins in six weeks."""
    others = (booking(number, OPENING + (38 + 4 * number) * DAY) for number in range(2, 7))
    state = came_at(planned().then_came(*others), OPENING - MINUTE, replace(PLANNED, window_d=30))
    (start,) = starts_of(state)
    assert start >= OPENING + 36 * DAY


def test_a_move_keeps_the_gap_from_the_others_and_not_from_itself() -> None:
    """The first of two a week apart, to the earliest time there is."""
    state = planned().then_came(booking(1, OPENING + DAY), booking(2, OPENING + 8 * DAY))
    (said,) = told(came_at(state, OPENING - MINUTE, replace(PLANNED, max_gap_d=9)), RescheduleAppointment)
    assert said.missing == ()
    assert isinstance(said.asked.command, RescheduleAppointment)
    assert said.asked.command.moves[0].start == OPENING


def test_a_move_waits_out_the_gap_to_the_hour() -> None:
    """Of an infusion, where the gap is also the longest one."""
    plan = replace(PLANNED, infusions=2, min_gap_h=7 * 24, max_gap_d=7)
    (said,) = told(induced(1).then_came(plan, booking(2)), RescheduleAppointment)
    assert said.missing == ()


def test_a_review_is_moved_next_to_an_infusion() -> None:
    """It has no gap to keep."""
    review = replace(booking(1, OPENING + DAY), kind=AppointmentKind.REVIEW, slot_no=None)
    (said,) = told(came_at(planned(), OPENING - MINUTE, review, booking(2, OPENING + 28 * HOUR)), RescheduleAppointment)
    assert isinstance(said.asked.command, RescheduleAppointment)
    assert (said.missing, said.asked.command.moves[0].start - OPENING) == ((), MINUTE)


@pytest.mark.parametrize("window_d, ahead", [(21, 59), (59, 59), (60, 60), (90, 90), (366, 366), (400, 366)])
def test_looks_as_far_ahead_as_a_plan_may_need(window_d: int, ahead: int) -> None:
    """Sixty days with today, or those of the window; but not on and on, whatever the window."""
    for days, missing in ((ahead, ()), (ahead + 1, (Rule.SITE_CLOSED,))):
        shut = Site(closures=frozenset(OPENING.date() + day * DAY for day in range(days)), hours=DAILY)
        said = told(replace(approved(infusions=1, window_d=window_d), clinic=Clinic(site=shut)), BookAppointment)
        assert [it.missing for it in said] == [missing, missing]


@pytest.mark.parametrize(
    "kind, infusions, tried",
    [(BookAppointment, 6, 60), (BookSeries, 6, 14), (BookSeries, 3, 20), (BookSeries, 1, 60)],
)
def test_no_more_days_are_tried_than_are_quickly_tried(kind: type[Command], infusions: int, tried: int) -> None:
    """A series, all of which is looked at each time, on fewer the longer it is; and none on a day twice."""
    state = replace(approved(infusions=infusions, window_d=90), clinic=Clinic(site=Site(hours=DAILY)))
    probe, *_ = PROBES[kind](now(state))
    asks = list(probe.asks)
    first = {it.slots[0].start if isinstance(it, BookSeries) else getattr(it, "start", None) for it in asks}
    assert (len(asks), len(first)) == (tried, tried)


def test_a_site_that_is_open_on_one_weekday_has_a_series() -> None:
    """A week apart, or it says that the plan would have them closer."""
    weekly = replace(approved(max_gap_d=7), clinic=Clinic(site=ON_MONDAYS))
    assert starts_of(weekly) == [OPENING + day * DAY for day in (6, 13, 20)]
    (said,) = told(replace(approved(max_gap_d=6), clinic=weekly.clinic), BookSeries)
    assert said.missing == (Rule.GAP_TOO_LONG,)


@pytest.mark.parametrize("site", [NEVER, SHUT], ids=["no hours", "closures"])
@pytest.mark.parametrize("booked", [(), (booking(1, OPENING + 4 * DAY),)], ids=["planned", "booked"])
def test_a_site_that_is_closed_says_so(site: Site, booked: Sequence[Event]) -> None:
    """Of every appointment that may be asked for this is missing, and nothing else."""
    closed = replace(approved().then_came(*booked), clinic=Clinic(site=site))
    said = [it for kind in ASKED_FOR_A_TIME for it in told(closed, kind)]
    assert {it.missing for it in said} == {(Rule.SITE_CLOSED,)}
    moment = now(closed)
    assert list(next_steps(moment.journey, closed.log, moment.at, PRESCRIBER, closed.clinic))
