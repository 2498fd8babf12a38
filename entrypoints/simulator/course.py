"""How does a patient's journey go, from the referral to its end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from entrypoints.simulator import intake
from entrypoints.simulator.calendar import Calendar
from entrypoints.simulator.chart import FRONT_DESK, NURSES, PRESCRIBERS, Chart, Wakes
from entrypoints.simulator.continuation import Continuation
from entrypoints.simulator.modality import ADJUNCT_SHARE, SWITCHED_SHARE, joined, switched
from entrypoints.simulator.patients import Fate, Patient
from entrypoints.simulator.pauses import paused
from entrypoints.simulator.reviews import Reviews
from entrypoints.simulator.screenings import Screenings
from entrypoints.simulator.series import RAISED_DOSE, Series

BEFORE = timedelta(hours=3)
"""How long before an infusion whoever was not heard had said that there should be none."""

RAISED_AFTER, WITHDRAWN_AFTER = 2, 3
"""After how many infusions the dose is raised, or consent withdrawn, with those whose fate it is."""

UNHEARD_SHARE = 0.5
"""How many of those who withdraw consent had said so before the last infusion, and nobody wrote it down; made up."""

PAUSED_SHARE = 0.06
"""How many journeys rest between the series and its review; made up."""


@dataclass
class Course:
    """One patient's journey at the synthetic clinic."""

    patient: Patient
    chart: Chart
    calendar: Calendar

    def __post_init__(self) -> None:
        """Say who looks after the patient."""
        chance = self.chart.chance
        screenings = Screenings(self.chart, self.patient)
        nurse, self.prescriber = chance.choice(NURSES), chance.choice(PRESCRIBERS)
        self.papers = intake.Papers(self.chart, self.patient, nurse, self.prescriber, screenings)
        self.series = Series(self.papers, self.calendar)
        self.reviews = Reviews(self.papers)

    def life(self) -> Wakes:
        """All that is entered of it."""
        treatable = yield from intake.candidate(self.papers)
        if not treatable:
            return
        yield from self.series.planned_and_booked()
        yield from self._treated()
        if self.patient.fate is Fate.WITHDRAWN:
            yield from self._withdrawn()
            return
        responds = self.patient.maintenance > 0
        switches = not responds and self.chart.chance.random() < SWITCHED_SHARE
        yield from self._reviewed("maintain" if responds else "change_modality" if switches else "close")
        if not responds:
            if switches:
                yield from switched(self.chart, self.prescriber)
            yield from self._closed("transferred" if switches else "non_response")
            return
        if self.chart.chance.random() < ADJUNCT_SHARE:
            yield from joined(self.chart, self.prescriber)
        reason = yield from Continuation(self.series, self.reviews).run()
        yield from self._closed(reason)

    def _treated(self) -> Wakes:
        """Visit after visit, until the plan's infusions are given."""
        fate, series = self.patient.fate, self.series
        while series.bookings.coming:
            yield from series.next_visit()
            if fate is Fate.WITHDRAWN and series.given == WITHDRAWN_AFTER:
                return
            if fate is Fate.DOSE_CHANGED and series.given == RAISED_AFTER and series.dose != RAISED_DOSE:
                yield from series.dose_raised()

    def _withdrawn(self) -> Wakes:
        """The patient has had enough, and says so on the phone; or had said so before, to somebody who forgot."""
        yield from self.chart.next_noon()
        chance = Random(f"withdrawal {self.patient.journey_id}")  # noqa: S311 - seeded, and of no other chance
        said_at = self.series.last_start - BEFORE if chance.random() < UNHEARD_SHARE else None
        self.chart.enter(
            "WithdrawConsent",
            FRONT_DESK,
            at=said_at,
            late_reason=None if said_at is None else "oversight",
            consent_id=str(self.papers.consent_id),
            withdrawn_by="patient",
            effect="stop_treatment",
        )
        yield from self.chart.later(8)
        self.series.bookings.cancel(self.series.bookings.coming, "pat")
        yield from self._closed("consent_withdrawn")

    def _reviewed(self, following: str) -> Wakes:
        """Some two weeks after the last infusion, whether or not the journey rests for a while before."""
        yield from self.reviews.after_last()
        days_after = self.chart.chance.randint(15, 18)
        day = self.reviews.day(self.series.began, self.chart.today(), days_after)
        if self.chart.chance.random() < PAUSED_SHARE:
            yield from paused(self.papers, self.chart.chance.randint(5, 10))
        yield from self.reviews.made(day, following)

    def _closed(self, reason: str) -> Wakes:
        yield from self.chart.later(30)
        self.chart.enter("CloseJourney", self.prescriber, reason=reason)
