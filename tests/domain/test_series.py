"""Is the earliest series the one that trying everything finds, and is what prevents one what prevents it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.seats import Seats, slots
from journey.series import STEP, Constraint, Place, Prevented, Wanted, earliest
from journey.site import Hours, Site
from tests.given import DAY, HOUR

MONDAY = date(2026, 3, 2)
SITE = Site(
    hours={day: Hours(opens=time(9), closes=time(11)) for day in range(6)},
    chairs=("chair-1", "chair-2"),
    nurses={"nurse-1": 2, "nurse-2": 1},
    providers=("provider-1",),
)


def at(days: int, hours: float = 9, site: Site = SITE) -> datetime:
    """A time of a day, counted from the first Monday, by the site's clock."""
    moment = datetime.combine(MONDAY + days * DAY, time(), tzinfo=site.tzinfo) + hours * HOUR
    return moment.astimezone(UTC)


def seats(*held: tuple[str, int, datetime, datetime], site: Site = SITE, days: int = 31) -> Seats:
    """What is held from the first Monday on: a seat of a resource, from when until when."""
    span = slots(at(0, 0, site), at(days, 0, site))
    return Seats.of(span, ((resource, seat, slots(start, end)) for resource, seat, start, end in held))


WANTED = Wanted(
    slot_nos=(1, 2, 3),
    length=HOUR,
    earliest=at(0, 0),
    until=MONDAY + 20 * DAY,
    min_gap=timedelta(hours=40),
    max_gap_d=4,
    window_d=14,
    chairs=SITE.chairs,
    nurses=tuple(SITE.nurses),
)


def found(wanted: Wanted = WANTED, *held: tuple[str, int, datetime, datetime], site: Site = SITE) -> list[datetime]:
    """The starts of the earliest series."""
    answer = earliest(wanted, site, seats(*held, site=site))
    assert isinstance(answer, list), answer
    return [it.start for it in answer]


def prevented(wanted: Wanted, *held: tuple[str, int, datetime, datetime], site: Site = SITE) -> Prevented:
    """What prevents any series."""
    answer = earliest(wanted, site, seats(*held, site=site))
    assert isinstance(answer, Prevented), answer
    return answer


def test_an_empty_site_has_the_first_hours() -> None:
    """Each infusion as early as the shortest gap lets it: Monday, Wednesday, Friday."""
    assert found() == [at(0), at(2), at(4)]
    chosen = earliest(WANTED, SITE, seats())
    assert chosen[0] == Place(1, at(0), at(0) + HOUR, "chair-1", "nurse-1", None)


def test_the_nearest_hour_may_be_the_wrong_one() -> None:
    """On Monday it could begin, and Thursday's is the last hour from which nothing follows: so it begins on Tuesday."""
    full = [(chair, 1, at(day, 0), at(day, 24)) for chair in SITE.chairs for day in (2, 4, 5, 7, 8, 9, 10, 11)]
    free = [day for day in range(12) if day not in {2, 4, 5, 6, 7, 8, 9, 10, 11}]
    assert free == [0, 1, 3]
    late = replace(WANTED, slot_nos=(1, 2), min_gap=timedelta(hours=40), max_gap_d=4)
    assert found(late, *full) == [at(0), at(3)]
    greedy = [(chair, 1, at(day, 0), at(day, 24)) for chair in SITE.chairs for day in (3, 4, 5, 9, 10)]
    # from Monday the next is Wednesday, and from there nothing until Monday: five days, one too many
    assert found(replace(WANTED, max_gap_d=4), *greedy) != [at(0), at(2), at(7)]


def test_a_seat_is_one_seat_all_the_while() -> None:
    """A nurse of two whose seats are free one after the other has none for a whole hour."""
    crossing = [("nurse-1", 1, at(0), at(0, 9.5)), ("nurse-1", 2, at(0, 9.5), at(0, 11))]
    alone = replace(WANTED, slot_nos=(1,), nurses=("nurse-1",))
    assert found(alone, *crossing) == [at(0, 9.5)]
    assert found(replace(alone, length=1.25 * HOUR), *crossing) == [at(0, 9.5)]
    assert found(replace(alone, length=1.75 * HOUR), *crossing) == [at(1)]


