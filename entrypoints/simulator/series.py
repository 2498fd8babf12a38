"""How does a series of infusions go: its plan, its bookings, visit after visit?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from entrypoints.simulator.bookings import Booking, Bookings
from entrypoints.simulator.calendar import Calendar
from entrypoints.simulator.calls import called_back
from entrypoints.simulator.chart import Wakes
from entrypoints.simulator.intake import Papers
from entrypoints.simulator.patients import INCIDENT_SHARE, Incident
from entrypoints.simulator.questionnaires import corrected
from entrypoints.simulator.signing import Signing
from entrypoints.simulator.visit import Visit

INFUSIONS = 6
GAP_DAYS = (2, 3, 4)
WINDOW_DAYS = 28
DOSE, RAISED_DOSE = Decimal("0.5"), Decimal("0.6")

EVENTFUL_VISIT = 3
"""The visit at which every patient meets with something; at later ones it is left to chance."""


UNSTUDIED = frozenset({Incident.ABORTED, Incident.PAUSED, Incident.CORRECTED})
"""What would add an effect, or change a score, that a study says nothing of."""


@dataclass
class Series:
    """A patient's infusions: those of the plan, and those that follow it."""

    papers: Papers
    calendar: Calendar
    given: int = 0
    planned: int = INFUSIONS
    visits: int = 0
    dose: Decimal = DOSE
    plan_no: int = 1
    first_day: date = date.min
    began: date = date.min
    last_start: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing booked and nothing to be signed."""
        self.chart = self.papers.chart
        self.bookings = Bookings(self.chart, self.calendar)
        self.signing = Signing(self.chart)

    @property
    def plan_id(self) -> UUID:
        """The plan in force."""
        return self.chart.named(f"plan {self.plan_no}")

    def planned_and_booked(self) -> Wakes:
        """The plan, and a chair for each of its infusions."""
        self._approve(supersedes=None)
        yield from self.chart.later(12)
        coming = self._held(range(1, INFUSIONS + 1))
        self.bookings.book_series(self.plan_id, coming)
        self.first_day = self.chart.day(self.bookings.soonest().placing.start)

    def begun_anew(self, infusions: int) -> None:
        """A chair for each infusion of a reinduction, all at once; they fill no slot of the plan."""
        self.given, self.planned = 0, infusions
        self.bookings.book_series(self.plan_id, self._held([None] * infusions))

    def _held(self, slots: Iterable[int | None]) -> list[Booking]:
        earliest = self.chart.today() + timedelta(days=self.chart.chance.randint(2, 4))
        for slot_no in slots:
            self.bookings.hold(slot_no, (earliest + timedelta(days=days) for days in range(10)))
            earliest = self.bookings.last_day() + timedelta(days=self.chart.chance.choice(GAP_DAYS))
        return self.bookings.coming

    def _approve(self, *, supersedes: UUID | None) -> None:
        self.chart.enter(
            "ApproveTreatmentPlan",
            self.papers.prescriber,
            plan_id=str(self.plan_id),
            revision=self.plan_no,
            dose_mg_per_kg=str(self.dose),
            duration_min=40,
            infusions=INFUSIONS,
            min_gap_h=36,
            max_gap_d=14,
            window_d=WINDOW_DAYS,
            instruments=[
                {"id": self.papers.patient.rule.instrument.value, "cadence": "each_infusion"},
                {"id": "gad7", "cadence": "review"},
            ],
            response_rule_id=self.papers.patient.rule.id,
            supersedes=None if supersedes is None else str(supersedes),
        )

    def next_visit(self) -> Wakes:
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
        if self.began == date.min:
            self.began = self.chart.day(booking.placing.start)
        visit = Visit(
            chart=self.chart,
            patient=self.papers.patient,
            placing=booking.placing,
            appointment_id=booking.appointment_id,
            infusion_no=self.given + 1,
            dose_mg_per_kg=self.dose,
            planned=self.planned,
            incident=incident,
            screenings=self.papers.screenings,
        )
        yield from visit.run()
        self.given += visit.counts
        self.last_start = visit.starts_at
        if not visit.counts:
            yield from self._booked_anew(booking)
        if incident is not Incident.WITHHELD:
            called_back(self.chart, visit.session_id, visit.appointment_id, self.papers.nurse)
        yield from self.signing.after(visit.session_id, visit.prescriber, self._why())
        if incident is Incident.CORRECTED and visit.answered is not None:
            yield from self.chart.next_noon()
            corrected(self.chart, visit.answered, self.papers.nurse, self.papers.prescriber)

    def _why(self) -> str | None:
        """Why a patient of a study went home unjudged."""
        return None if self.papers.patient.observed else "Went home well; nobody had the time to fill in the form."

    def _incident(self) -> Incident | None:
        incident = self._met()
        return None if self.papers.patient.profile is not None and incident in UNSTUDIED else incident

    def _met(self) -> Incident | None:
        if self.visits == EVENTFUL_VISIT:
            return self.papers.patient.incident
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
        self.bookings.book(self.plan_id, again)

    def _revised(self) -> None:
        """The prescriber lets the plan go on: its next revision."""
        before = self.plan_id
        self.plan_no += 1
        self._approve(supersedes=before)

    def dose_raised(self) -> Wakes:
        """The dose was too low for this patient: the plan's next revision."""
        yield from self.chart.next_noon()
        self.dose = RAISED_DOSE
        self._revised()
        self.first_day = self.chart.today()
