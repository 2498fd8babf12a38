"""How does a patient's journey go, from the referral to its end?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from entrypoints.simulator import intake
from entrypoints.simulator.calendar import Calendar, Placing
from entrypoints.simulator.chart import FRONT_DESK, NURSES, PRESCRIBERS, Chart, Wakes
from entrypoints.simulator.patients import INCIDENT_SHARE, Fate, Incident, Patient
from entrypoints.simulator.questionnaires import corrected, gad7, phq9
from entrypoints.simulator.visit import Visit

INFUSIONS = 6
GAP_DAYS = (2, 3, 4)
DOSE, RAISED_DOSE = Decimal("0.5"), Decimal("0.6")
MONTH_DAYS = 30
YEAR_DAYS = 365

EVENTFUL_VISIT = 3
"""The visit at which every patient meets with something; at later ones it is left to chance."""

RAISED_AFTER, WITHDRAWN_AFTER = 2, 3
"""After how many infusions the dose is raised, or consent withdrawn, with those whose fate it is."""


@dataclass(frozen=True, kw_only=True)
class Booking:
    """An appointment for an infusion; one of maintenance has no slot in the plan."""

    appointment_id: UUID
    slot_no: int | None
    placing: Placing


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
    booked: list[Booking] = field(default_factory=list)
    _appointments: int = 0

    def __post_init__(self) -> None:
        """Say who looks after the patient."""
        self.nurse = self.chart.chance.choice(NURSES)
        self.prescriber = self.chart.chance.choice(PRESCRIBERS)
        self.papers = intake.Papers(self.chart, self.patient, self.nurse, self.prescriber)

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
        yield from self.chart.wait(self.chart.at + timedelta(minutes=12))
        earliest = self._today() + timedelta(days=self.chart.chance.randint(2, 4))
        for slot_no in range(1, INFUSIONS + 1):
            self._book(slot_no, (earliest + timedelta(days=number) for number in range(10)))
            earliest = self._day(self.booked[-1].placing.start) + timedelta(days=self.chart.chance.choice(GAP_DAYS))

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
            max_gap_d=7,
            window_d=21,
            instruments=[{"id": "phq9", "cadence": "each_infusion"}, {"id": "gad7", "cadence": "review"}],
            response_rule_id="phq9-lt5",
            supersedes=None if supersedes is None else str(supersedes),
        )

    def _series(self) -> Wakes:
        """Visit after visit, until the plan's infusions are given."""
        while self.booked:
            yield from self._next_visit()
            if self.patient.fate is Fate.WITHDRAWN and self.given == WITHDRAWN_AFTER:
                return
            if self.patient.fate is Fate.DOSE_CHANGED and self.given == RAISED_AFTER and self.plan_no == 1:
                yield from self._dose_raised()

    def _next_visit(self) -> Wakes:
        """The next booking, as it goes; an infusion that does not come of it is booked anew."""
        self.visits += 1
        incident = self._incident()
        if incident is Incident.MOVED:
            yield from self._moved(self._soonest())
        booking = self._soonest()
        self.booked.remove(booking)
        if incident in {Incident.NO_SHOW, Incident.CANCELLED}:
            yield from self._not_coming(booking, incident)
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
        )
        yield from visit.run()
        self.given += visit.counts
        if not visit.counts:
            yield from self._booked_anew(booking)
        if incident is Incident.CORRECTED and visit.answered is not None:
            yield from self._next_noon()
            corrected(self.chart, visit.answered, self.nurse, self.prescriber)

    def _incident(self) -> Incident | None:
        if self.visits == EVENTFUL_VISIT:
            return self.patient.incident
        if self.visits > EVENTFUL_VISIT and self.chart.chance.random() < INCIDENT_SHARE:
            return self.chart.chance.choice(tuple(Incident))
        return None

    def _soonest(self) -> Booking:
        return min(self.booked, key=lambda booking: booking.placing.start)

    def _not_coming(self, booking: Booking, incident: Incident) -> Wakes:
        start = booking.placing.start
        if incident is Incident.NO_SHOW:
            yield from self.chart.wait(start + timedelta(minutes=25))
            appointment_id = str(booking.appointment_id)
            self.chart.enter("MissAppointment", FRONT_DESK, appointment_id=appointment_id, contacted=True)
        else:
            yield from self.chart.wait(max(self.chart.at + timedelta(minutes=5), start - timedelta(hours=20)))
            self._cancel([booking], "pat-lt")
        yield from self._booked_anew(booking)

    def _booked_anew(self, booking: Booking) -> Wakes:
        """After the last infusion that is booked."""
        yield from self.chart.wait(self.chart.at + timedelta(minutes=15))
        last = max([self._today(), *(self._day(it.placing.start) for it in self.booked)])
        self._book(booking.slot_no, (last + timedelta(days=number) for number in range(2, 16)))

    def _moved(self, booking: Booking) -> Wakes:
        """The patient asked for another hour of the same day."""
        yield from self.chart.wait(
            max(self.chart.at + timedelta(minutes=5), booking.placing.start - timedelta(hours=30))
        )
        placing = self.calendar.place([self._day(booking.placing.start)], self.chart.at)
        if placing is None:
            return
        self.calendar.release(booking.placing)
        self.booked[self.booked.index(booking)] = Booking(
            appointment_id=booking.appointment_id, slot_no=booking.slot_no, placing=placing
        )
        self.chart.enter(
            "RescheduleAppointment",
            FRONT_DESK,
            moves=[{"appointment_id": str(booking.appointment_id), **self._written(placing)}],
            initiator="patient",
            reason="patient_request",
        )

    def _dose_raised(self) -> Wakes:
        """The dose was too low for this patient: the plan's next revision."""
        yield from self._next_noon()
        before = self._plan_id()
        self.dose, self.plan_no = RAISED_DOSE, 2
        self._approve(supersedes=before)

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
        yield from self.chart.wait(self.chart.at + timedelta(minutes=8))
        self._cancel(self.booked, "pat")
        yield from self._closed("consent_withdrawn")

    def _reviewed(self) -> Wakes:
        """Some two weeks after the last infusion: was there a response?"""
        yield from self._noon(self._today() + timedelta(days=self.chart.chance.randint(15, 18)))
        score = self.patient.phq9_after(INFUSIONS, INFUSIONS, self.chart.chance)
        yield from phq9(self.chart, score, "review", self.nurse, self.prescriber)
        yield from self.chart.wait(self.chart.at + timedelta(minutes=5))
        gad7(self.chart, score * 2 // 3, "review", self.nurse)
        yield from self.chart.wait(self.chart.at + timedelta(minutes=20))
        following = "maintain" if self.patient.maintenance else "close"
        self.chart.enter("AssessResponse", self.prescriber, review_id=str(self.chart.named("review")), next=following)

    def _maintained(self) -> Wakes:
        """Once a month for as long as it is meant to be."""
        yield from self.chart.wait(self.chart.at + timedelta(minutes=6))
        first = self._today() + timedelta(days=self.chart.chance.randint(6, 12))
        self.chart.enter(
            "ScheduleMaintenance",
            self.prescriber,
            maintenance_id=str(self.chart.named("maintenance")),
            rule="fixed",
            intervals_d=[MONTH_DAYS],
            first_due=first.isoformat(),
            dose_mg_per_kg=str(self.dose),
        )
        yield from self.chart.wait(self.chart.at + timedelta(minutes=6))
        due = first
        for number in range(1, self.patient.maintenance + 1):
            self._book_around(due)
            if self.patient.fate is Fate.DIED:
                yield from self._died()
                return
            while self.booked:
                yield from self._next_visit()
            yield from self.chart.wait(self.chart.at + timedelta(minutes=9))
            due = self._today() + timedelta(days=MONTH_DAYS)
            if number < self.patient.maintenance:
                yield from self.papers.renewed(until=due + timedelta(days=10))
        yield from self._closed("completed")

    def _book_around(self, due: date) -> None:
        """Near the day it is due: a few days earlier or later do not matter."""
        near = [due + timedelta(days=days) for days in (0, 1, -1, 2, -2, 3, -3, 4, 5)]
        self._book(None, (day for day in near if day > self._today()))

    def _died(self) -> Wakes:
        """The family calls."""
        yield from self._next_noon()
        self.chart.enter("RecordDeath", FRONT_DESK, died_on=self._today().isoformat(), informant="family")
        yield from self.chart.wait(self.chart.at + timedelta(minutes=10))
        self._cancel(self.booked, "pat-dec")
        yield from self._closed("deceased")

    def _closed(self, reason: str) -> Wakes:
        yield from self.chart.wait(self.chart.at + timedelta(minutes=30))
        self.chart.enter("CloseJourney", self.prescriber, reason=reason)

    def _book(self, slot_no: int | None, days: Iterable[date]) -> None:
        """Hold a chair on one of these days, or later where all are full, and tell the patient."""
        wanted = list(days)
        later = (max(wanted) + timedelta(days=number) for number in range(1, YEAR_DAYS))
        placing = self.calendar.place([*self.calendar.best_first(wanted), *later], self.chart.at)
        if placing is None:
            message = "no chair is free for a year"
            raise LookupError(message)
        self._appointments += 1
        appointment_id = self.chart.named(f"appointment {self._appointments}")
        self.booked.append(Booking(appointment_id=appointment_id, slot_no=slot_no, placing=placing))
        self.chart.enter(
            "BookAppointment",
            FRONT_DESK,
            appointment_id=str(appointment_id),
            kind="infusion",
            plan_id=str(self._plan_id()),
            slot_no=slot_no,
            **self._written(placing),
        )

    def _cancel(self, bookings: Iterable[Booking], reason: str) -> None:
        cancelled = list(bookings)
        self.chart.enter(
            "CancelAppointment",
            FRONT_DESK,
            appointment_ids=[str(booking.appointment_id) for booking in cancelled],
            initiator="patient",
            reason_code=reason,
        )
        for booking in cancelled:
            self.calendar.release(booking.placing)
        self.booked = [booking for booking in self.booked if booking not in cancelled]

    def _written(self, placing: Placing) -> dict[str, Any]:
        return {
            "start": self.chart.written(placing.start),
            "end": self.chart.written(placing.end),
            "chair": placing.chair,
            "nurse": placing.nurse,
        }

    def _plan_id(self) -> UUID:
        return self.chart.named(f"plan {self.plan_no}")

    def _next_noon(self) -> Wakes:
        yield from self._noon(self._today() + timedelta(days=1))

    def _noon(self, day: date) -> Wakes:
        """About noon: nobody enters such things at the same minute every day."""
        yield from self.chart.wait(self.calendar.moment(day, 12 * 60 + self.chart.chance.randint(-90, 150)))

    def _today(self) -> date:
        return self._day(self.chart.at)

    def _day(self, moment: datetime) -> date:
        return self.chart.site.local(moment).date()
