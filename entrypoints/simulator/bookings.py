"""Which chairs does a patient hold, and what does the front desk enter of them?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from entrypoints.simulator.calendar import Calendar, Placing
from entrypoints.simulator.chart import FRONT_DESK, Chart, Wakes

YEAR_DAYS = 365


@dataclass(frozen=True, kw_only=True)
class Booking:
    """An appointment for an infusion; one of maintenance has no slot in the plan."""

    appointment_id: UUID
    slot_no: int | None
    placing: Placing


@dataclass
class Bookings:
    """A patient's appointments that are still to come."""

    chart: Chart
    calendar: Calendar
    coming: list[Booking] = field(default_factory=list)
    _made: int = 0

    def soonest(self) -> Booking:
        """The next one."""
        return min(self.coming, key=lambda booking: booking.placing.start)

    def last_day(self) -> date:
        """The day of the last one; today if there is none."""
        return max([self.chart.today(), *(self.chart.day(it.placing.start) for it in self.coming)])

    def hold(self, slot_no: int | None, days: Iterable[date]) -> Booking:
        """Hold a chair on one of these days, or later where all are full."""
        wanted = list(days)
        last = max(wanted)
        later = (last + timedelta(days=number) for number in range(1, YEAR_DAYS))
        placing = self.calendar.place(chain(self.calendar.best_first(wanted), later), self.chart.at)
        if placing is None:
            message = "no chair is free for a year"
            raise LookupError(message)
        self._made += 1
        appointment_id = self.chart.named(f"appointment {self._made}")
        self.coming.append(Booking(appointment_id=appointment_id, slot_no=slot_no, placing=placing))
        return self.coming[-1]

    def book(self, plan_id: UUID, booking: Booking) -> None:
        """Tell the patient one hour that is held."""
        self.chart.enter(
            "BookAppointment",
            FRONT_DESK,
            appointment_id=str(booking.appointment_id),
            kind="infusion",
            plan_id=str(plan_id),
            slot_no=booking.slot_no,
            **self._written(booking.placing),
        )

    def book_series(self, plan_id: UUID, bookings: Sequence[Booking]) -> None:
        """Tell the patient all the hours of a plan at once, or of a reinduction: its infusions count from one."""
        slots = [
            {
                "appointment_id": str(booking.appointment_id),
                "slot_no": booking.slot_no or number,
                **self._written(booking.placing),
            }
            for number, booking in enumerate(bookings, start=1)
        ]
        self.chart.enter("BookSeries", FRONT_DESK, plan_id=str(plan_id), slots=slots)

    def cancel(self, bookings: Sequence[Booking], reason: str) -> None:
        """Give chairs back."""
        self.chart.enter(
            "CancelAppointment",
            FRONT_DESK,
            appointment_ids=[str(booking.appointment_id) for booking in bookings],
            initiator="patient",
            reason_code=reason,
        )
        for booking in bookings:
            self.calendar.release(booking.placing)
        self.coming = [booking for booking in self.coming if booking not in bookings]

    def missed(self, booking: Booking) -> Wakes:
        """Nobody came; the front desk calls."""
        yield from self.chart.wait(booking.placing.start + timedelta(minutes=25))
        appointment_id = str(booking.appointment_id)
        self.chart.enter("MissAppointment", FRONT_DESK, appointment_id=appointment_id, contacted=True)

    def called_off(self, booking: Booking) -> Wakes:
        """The patient calls the evening before: there is nobody to drive."""
        yield from self._before(booking, timedelta(hours=20))
        self.cancel([booking], "pat-lt")

    def moved(self, booking: Booking) -> Wakes:
        """The patient asks for another hour of the same day, if one is free."""
        yield from self._before(booking, timedelta(hours=30))
        placing = self.calendar.place([self.chart.day(booking.placing.start)], self.chart.at)
        if placing is None:
            return
        self.calendar.release(booking.placing)
        self.coming[self.coming.index(booking)] = replace(booking, placing=placing)
        self.chart.enter(
            "RescheduleAppointment",
            FRONT_DESK,
            moves=[{"appointment_id": str(booking.appointment_id), **self._written(placing)}],
            initiator="patient",
            reason="patient_request",
        )

    def _before(self, booking: Booking, earlier: timedelta) -> Wakes:
        """So long before an appointment, or in a while where it is nearer than that."""
        yield from self.chart.wait(max(self.chart.at + timedelta(minutes=5), booking.placing.start - earlier))

    def _written(self, placing: Placing) -> dict[str, Any]:
        return {
            "start": self.chart.written(placing.start),
            "end": self.chart.written(placing.end),
            "chair": placing.chair,
            "nurse": placing.nurse,
        }
