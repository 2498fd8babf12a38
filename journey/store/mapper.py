"""How do events pass through the `eventsourcing` library: as the codec's bytes, untouched?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent

from journey.events import Event
from journey.recorded import Recorded
from journey.store import codec


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as the library sees it: whose, which, and our bytes."""

    originator_id: UUID
    originator_version: int
    tag: str
    body: bytes


def entry(recorded: Recorded[Event]) -> Entry:
    """The event, encoded once."""
    return Entry(recorded.journey_id, recorded.version, codec.tag(recorded.event), codec.encode(recorded))


class BytesMapper(Mapper[UUID]):
    """Passes the codec's bytes through: no transcoder, no compressor, no cipher of the library."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        """Take the bytes as they are."""
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.tag,
            state=domain_event.body,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        """Give the bytes as they are; whoever wants the event decodes it."""
        assert isinstance(stored_event.originator_id, UUID)  # noqa: S101 - how both recorders are set up
        return Entry(
            stored_event.originator_id, stored_event.originator_version, stored_event.topic, bytes(stored_event.state)
        )
