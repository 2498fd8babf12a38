"""What is asked of the store, and what does it answer?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from journey.commands import Command
from journey.errors import Detail, Rule
from journey.recorded import Actor
from journey.store.identity import Identity
from journey.values import LateReason, Origin, SiteId


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A command with who asks it, when it happened, and what goes to the vault: a note, and a patient's identity.

    `if_version` is the version the asker has seen; `None` asks whatever came since.
    """

    command: Command
    journey_id: UUID
    site_id: SiteId
    command_id: UUID
    at: datetime
    utc_offset_min: int = 0
    actor: Actor
    origin: Origin = Origin.STAFF
    correlation_id: UUID | None = None
    late_reason: LateReason | None = None
    note: str | None = None
    identity: Identity | None = None
    if_version: int | None = None


class Status(StrEnum):
    """What became of a command."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a command. A duplicate has the code, text, detail, versions and position of the first answer."""

    status: Status
    journey_id: UUID
    command_id: UUID
    code: str | None = None
    message: str | None = None
    detail: Detail = field(default_factory=dict)
    first_version: int | None = None
    version: int | None = None
    position: int | None = None
    event_ids: tuple[UUID, ...] = ()
    deviations: tuple[Rule, ...] = ()


class StaleVersion(Exception):  # noqa: N818 - what the asker's version is
    """Something came between that the asker has not seen."""


class KeyReused(Exception):  # noqa: N818 - what was done with the key
    """The command's id was used for another command, or by somebody else."""


class Busy(Exception):  # noqa: N818 - a state that passes
    """Others were faster ten times: nothing was stored, ask again."""
