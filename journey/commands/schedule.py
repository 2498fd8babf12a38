"""What can be asked about appointments?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.schedule import (
    AppointmentKind,
    CancellationReason,
    Initiator,
    Move,
    RescheduleReason,
    Scope,
)
from journey.values import Instant, Many, NewId, Ordinal, ResourceId, Some


@dataclass(frozen=True, slots=True, kw_only=True)
class BookAppointment:
    """Ask for an appointment, with its chair and staff."""

    appointment_id: NewId
    kind: AppointmentKind
    plan_id: UUID | None = None
    slot_no: Ordinal | None = None
    start: Instant
    end: Instant
    chair: ResourceId | None = None
    nurse: ResourceId | None = None
    provider: ResourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RescheduleAppointment:
    """Ask to move appointments; each move is the whole new placing."""

    moves: Annotated[tuple[Move, ...], Some, Many]
    initiator: Initiator
    reason: RescheduleReason
    scope: Scope = Scope.THIS


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAppointment:
    """Record that appointments are called off."""

    appointment_ids: Annotated[tuple[UUID, ...], Some, Many]
    initiator: Initiator
    reason_code: CancellationReason
    scope: Scope = Scope.THIS


@dataclass(frozen=True, slots=True, kw_only=True)
class MissAppointment:
    """Record that the patient did not come."""

    appointment_id: UUID
    contacted: bool
