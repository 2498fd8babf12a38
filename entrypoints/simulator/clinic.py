"""How is the synthetic clinic set up?"""

from __future__ import annotations

from datetime import datetime, time

from journey.clinic import Clinic
from journey.site import Hours, Site

CHAIRS = 5
WEEK = 7

ZONES = (
    "America/Los_Angeles",
    "America/New_York",
    "Europe/London",
    "Europe/Athens",
    "Australia/Adelaide",
    "Pacific/Auckland",
)
"""Zones with a change of clocks, round the globe: in one of them the clinic is open, whatever the hour is here."""

MORNING_MIN, BUSY_MIN, AFTERNOON_MIN = 9 * 60, 11 * 60, 16 * 60


def synthetic_clinic(zone: str = ZONES[0]) -> Clinic:
    """Five chairs, a nurse to each, open every day."""
    every_day = Hours(opens=time(7), closes=time(19))
    site = Site(
        zone=zone,
        hours=dict.fromkeys(range(WEEK), every_day),
        chairs=tuple(f"chair-{number}" for number in range(1, CHAIRS + 1)),
        nurses={f"nurse-{number}": 1 for number in range(1, CHAIRS + 1)},
    )
    return Clinic(site=site)


def zone_at_work(now: datetime) -> str:
    """The first zone in which the clinic is busy at this moment; else where the hour is nearest to its busiest."""

    def minute(zone: str) -> int:
        local = Site(zone=zone).local(now)
        return local.hour * 60 + local.minute

    busy = [zone for zone in ZONES if MORNING_MIN <= minute(zone) <= AFTERNOON_MIN]
    return busy[0] if busy else min(ZONES, key=lambda zone: abs(minute(zone) - BUSY_MIN))
