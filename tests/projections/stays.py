"""Rows of the board as the tests of use and load want them: visits of one day at one site, and of any days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from journey.site import Hours, Site
from projections.plain import moment
from tests.given import MINUTE

ZONE = ZoneInfo("America/Los_Angeles")
SITE = Site(chairs=("chair-1", "chair-2"), nurses={"nurse-1": 2}, providers=("provider-1",))
MONDAY, SPRING, AUTUMN = date(2026, 3, 2), date(2026, 3, 8), date(2026, 11, 1)
ALWAYS = Site(
    chairs=SITE.chairs,
    nurses=SITE.nurses,
    providers=SITE.providers,
    hours={day: Hours(opens=time(0), closes=time(18)) for day in range(7)},
)
"""Open from midnight on, every day: what is open is an hour shorter, or longer, when the clocks change."""

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day at the clinic."""
    return datetime.combine(day, time(hour, minute), ZONE).astimezone(UTC)


def visit(start: datetime | None, end: datetime | None, **changes: Any) -> dict[str, Any]:
    """A row of the board; the other moments may be given as moments."""
    row: dict[str, Any] = {
        "journey_id": "j",
        "patient_id": "p",
        "appointment_id": "a",
        "session_id": None,
        "kind": "infusion",
        "slot_no": 1,
        "series_id": None,
        "chair": "chair-1",
        "nurse": "nurse-1",
        "provider": None,
        "starts_at": start,
        "ends_at": end,
        "status": "booked",
        "stage": None,
        "checked_in_at": None,
        "infusion_started_at": None,
        "infusion_ended_at": None,
        "ended_at": None,
    }
    row |= changes
    return {name: moment(it) if isinstance(it, datetime) else it for name, it in row.items()}


def came(start: datetime, end: datetime, since: datetime, until: datetime | None, **changes: Any) -> dict[str, Any]:
    """A row of somebody who came, and has left if it is said when."""
    stage = {"stage": "recovering" if until is None else "discharged", "ended_at": until}
    return visit(start, end, status="arrived", checked_in_at=since, **(stage | changes))


MINUTES = st.integers(min_value=0, max_value=7 * 24 * 60)
LENGTHS = st.integers(min_value=1, max_value=20 * 60)
NAMES = st.sampled_from([*SITE.chairs, "chair-9", None])


@st.composite
def visits(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a visit of the week that ends with the change of clocks in spring, in whatever state."""
    start = at(MONDAY, 0) + draw(MINUTES) * MINUTE
    end = start + draw(LENGTHS) * MINUTE
    status = draw(st.sampled_from(["booked", "arrived", "missed", "cancelled"]))
    where = {"chair": draw(NAMES), "nurse": draw(st.sampled_from(["nurse-1", "nurse-9", None]))}
    if status != "arrived":
        return visit(start, end, status=status, **where)
    since = start + draw(st.integers(min_value=-60, max_value=60)) * MINUTE
    until = since + draw(LENGTHS) * MINUTE if draw(st.booleans()) else None
    return came(start, end, since, until, infusion_started_at=since + MINUTE, infusion_ended_at=until, **where)
