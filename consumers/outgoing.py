"""What does the relay send of a stored event?"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from consumers.resuming import RelayRefused
from consumers.topics import CONTENT_TYPE, partition_of
from journey.recorded import Delivery
from journey.store import codec

CONTENT_HEADER = ("content-type", CONTENT_TYPE.encode())
ROUTES_MAX = 200_000

Header = tuple[str, bytes]


class Record(NamedTuple):
    """A record in the order in which kafka-python's `send` takes its parts, after the topic."""

    value: bytes
    key: bytes
    headers: list[Header]
    partition: int
    timestamp_ms: int


class Outgoing:
    """Makes records of events for a topic of so many partitions; what returns in event after event is made once."""

    def __init__(self, partitions: int) -> None:
        """Know no journey yet."""
        self.partitions = partitions
        self._routes: dict[UUID, tuple[bytes, int]] = {}
        self._types: dict[str, Header] = {}

    def record(self, row: Delivery) -> Record:
        """The record of an event: its bytes as they are stored. Raises RelayRefused for bytes that are no event."""
        try:
            type_, journey_id, recorded_at = codec.head(row.body)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RelayRefused(f"the event at position {row.position} can't be read: {type(error).__name__}") from error
        key, partition = self._routes.get(journey_id) or self._route(journey_id)
        headers = [CONTENT_HEADER, self._types.get(type_) or self._type(type_), ("position", b"%d" % row.position)]
        return Record(row.body, key, headers, partition, milliseconds(recorded_at))

    def _route(self, journey_id: UUID) -> tuple[bytes, int]:
        """A journey's key and partition; hashing anew for every event would cost a third of the speed."""
        if len(self._routes) >= ROUTES_MAX:
            self._routes.clear()
        key = str(journey_id)
        route = self._routes[journey_id] = (key.encode(), partition_of(key, self.partitions))
        return route

    def _type(self, name: str) -> Header:
        header = self._types[name] = ("type", name.encode())
        return header


def milliseconds(at: datetime) -> int:
    """A time as a record's timestamp."""
    return int(at.timestamp() * 1000)
