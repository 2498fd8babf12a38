"""How does an event lie in its envelope, and what surrounds a command?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID, uuid5

from journey.commands import Command
from journey.errors import Rule
from journey.events import Event
from journey.values import Digest, LateReason, Origin, Role, Sensitivity, SiteId, UserId

E_co = TypeVar("E_co", bound=Event, covariant=True)
C_co = TypeVar("C_co", bound=Command, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who entered something, and for whom if not for themselves."""

    user: UserId
    role: Role
    on_behalf_of: UserId | None = None
    on_behalf_of_role: Role | None = None

    @property
    def person(self) -> str:
        """Whose act it is."""
        return self.on_behalf_of or self.user

    @property
    def acting_role(self) -> Role:
        """The role the act is judged by."""
        return self.on_behalf_of_role or self.role


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Generic[C_co]):
    """A command as it was asked: when it happened (`at`), when we heard (`recorded_at`), by whom.

    `recorded_at` comes from the store's clock and nowhere else. The note's words are in the vault.
    """

    command: C_co
    journey_id: UUID
    site_id: SiteId
    command_id: UUID
    at: datetime
    recorded_at: datetime
    utc_offset_min: int = 0
    actor: Actor
    origin: Origin = Origin.STAFF
    correlation_id: UUID
    reason: LateReason | None = None
    note_id: UUID | None = None

    def new_id(self, name: str) -> UUID:
        """An id for something this command brings into being: the same at every retry."""
        return uuid5(self.command_id, name)


@dataclass(frozen=True, slots=True)
class Fact:
    """What a decision lets become an event, and the rules it breaks.

    `stream` is the container that it happened to, if it is another than what was asked.
    """

    event: Event
    deviations: tuple[Rule, ...] = ()
    stream: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Generic[E_co]):
    """What a journey is folded from: an event, its place and times, its site, and the rules it breaks.

    `version` counts the journey's events from 1; the event's own clock was `utc_offset_min` ahead of UTC;
    `policy_version` is the policy of its day, that it was decided by.
    """

    event: E_co
    event_id: UUID
    site_id: SiteId
    journey_id: UUID
    version: int
    at: datetime
    utc_offset_min: int
    recorded_at: datetime
    policy_version: str
    deviations: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Happened[E_co]):
    """An event in its whole envelope. `prev` is the digest of the journey's last one."""

    actor: Actor
    origin: Origin
    correlation_id: UUID
    causation_id: UUID
    command_id: UUID
    reason: LateReason | None = None
    note_id: UUID | None = None
    note_commitment: Digest | None = None
    sensitivity: tuple[Sensitivity, ...] = ()
    prev: Digest | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event as it travels: its dense position in the whole log, and its stored bytes, untouched."""

    position: int
    body: bytes
