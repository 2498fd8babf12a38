"""What happened to the record itself?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from journey.values import Digest, EventName, Instant, UserId

if TYPE_CHECKING:
    from journey.events import Original


class CorrectionKind(StrEnum):
    """Amend: the entry is replaced, whole. Retract: it should never have been made."""

    AMEND = "amend"
    RETRACT = "retract"


class CorrectionReason(StrEnum):
    """Why an entry is corrected."""

    TYPING_ERROR = "typing_error"
    WRONG_PATIENT = "wrong_patient"
    WRONG_TIME = "wrong_time"
    WRONG_SESSION = "wrong_session"
    DEVICE_ERROR = "device_error"
    NEW_INFORMATION = "new_information"
    DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSignedOff:
    """A session's record was signed, as it was shown: `shown_digest` is of exactly that."""

    session_id: UUID
    signer: UserId
    shown_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What the entry says from now on: an event of the target's type, and when it happened."""

    type: EventName
    at: Instant
    data: Original


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCorrected:
    """An earlier entry was amended or retracted; the original stays in the log."""

    target_event_id: UUID
    kind: CorrectionKind
    replacement: Replacement | None = None
    reason: CorrectionReason
    approved_by: UserId