@pytest.mark.parametrize("changed", [date(2026, 3, 8), date(2026, 11, 1)])
def test_days_on_which_the_clocks_change(changed: date) -> None:
    """Every day is open, Sundays too: nine o'clock is found on both sides, and the shortest gap is of real hours."""
    site = replace(SITE, hours={day: Hours(opens=time(0), closes=time(23, 59)) for day in range(7)})
    before = datetime.combine(changed - DAY, time(9), tzinfo=site.tzinfo)
    wanted = replace(
        WANTED,
        slot_nos=(1, 2),
        earliest=before.astimezone(UTC),
        until=changed + 3 * DAY,
        min_gap=24 * HOUR,
        max_gap_d=1,
        window_d=1,
    )
    span = slots(before, before + 5 * DAY)
    answer = earliest(wanted, site, Seats.of(span, ()))
    assert isinstance(answer, list)
    assert answer[1].start - answer[0].start == 24 * HOUR
    assert {site.day(it.start) for it in answer} == {changed - DAY, changed}


def test_closures_and_midnight() -> None:
    """A closed day has no hours, and no visit goes past closing or midnight."""
    assert found(site=replace(SITE, closures=frozenset({MONDAY + 2 * DAY}))) == [at(0), at(3), at(5)]
    night = replace(SITE, hours={0: Hours(opens=time(22), closes=time(23, 59))})
    alone = replace(WANTED, slot_nos=(1,), length=1.5 * HOUR, earliest=at(0, 22.2))
    assert found(alone, site=night) == [at(0, 22.25)]
    assert found(replace(alone, earliest=at(0, 22.5)), site=night) == [at(7, 22)]


def test_what_stands_is_reckoned_with() -> None:
    """Between two that are kept the others are put; own appointments and other infusions stand in the way."""
    kept = (at(0), at(8))
    wanted = replace(WANTED, slot_nos=(2, 3), kept=kept, apart=kept)
    assert found(wanted) == [at(2), at(4)]
    assert found(replace(wanted, own=((at(2), at(2, 9.5)),))) == [at(2, 9.5), at(4)]
    assert found(replace(wanted, max_gap_d=3, kept=(at(0), at(7)), apart=(at(0), at(7)))) == [at(2), at(4)]


@pytest.mark.parametrize(
    "changes, constraints, slot_no",
    [
        ({"until": MONDAY}, (Constraint.UNTIL,), 2),
        ({"until": MONDAY + DAY}, (Constraint.MIN_GAP,), 2),
        ({"length": 3 * HOUR}, (Constraint.UNTIL,), 1),
        ({"window_d": 3}, (Constraint.WINDOW,), 3),
        ({"max_gap_d": 1}, (Constraint.MAX_GAP,), 2),
        ({"own": ((at(0, 0), at(21, 0)),)}, (Constraint.OWN_APPOINTMENTS,), 1),
        ({"providers": ("provider-9",)}, (Constraint.PROVIDERS,), 1),
        ({"nurses": ()}, (Constraint.NURSES,), 1),
        ({"chairs": ("chair-9",)}, (Constraint.CHAIRS,), 1),
        ({"chairs": (), "nurses": ()}, (Constraint.NURSES, Constraint.CHAIRS), 1),
    ],
)
def test_says_what_prevents_it(changes: dict[str, object], constraints: tuple[Constraint, ...], slot_no: int) -> None:
    """What prevents a series lets one be once it is lifted; all of it is named, and the first slot that is not had."""
    answer = prevented(replace(WANTED, **changes))  # type: ignore[arg-type]  # as the case says
    assert (answer.constraints, answer.slot_no) == (constraints, slot_no)


def test_a_closure_prevents_it() -> None:
    """A week that is shut leaves a gap that is too long."""
    shut = replace(SITE, closures=frozenset(MONDAY + day * DAY for day in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12)))
    answer = prevented(replace(WANTED, until=MONDAY + 12 * DAY), site=shut)
    assert answer == Prevented((Constraint.CLOSURES,), 2)


def test_a_full_chair_prevents_it() -> None:
    """Where every chair is taken for a week, chairs are named, and the slot that can't follow."""
    full = [(chair, 1, at(1, 0), at(7, 0)) for chair in SITE.chairs]
    assert prevented(replace(WANTED, until=MONDAY + 8 * DAY), *full) == Prevented((Constraint.CHAIRS,), 2)


def brute(wanted: Wanted, site: Site, free: Sequence[datetime]) -> list[datetime] | None:
    """The earliest series by trying every one, in order."""
    return next(_tried(wanted, site, free, []), None)


