"""What can be asked about the record itself?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID

from journey.events.records import CorrectionKind, CorrectionReason
from journey.values import Digest, EventName, Instant, UserId

if TYPE_CHECKING:
    from journey.commands import Reportable


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What the entry should have said: the whole entry as its command asks for it.

    `stated` holds fields of the event that only this program computes (a total, a class), where they were
    sent along: they are compared with what comes out and never taken.
    """

    type: EventName
    at: Instant
    data: Reportable
    stated: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffSession:
    """Ask to sign a session's record, as it was shown."""

    session_id: UUID
    shown_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectEntry:
    """Amend or retract an earlier entry."""

    target_event_id: UUID
    kind: CorrectionKind
    replacement: Amendment | None = None
    reason: CorrectionReason
    approved_by: UserId
