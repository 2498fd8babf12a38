"""What is entered at the synthetic clinic, by all of its patients, in the order it is heard of?"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from random import Random
from typing import Any

from entrypoints.simulator.calendar import Calendar
from entrypoints.simulator.chart import Chart, Line
from entrypoints.simulator.clinic import synthetic_clinic
from entrypoints.simulator.course import Course
from entrypoints.simulator.patients import Patient, made_up
from entrypoints.simulator.profiles import Profile
from entrypoints.simulator.stock import Stock
from journey.site import Site

PATIENTS, MONTHS = 120, 18
MONTH = timedelta(days=365) / 12
SITE = synthetic_clinic().site

__all__ = ["MONTHS", "PATIENTS", "Line", "planned", "simulate"]


def simulate(
    seed: int, patients: int, months: int, end: datetime, site: Site = SITE, profile: Profile | None = None
) -> Iterator[Mapping[str, Any]]:
    """The lines of the months up to `end`, as `journey import` reads them; the same seed gives the same lines."""
    heard = takewhile(lambda line: line.heard_at <= end, planned(seed, patients, months, end, site, profile))
    return (line.request for line in heard)


def planned(
    seed: int, patients: int, months: int, end: datetime, site: Site = SITE, profile: Profile | None = None
) -> Iterator[Line]:
    """The lines of the months up to `end` and, for those who are under treatment then, what they go on with.

    With a profile it is the patients of that study who come. Nobody new comes after `end`; on its day the chairs are as
    busy as they get, each at another stage.
    """
    calendar = Calendar(site, busiest=end.astimezone(UTC))
    stock, come = Stock(), made_up(seed, patients, end - months * MONTH, end, profile)
    courses = [_course(seed, patient, calendar, stock) for patient in come]
    lives = [course.life() for course in courses]
    waiting = [(next(life), number) for number, life in enumerate(lives)]
    heapq.heapify(waiting)
    while waiting:
        _, number = heapq.heappop(waiting)
        wakes = next(lives[number], None)
        yield from courses[number].chart.taken()
        if wakes is not None:
            heapq.heappush(waiting, (wakes, number))


def _course(seed: int, patient: Patient, calendar: Calendar, stock: Stock) -> Course:
    chance = Random(f"course {seed} {patient.number}")  # noqa: S311 - seeded chance is what a simulation wants
    return Course(patient, Chart(patient.journey_id, calendar.site, chance, stock), calendar)
