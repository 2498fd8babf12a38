"""For when is an appointment asked? On each day for as early as the site's hours, and an infusion's gaps, let it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import reduce
from itertools import accumulate, islice, repeat
from uuid import UUID

from journey.decisions.placing import infusions
from journey.decisions.probes.probe import Now

DAYS_AHEAD = 60
"""For so many days a time is looked for, or for as many as the plan's window has; and one is tried on no more."""

DAYS_AHEAD_MAX = 366
"""No farther is looked, whatever window a clinic's policy allows."""

FIRST_TRIED = 14
"""From so many days on a long series is tried: the patient may have another appointment at one of its times."""

VISIT = timedelta(hours=1)


def openings(now: Now) -> Iterator[datetime]:
    """On each day the first time for a visit from now on; where the site has none, now, for a decision to say why.

    In UTC, for from nine o'clock to nine o'clock it may be 23, 24 or 25 hours.
    """
    return _first(now, now.at, timedelta(), ())


def for_infusion(now: Now, moved: UUID | None = None) -> Iterator[datetime]:
    """On each day the first time that is the plan's gap from every other infusion than one that is moved."""
    others = (it.start for it in infusions(now.journey) if it.appointment_id != moved)
    return _first(now, now.at, _gap(now), sorted(others))


def series(now: Now, count: int) -> Iterator[tuple[datetime, ...]]:
    """So many infusions from each of the first days on, each as early as the gap lets it after the one before."""
    gap, others = _gap(now), sorted(it.start for it in infusions(now.journey))

    def following(start: datetime, _: None) -> datetime:
        return next(_first(now, start + max(gap, VISIT), gap, others))

    for start in islice(for_infusion(now), max(FIRST_TRIED, DAYS_AHEAD // count)):
        yield tuple(accumulate(repeat(None, count - 1), following, initial=start))


def _gap(now: Now) -> timedelta:
    return timedelta(hours=0 if now.journey.plan is None else now.journey.plan.min_gap_h)


def _first(now: Now, moment: datetime, gap: timedelta, others: Sequence[datetime]) -> Iterator[datetime]:
    """From a moment on each day's first time for a visit that is a gap from others; at any hour where no day has one.

    The others come in the order of time.
    """

    def apart(start: datetime) -> datetime:
        return reduce(lambda it, other: other + gap if abs(it - other) < gap else it, others, start)

    starts = ((apart(max(opens, moment)), closes) for opens, closes in _hours(now, moment))
    found = (start for start, closes in starts if start + VISIT <= closes)
    yield next(found, apart(moment))
    yield from islice(found, DAYS_AHEAD - 1)


def _hours(now: Now, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """From when until when the site is open, on the day of a moment and those ahead."""
    site, plan = now.clinic.site, now.journey.plan
    today = site.day(moment)
    window_d = 0 if plan is None else min(plan.window_d, DAYS_AHEAD_MAX)
    for days in range(max(DAYS_AHEAD, window_d + 1)):
        opening = site.opening(today + timedelta(days=days))
        if opening is not None:
            yield opening
