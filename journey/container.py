"""What is a container of the drug at one moment, by its own ledger?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from journey.events import (
    ContainerDestroyed,
    ContainerDispensed,
    ContainerReceived,
    ContainerTransferredOut,
    ContainerWasted,
    CountRecorded,
    DiscrepancyOpened,
    DiscrepancyResolved,
    Event,
    MovementAttested,
)
from journey.events.container import Act
from journey.recorded import Happened


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """What a second person saw, and when."""

    attested: MovementAttested
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container: what is left of it, what was attested and not yet used, and its discrepancies, the open ones apart.

    `gone` says that nothing can be drawn from it any more: it was transferred out or destroyed.
    """

    container_id: UUID
    received: ContainerReceived
    received_at: datetime
    rest_ml: Decimal
    gone: bool = False
    attestations: Mapping[UUID, Attestation] = field(default_factory=dict)
    attested: frozenset[UUID] = frozenset()
    discrepancies: Mapping[UUID, DiscrepancyOpened] = field(default_factory=dict)
    open: frozenset[UUID] = frozenset()

    def has_discrepancy_of(self, session_id: UUID) -> bool:
        """Whether somebody has said that a session does not balance, resolved since or not."""
        return any(it.session_id == session_id for it in self.discrepancies.values())

    def attestation(
        self, act: Act, ml: Decimal, session_id: UUID | None, *, by_another_than: str, at: datetime, within: timedelta
    ) -> MovementAttested | None:
        """What somebody else attested of exactly this, not long before, and not used up: the last one."""
        found = [
            it
            for it in self.attestations.values()
            if (it.attested.act, it.attested.ml, it.attested.session_id) == (act, ml, session_id)
            and it.attested.attested_by != by_another_than
            and timedelta(0) <= at - it.at <= within
        ]
        return max(found, key=lambda it: it.at).attested if found else None


def folded(log: Sequence[Happened[Event]]) -> Container | None:
    """The container after its whole log; None where the log is no container's."""
    first = log[0] if log else None
    if first is None or not isinstance(first.event, ContainerReceived):
        return None
    container = Container(
        container_id=first.journey_id, received=first.event, received_at=first.at, rest_ml=first.event.rest_ml
    )
    for entry in log[1:]:
        container = _after(container, entry)
    return container


def _after(container: Container, entry: Happened[Event]) -> Container:  # noqa: PLR0911 - one arm an event
    match entry.event:
        case MovementAttested() as event:
            seen = Attestation(attested=event, at=entry.at)
            return replace(
                container,
                attestations={**container.attestations, event.attestation_id: seen},
                attested=container.attested | {event.attestation_id},
            )
        case ContainerDispensed() | ContainerWasted() as event:
            return _moved(container, event.rest_ml, used=event.attestation_id)
        case CountRecorded() as event:
            return _moved(container, event.rest_ml)
        case ContainerTransferredOut() as event:
            return replace(_moved(container, event.rest_ml), gone=True)
        case ContainerDestroyed() as event:
            return replace(_moved(container, event.rest_ml, used=event.attestation_id), gone=True)
        case DiscrepancyOpened() as event:
            opened = {**container.discrepancies, event.discrepancy_id: event}
            return replace(container, discrepancies=opened, open=container.open | {event.discrepancy_id})
        case DiscrepancyResolved() as event:
            return replace(container, open=container.open - {event.discrepancy_id})
        case _:
            return container


def _moved(container: Container, rest_ml: Decimal, used: UUID | None = None) -> Container:
    left = {key: it for key, it in container.attestations.items() if key != used}
    return replace(container, rest_ml=rest_ml, attestations=left)
