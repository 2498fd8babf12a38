"""Is the site open by its own clock, and its set-up one version told from another?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from journey.site import Hours, Site

ZONE = ZoneInfo("America/Los_Angeles")
SITE = Site()
MINUTE = timedelta(minutes=1)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = ZONE) -> datetime:
    """A moment of a day."""
    return datetime.combine(day, time(hour, minute), tzinfo=zone)


MONDAY, SATURDAY, SUNDAY = date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 8)


def test_is_open_from_the_first_to_the_last_minute() -> None:
    """The bounds themselves are open, a minute beyond either is not."""
    opens, closes = at(MONDAY, 8), at(MONDAY, 18)
    assert SITE.is_open(opens, closes)
    assert not SITE.is_open(opens - MINUTE, closes)
    assert not SITE.is_open(opens, closes + MINUTE)


@pytest.mark.parametrize("day, is_open", [(MONDAY, True), (SATURDAY, True), (SUNDAY, False)])
def test_a_weekday_without_hours_is_closed(day: date, is_open: bool) -> None:
    """The default clinic is open from Monday to Saturday."""
    assert SITE.is_open(at(day, 9), at(day, 10)) is is_open


def test_is_closed_on_its_closures() -> None:
    """A closure closes the whole day and no other."""
    site = replace(SITE, closures=frozenset({MONDAY}))
    assert not site.is_open(at(MONDAY, 9), at(MONDAY, 10))
    assert site.is_open(at(date(2026, 3, 3), 9), at(date(2026, 3, 3), 10))


@pytest.mark.parametrize(
    "day, hours", [(MONDAY, 24), (SUNDAY, 23), (date(2026, 11, 1), 25)], ids=["plain", "spring", "autumn"]
)
def test_a_day_is_as_long_as_it_is(day: date, hours: int) -> None:
    """From midnight to midnight there are 24 hours, one less in spring, one more in autumn."""
    assert SITE.begins(day + timedelta(days=1)) - SITE.begins(day) == timedelta(hours=hours)


def test_opening_is_in_real_hours() -> None:
    """Ten hours on a plain day, none on a Sunday or a closure; open since midnight, the change of clocks is within."""
    assert SITE.opening(MONDAY) == (at(MONDAY, 8).astimezone(UTC), at(MONDAY, 18).astimezone(UTC))
    assert SITE.opening(SUNDAY) is None
    assert replace(SITE, closures=frozenset({MONDAY})).opening(MONDAY) is None
    always = replace(SITE, hours={day: Hours(opens=time(0), closes=time(18)) for day in range(7)})
    opens, closes = always.opening(SUNDAY) or (None, None)
    assert opens is not None
    assert closes is not None
    assert closes - opens == timedelta(hours=17)


def test_never_over_night() -> None:
    """What ends on another day is not within the hours, however wide they are."""
    always = replace(SITE, hours={day: Hours(opens=time(0), closes=time(23, 59)) for day in range(7)})
    assert always.is_open(at(MONDAY, 0), at(MONDAY, 23, 59))
    assert not always.is_open(at(MONDAY, 23), at(date(2026, 3, 3), 1))


@pytest.mark.parametrize("day, utc_hour", [(date(2026, 3, 6), 16), (date(2026, 3, 9), 15), (date(2026, 11, 2), 16)])
def test_keeps_its_own_clock_across_the_change(day: date, utc_hour: int) -> None:
    """Eight o'clock at the site is another hour of UTC after each change of clocks."""
    opens = at(day, utc_hour, zone=ZoneInfo("UTC"))
    assert SITE.is_open(opens, opens + MINUTE)
    assert not SITE.is_open(opens - MINUTE, opens)


def test_counts_the_seats() -> None:
    """A chair and a provider seat one, a nurse as many as the site says; a stranger none."""
    site = replace(SITE, nurses={"nurse-1": 3})
    assert [site.capacity(name) for name in ("chair-1", "provider-1", "nurse-1", "nurse-2", "chair-9")] == [
        1,
        1,
        3,
        0,
        0,
    ]


def test_the_digest_tells_versions_apart() -> None:
    """The same set-up in another order is the same version; another closure is another."""
    turned = replace(
        SITE,
        nurses=dict(sorted(SITE.nurses.items(), reverse=True)),
        hours=dict(sorted(SITE.hours.items(), reverse=True)),
    )
    assert turned.digest == SITE.digest
    assert replace(SITE, closures=frozenset({MONDAY})).digest != SITE.digest


def test_is_read_from_what_it_writes() -> None:
    """A set-up and its plain values are the same thing."""
    site = replace(SITE, zone="Europe/Zurich", closures=frozenset({MONDAY}), nurses={"nora": 2})
    assert Site.from_text(site.as_text()) == site


@pytest.mark.parametrize(
    "text, named",
    [
        ({"zones": "UTC"}, "a site has no zones"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"hours": {"0": "8-18"}}, "hours"),
        ({"hours": {"0": ["8", "late"]}}, "hours"),
        ({"nurses": ["nora"]}, "nurses"),
        ({"closures": ["Christmas"]}, "closures"),
    ],
)
def test_says_what_it_can_not_read(text: dict[str, object], named: str) -> None:
    """A set-up that can't be read names its key."""
    with pytest.raises(ValueError, match=named):
        Site.from_text(text)


@pytest.mark.parametrize("month, day", [(3, 7), (10, 31)])
def test_nine_o_clock_stays_nine_o_clock(month: int, day: int) -> None:
    """Moved across a change of clocks, a time is as many days and hours later by the site's own clock."""
    site = Site()
    before = datetime(2026, month, day, 9, tzinfo=site.tzinfo)
    moved = site.shifted(before.astimezone(UTC), before, before + timedelta(days=2, hours=1))
    assert (site.day(moved) - before.date()).days == 2
    assert site.local(moved).hour == 10
    assert abs(moved - before - timedelta(days=2, hours=1)) == timedelta(hours=1)
