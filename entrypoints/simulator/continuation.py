"""How does it go on after a response: month after month, with a pause, a relapse, a death?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from entrypoints.simulator.chart import FRONT_DESK, Entering, Wakes
from entrypoints.simulator.patients import Fate
from entrypoints.simulator.pauses import paused
from entrypoints.simulator.reviews import Reviews
from entrypoints.simulator.series import Series

MONTH_DAYS = 30

PAUSED_SHARE, RELAPSED_SHARE = 0.06, 0.06
"""After how many infusions of maintenance the journey rests for a while, or the patient relapses; made up."""


@dataclass
class Continuation:
    """A patient's maintenance."""

    series: Series
    reviews: Reviews
    _scheduled: UUID | None = None
    _times: int = 0

    def __post_init__(self) -> None:
        """Go on in the same chart."""
        self.papers = self.series.papers
        self.chart, self.patient = self.papers.chart, self.papers.patient

    def run(self) -> Entering[str]:
        """Once a month for as long as it is meant to be; gives why the journey ends then."""
        due = yield from self._put_in_force()
        for number in range(1, self.patient.maintenance + 1):
            self._book_around(due)
            if self.patient.fate is Fate.DIED:
                yield from self._died()
                return "deceased"
            yield from self._visited()
            yield from self.chart.later(9)
            if number < self.patient.maintenance:
                due = yield from self._until_next()
        return "completed"

    def _until_next(self) -> Entering[date]:
        """Whatever comes between two infusions; gives when the next one is due."""
        due = self.chart.today() + timedelta(days=MONTH_DAYS)
        yield from self.papers.renewed(until=due + timedelta(days=10))
        luck = self.chart.chance.random()
        if luck < RELAPSED_SHARE:
            return (yield from self._relapsed())
        if luck < RELAPSED_SHARE + PAUSED_SHARE:
            yield from paused(self.papers, self.chart.chance.randint(8, 20))
        return due

    def _relapsed(self) -> Entering[date]:
        """Another series under the plan, its review, and maintenance anew."""
        yield from self.reviews.relapsed(self.chart.today() + timedelta(days=self.chart.chance.randint(12, 20)))
        yield from self.papers.renewed(until=self.chart.today() + timedelta(days=3 * MONTH_DAYS))
        yield from self.chart.later(10)
        infusions = self.chart.chance.choice((3, 4, 6))
        self.chart.enter(
            "OrderReinduction",
            self.papers.prescriber,
            plan_id=str(self.series.plan_id),
            infusions=infusions,
            reason="relapse",
        )
        yield from self.chart.later(10)
        self.series.begun_anew(infusions)
        yield from self._visited()
        yield from self.reviews.made(self.chart.today() + timedelta(days=self.chart.chance.randint(15, 18)), "maintain")
        return (yield from self._put_in_force())

    def _put_in_force(self) -> Entering[date]:
        """The schedule of maintenance; gives when its first infusion is due."""
        yield from self.chart.later(6)
        first = self.chart.today() + timedelta(days=self.chart.chance.randint(6, 12))
        before, self._times = self._scheduled, self._times + 1
        self._scheduled = self.chart.named(f"maintenance {self._times}")
        self.chart.enter(
            "ScheduleMaintenance",
            self.papers.prescriber,
            maintenance_id=str(self._scheduled),
            rule="fixed",
            intervals_d=[MONTH_DAYS],
            first_due=first.isoformat(),
            supersedes=None if before is None else str(before),
            dose_mg_per_kg=str(self.series.dose),
        )
        yield from self.chart.later(6)
        return first

    def _visited(self) -> Wakes:
        while self.series.bookings.coming:
            yield from self.series.next_visit()

    def _book_around(self, due: date) -> None:
        """Near the day it is due: a few days earlier or later do not matter."""
        near = [due + timedelta(days=days) for days in (0, 1, -1, 2, -2, 3, -3, 4, 5)]
        bookings, today = self.series.bookings, self.chart.today()
        bookings.book(self.series.plan_id, bookings.hold(None, (it for it in near if it > today)))

    def _died(self) -> Wakes:
        """The family calls."""
        yield from self.chart.next_noon()
        self.chart.enter("RecordDeath", FRONT_DESK, died_on=self.chart.today().isoformat(), informant="family")
        yield from self.chart.later(10)
        self.series.bookings.cancel(self.series.bookings.coming, "pat-dec")
