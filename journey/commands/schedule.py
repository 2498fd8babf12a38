"""What can be asked about appointments?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from journey.events.schedule import (
    AppointmentKind,
    CancellationReason,
    ContactPurpose,
    Initiator,
    Move,
    RescheduleReason,
    Scope,
)
from journey.values import Instant, Many, NewId, Ordinal, ResourceId, Some


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSlot:
    """One infusion of the series that is asked for; its appointment's id, left out, is derived."""

    appointment_id: UUID | None = None
    slot_no: Ordinal
    start: Instant
    end: Instant
    chair: ResourceId
    nurse: ResourceId
    provider: ResourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSeries:
    """Ask for every infusion that the plan, or the reinduction in force, still lacks, all or none."""

    series_id: NewId
    plan_id: UUID | None = None
    slots: Annotated[tuple[WantedSlot, ...], Some, Many]


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
    """Ask to move appointments; each move is the whole new placing.

    With `this_and_following` one is named, and what changes of it changes of every later infusion of the series.
    """

    moves: Annotated[tuple[Move, ...], Some, Many]
    initiator: Initiator
    reason: RescheduleReason
    scope: Scope = Scope.THIS


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAppointment:
    """Record that appointments are called off; with `this_and_following` every later infusion of the series, too."""

    appointment_ids: Annotated[tuple[UUID, ...], Some, Many]
    initiator: Initiator
    reason_code: CancellationReason
    scope: Scope = Scope.THIS


@dataclass(frozen=True, slots=True, kw_only=True)
class MissAppointment:
    """Record that the patient did not come."""

    appointment_id: UUID
    contacted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPatient:
    """Record that the patient was called: after a visit, or because one was missed; what was said is a note."""

    purpose: ContactPurpose
    appointment_id: UUID | None = None
    reached: bool
