"""How does a patient's journey go, from the referral to its end?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from entrypoints.simulator import intake
from entrypoints.simulator.bookings import Booking, Bookings
from entrypoints.simulator.calendar import Calendar
from entrypoints.simulator.chart import FRONT_DESK, NURSES, PRESCRIBERS, Chart, Wakes
from entrypoints.simulator.patients import INCIDENT_SHARE, Fate, Incident, Patient
from entrypoints.simulator.questionnaires import corrected, gad7, phq9
from entrypoints.simulator.screenings import Screenings
from entrypoints.simulator.signing import Signing
from entrypoints.simulator.visit import Visit

INFUSIONS = 6
GAP_DAYS = (2, 3, 4)
WINDOW_DAYS = 28
DOSE, RAISED_DOSE = Decimal("0.5"), Decimal("0.6")
MONTH_DAYS = 30

EVENTFUL_VISIT = 3
"""The visit at which every patient meets with something; at later ones it is left to chance."""

RAISED_AFTER, WITHDRAWN_AFTER = 2, 3
"""After how many infusions the dose is raised, or consent withdrawn, with those whose fate it is."""


@dataclass
class Course:
    """One patient's journey at the synthetic clinic."""

    patient: Patient
    chart: Chart
    calendar: Calendar
    given: int = 0
    visits: int = 0
    dose: Decimal = DOSE
    plan_no: int = 1
    first_day: date = date.min

    def __post_init__(self) -> None:
        """Say who looks after the patient."""
        self.bookings = Bookings(self.chart, self.calendar)
        self.nurse = self.chart.chance.choice(NURSES)
        self.prescriber = self.chart.chance.choice(PRESCRIBERS)
        self.screenings = Screenings(self.chart, self.patient)
        self.papers = intake.Papers(self.chart, self.patient, self.nurse, self.prescriber, self.screenings)
        self.signing = Signing(self.chart)

    def life(self) -> Wakes:
        """All that is entered of it."""
        treatable = yield from intake.candidate(self.papers)
        if not treatable:
            return
        yield from self._planned()
        yield from self._series()
        if self.patient.fate is Fate.WITHDRAWN:
            yield from self._withdrawn()
            return
        yield from self._reviewed()
        if self.patient.maintenance == 0:
            yield from self._closed("non_response")
            return
        yield from self._maintained()

    def _planned(self) -> Wakes:
        """The plan, and a chair for each of its infusions."""
        self._approve(supersedes=None)
        yield from self.chart.later(12)
        earliest = self.chart.today() + timedelta(days=self.chart.chance.randint(2, 4))
        for slot_no in range(1, INFUSIONS + 1):
            self.bookings.hold(slot_no, (earliest + timedelta(days=days) for days in range(10)))
            earliest = self.bookings.last_day() + timedelta(days=self.chart.chance.choice(GAP_DAYS))
        self.bookings.book_series(self._plan_id(), self.bookings.coming)
        self.first_day = self.chart.day(self.bookings.soonest().placing.start)

    def _approve(self, *, supersedes: UUID | None) -> None:
        self.chart.enter(
            "ApproveTreatmentPlan",
            self.prescriber,
            plan_id=str(self._plan_id()),
            revision=self.plan_no,
            dose_mg_per_kg=str(self.dose),
            duration_min=40,
            infusions=INFUSIONS,
            min_gap_h=36,
            max_gap_d=14,
            window_d=WINDOW_DAYS,
            instruments=[{"id": "phq9", "cadence": "each_infusion"}, {"id": "gad7", "cadence": "review"}],
            response_rule_id="phq9-lt5",
            supersedes=None if supersedes is None else str(supersedes),
        )

    def _series(self) -> Wakes:
        """Visit after visit, until the plan's infusions are given."""
        while self.bookings.coming:
            yield from self._next_visit()
            if self.patient.fate is Fate.WITHDRAWN and self.given == WITHDRAWN_AFTER:
                return
            if self.patient.fate is Fate.DOSE_CHANGED and self.given == RAISED_AFTER and self.dose != RAISED_DOSE:
                yield from self._dose_raised()

    def _next_visit(self) -> Wakes:
        """The next booking, as it goes; an infusion that does not come of it is booked anew."""
        self.visits += 1
        incident = self._incident()
        if incident is Incident.MOVED:
            yield from self.bookings.moved(self.bookings.soonest())
        booking = self.bookings.soonest()
        self.bookings.coming.remove(booking)
        if incident in {Incident.NO_SHOW, Incident.CANCELLED}:
            gone = self.bookings.missed if incident is Incident.NO_SHOW else self.bookings.called_off
            yield from gone(booking)
            yield from self._booked_anew(booking)
            return
        visit = Visit(
            chart=self.chart,
            patient=self.patient,
            placing=booking.placing,
            appointment_id=booking.appointment_id,
            infusion_no=self.given + 1,
            dose_mg_per_kg=self.dose,
            planned=INFUSIONS,
            incident=incident,
            screenings=self.screenings,
        )
        yield from visit.run()
        self.given += visit.counts
        if not visit.counts:
            yield from self._booked_anew(booking)
        yield from self.signing.after(visit.session_id, visit.prescriber)
        if incident is Incident.CORRECTED and visit.answered is not None:
            yield from self._next_noon()
            corrected(self.chart, visit.answered, self.nurse, self.prescriber)

    def _incident(self) -> Incident | None:
        if self.visits == EVENTFUL_VISIT:
            return self.patient.incident
        if self.visits > EVENTFUL_VISIT and self.chart.chance.random() < INCIDENT_SHARE:
            return self.chart.chance.choice(tuple(Incident))
        return None

    def _booked_anew(self, booking: Booking) -> Wakes:
        """After the last infusion that is booked."""
        yield from self.chart.later(15)
        last = self.bookings.last_day()
        again = self.bookings.hold(booking.slot_no, (last + timedelta(days=days) for days in range(2, 15)))
        day = self.chart.day(again.placing.start)
        if booking.slot_no is not None and day > self.first_day + timedelta(days=WINDOW_DAYS):
            self._revised()
            self.first_day = day
        self.bookings.book(self._plan_id(), again)

    def _revised(self) -> None:
        """The prescriber lets the plan go on: its next revision."""
        before = self._plan_id()
        self.plan_no += 1
        self._approve(supersedes=before)

    def _dose_raised(self) -> Wakes:
        """The dose was too low for this patient: the plan's next revision."""
        yield from self._next_noon()
        self.dose = RAISED_DOSE
        self._revised()
        self.first_day = self.chart.today()

    def _withdrawn(self) -> Wakes:
        """The patient has had enough, and says so on the phone."""
        yield from self._next_noon()
        self.chart.enter(
            "WithdrawConsent",
            FRONT_DESK,
            consent_id=str(self.papers.consent_id),
            withdrawn_by="patient",
            effect="stop_treatment",
        )
        yield from self.chart.later(8)
        self.bookings.cancel(self.bookings.coming, "pat")
        yield from self._closed("consent_withdrawn")

    def _reviewed(self) -> Wakes:
        """Some two weeks after the last infusion: was there a response?"""
        yield from self._noon(self.chart.today() + timedelta(days=self.chart.chance.randint(15, 18)))
        score = self.patient.phq9_after(INFUSIONS, INFUSIONS, self.chart.chance)
        yield from phq9(self.chart, score, "review", self.nurse, self.prescriber)
        yield from self.chart.later(5)
        gad7(self.chart, score * 2 // 3, "review", self.nurse)
        yield from self.chart.later(20)
        following = "maintain" if self.patient.maintenance else "close"
        self.chart.enter("AssessResponse", self.prescriber, review_id=str(self.chart.named("review")), next=following)

    def _maintained(self) -> Wakes:
        """Once a month for as long as it is meant to be."""
        yield from self.chart.later(6)
        first = self.chart.today() + timedelta(days=self.chart.chance.randint(6, 12))
        self.chart.enter(
            "ScheduleMaintenance",
            self.prescriber,
            maintenance_id=str(self.chart.named("maintenance")),
            rule="fixed",
            intervals_d=[MONTH_DAYS],
            first_due=first.isoformat(),
            dose_mg_per_kg=str(self.dose),
        )
        yield from self.chart.later(6)
        due = first
        for number in range(1, self.patient.maintenance + 1):
            self._book_around(due)
            if self.patient.fate is Fate.DIED:
                yield from self._died()
                return
            while self.bookings.coming:
                yield from self._next_visit()
            yield from self.chart.later(9)
            due = self.chart.today() + timedelta(days=MONTH_DAYS)
            if number < self.patient.maintenance:
                yield from self.papers.renewed(until=due + timedelta(days=10))
        yield from self._closed("completed")

    def _book_around(self, due: date) -> None:
        """Near the day it is due: a few days earlier or later do not matter."""
        near = [due + timedelta(days=days) for days in (0, 1, -1, 2, -2, 3, -3, 4, 5)]
        self.bookings.book(self._plan_id(), self.bookings.hold(None, (it for it in near if it > self.chart.today())))

    def _died(self) -> Wakes:
        """The family calls."""
        yield from self._next_noon()
        self.chart.enter("RecordDeath", FRONT_DESK, died_on=self.chart.today().isoformat(), informant="family")
        yield from self.chart.later(10)
        self.bookings.cancel(self.bookings.coming, "pat-dec")
        yield from self._closed("deceased")

    def _closed(self, reason: str) -> Wakes:
        yield from self.chart.later(30)
        self.chart.enter("CloseJourney", self.prescriber, reason=reason)

    def _plan_id(self) -> UUID:
        return self.chart.named(f"plan {self.plan_no}")

    def _next_noon(self) -> Wakes:
        yield from self._noon(self.chart.today() + timedelta(days=1))

    def _noon(self, day: date) -> Wakes:
        """About noon: nobody enters such things at the same minute every day."""
        yield from self.chart.wait(self.calendar.moment(day, 12 * 60 + self.chart.chance.randint(-90, 150)))
