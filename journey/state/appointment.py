"""What is an appointment at one moment?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from journey.events.schedule import AppointmentKind


class AppointmentStatus(StrEnum):
    """What became of an appointment."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    MISSED = "missed"


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """An appointment where it now stands; its slot is one of the plan, or of the reinduction that is named."""

    appointment_id: UUID
    kind: AppointmentKind
    plan_id: UUID | None
    series_id: UUID | None = None
    reinduction_id: UUID | None = None
    slot_no: int | None
    start: datetime
    end: datetime
    chair: str | None
    nurse: str | None
    provider: str | None
    status: AppointmentStatus = AppointmentStatus.BOOKED
    session_id: UUID | None = None

    @property
    def resources(self) -> tuple[str, ...]:
        """What it holds: its chair and staff."""
        return tuple(name for name in (self.chair, self.nurse, self.provider) if name is not None)

    @property
    def about(self) -> dict[str, str | int]:
        """What a refusal says of it: which appointment, and which slot if it fills one."""
        slot = {} if self.slot_no is None else {"slot_no": self.slot_no}
        return {"appointment_id": str(self.appointment_id), **slot}