def _tried(wanted: Wanted, site: Site, free: Sequence[datetime], chosen: list[datetime]) -> Iterator[list[datetime]]:
    if len(chosen) == len(wanted.slot_nos):
        if _holds(wanted, site, chosen):
            yield chosen
        return
    for start in free:
        if not chosen or start - chosen[-1] >= max(wanted.min_gap, wanted.length):
            yield from _tried(wanted, site, free, [*chosen, start])


def _holds(wanted: Wanted, site: Site, chosen: list[datetime]) -> bool:
    every = sorted([*chosen, *wanted.kept])
    days = [site.day(it) for it in every]
    near = all(
        (second - first).days <= wanted.max_gap_d
        for (one, other), (first, second) in zip(pairwise(every), pairwise(days), strict=True)
        if one in chosen or other in chosen
    )
    window = all(abs((site.day(it) - day).days) <= wanted.window_d for it in chosen for day in days)
    apart = all(abs(it - other) >= wanted.min_gap for it in chosen for other in wanted.apart)
    return near and window and apart


hours = st.tuples(st.integers(0, 11), st.sampled_from([9, 9.5, 10]), st.sampled_from([0.5, 1, 2]))


@settings(max_examples=200)
@given(
    held=st.lists(st.tuples(st.sampled_from(["chair-1", "chair-2", "nurse-1", "nurse-2"]), hours), max_size=24),
    shut=st.sets(st.integers(0, 11), max_size=5),
    kept=st.lists(st.tuples(st.integers(0, 11), st.sampled_from([9, 10])), max_size=2, unique=True),
    count=st.integers(1, 3),
    min_gap_h=st.sampled_from([0, 24, 30, 48]),
    max_gap_d=st.integers(1, 5),
    window_d=st.integers(1, 9),
)
def test_finds_what_trying_everything_finds(
    held: list[tuple[str, tuple[int, float, float]]],
    shut: set[int],
    kept: list[tuple[int, float]],
    count: int,
    min_gap_h: int,
    max_gap_d: int,
    window_d: int,
) -> None:
    """Over twelve days, by half hours, with chairs, nurses of one and two, closures and kept infusions."""
    site = replace(SITE, closures=frozenset(MONDAY + day * DAY for day in shut))
    taken = [(name, 1, at(day, start), at(day, start + long)) for name, (day, start, long) in held]
    stand = tuple(at(day, hour) for day, hour in kept)
    wanted = replace(
        WANTED,
        slot_nos=tuple(range(1, count + 1)),
        until=MONDAY + 11 * DAY,
        min_gap=timedelta(hours=min_gap_h),
        max_gap_d=max_gap_d,
        window_d=window_d,
        kept=stand,
        apart=stand,
        own=tuple((it, it + HOUR) for it in stand),
    )
    every = (at(day, 9 + step / 4) for day in range(12) for step in range(8))
    free = [it for it in every if site.is_open(it, it + HOUR) and _is_free(it, taken) and _is_alone(it, wanted)]
    answer = earliest(wanted, site, seats(*taken))
    tried = brute(wanted, site, free)
    assert ([it.start for it in answer] if isinstance(answer, list) else None) == tried
    if isinstance(answer, list):
        assert all(_holds_seats(it, taken) for it in answer)


def _is_alone(start: datetime, wanted: Wanted) -> bool:
    return not any(begins < start + HOUR and start < ends for begins, ends in wanted.own)


def _is_free(start: datetime, taken: Sequence[tuple[str, int, datetime, datetime]]) -> bool:
    """Whether a chair and a nurse's seat are free; of the nurse of two the second seat always is."""
    gone = {name for name, _, begins, ends in taken if begins < start + HOUR and start < ends}
    return not gone >= {"chair-1", "chair-2"}


def _holds_seats(place: Place, taken: Sequence[tuple[str, int, datetime, datetime]]) -> bool:
    gone = {name for name, _, begins, ends in taken if begins < place.end and place.start < ends}
    return place.chair not in gone and (place.nurse == "nurse-1" or place.nurse not in gone)


def test_the_quarter_hour_is_the_step() -> None:
    """What is free from five past is found at a quarter past."""
    assert timedelta(minutes=15) == STEP
    held = [(chair, 1, at(0), at(0, 9 + 5 / 60)) for chair in SITE.chairs]
    assert found(replace(WANTED, slot_nos=(1,)), *held) == [at(0, 9.25)]
