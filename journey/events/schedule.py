"""What happened to appointments?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from journey.values import Instant, Many, Ordinal, ResourceId, Some


class AppointmentKind(StrEnum):
    """What an appointment is for."""

    CONSULT = "consult"
    INFUSION = "infusion"
    REVIEW = "review"
    FOLLOWUP = "followup"


class Initiator(StrEnum):
    """Who asked for a change."""

    PATIENT = "patient"
    CLINIC = "clinic"


class Scope(StrEnum):
    """How far a change reaches: the named appointments, or the infusions that follow them, too."""

    THIS = "this"
    THIS_AND_FOLLOWING = "this_and_following"


class RescheduleReason(StrEnum):
    """Why an appointment was moved."""

    PATIENT_REQUEST = "patient_request"
    ILLNESS = "illness"
    STAFFING = "staffing"
    CHAIR = "chair"
    CLOSURE = "closure"
    CLINICAL = "clinical"
    OTHER = "other"


class CancellationReason(StrEnum):
    """FHIR R4 appointment cancellation reasons that occur here."""

    PATIENT = "pat"
    PATIENT_CANCELLED_BY_PATIENT = "pat-crs"
    PATIENT_DECEASED = "pat-dec"
    PATIENT_FEELING_BETTER = "pat-fb"
    PATIENT_LACK_OF_TRANSPORT = "pat-lt"
    PATIENT_MEMBER_TERMINATED = "pat-mt"
    PATIENT_MOVED = "pat-mv"
    PATIENT_PREGNANT = "pat-preg"
    PATIENT_UNABLE_TO_PAY = "pat-uwp"
    PROVIDER = "prov"
    PROVIDER_PERSONAL = "prov-pers"
    PROVIDER_LABS = "prov-labs"
    EQUIPMENT_MAINTENANCE = "maint"
    MEDICATION_INCOMPLETE = "meds-inc"
    OTHER = "other"
    CLINIC_MODIFIED = "oth-cms"
    ENTERED_IN_ERROR = "oth-err"
    FINANCIAL = "oth-fin"
    NO_ROOM = "oth-room"
    WEATHER = "oth-weath"


class ContactPurpose(StrEnum):
    """Why somebody called."""

    FOLLOW_UP = "follow_up"
    OUTREACH = "outreach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where an appointment was moved to; the whole new placing."""

    appointment_id: UUID
    start: Instant
    end: Instant
    chair: ResourceId | None = None
    nurse: ResourceId | None = None
    provider: ResourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesSlot:
    """One infusion of a series: which of the plan or the reinduction it is, when, and what is held for it."""

    appointment_id: UUID
    slot_no: Ordinal
    start: Instant
    end: Instant
    chair: ResourceId
    nurse: ResourceId
    provider: ResourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesBooked:
    """All infusions that the plan, or a reinduction, still lacked were booked at once; everything they need is held."""

    series_id: UUID
    plan_id: UUID
    slots: Annotated[tuple[SeriesSlot, ...], Some, Many]
    reinduction_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentBooked:
    """An appointment was given, and its chair and staff are held."""

    appointment_id: UUID
    kind: AppointmentKind
    plan_id: UUID | None = None
    slot_no: Ordinal | None = None
    start: Instant
    end: Instant
    chair: ResourceId | None = None
    nurse: ResourceId | None = None
    provider: ResourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRescheduled:
    """Appointments were moved."""

    moves: Annotated[tuple[Move, ...], Some, Many]
    initiator: Initiator
    reason: RescheduleReason
    scope: Scope = Scope.THIS


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCancelled:
    """Appointments were called off; `late` by the policy of the day."""

    appointment_ids: Annotated[tuple[UUID, ...], Some, Many]
    initiator: Initiator
    reason_code: CancellationReason
    scope: Scope = Scope.THIS
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMissed:
    """The patient did not come."""

    appointment_id: UUID
    contacted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientContacted:
    """Somebody called the patient: after a visit, or because one was missed; `reached` or not."""

    purpose: ContactPurpose
    appointment_id: UUID | None = None
    reached: bool
