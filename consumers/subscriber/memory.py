"""How does a subscriber's author test without Kafka: a topic in memory, told event by event or from a recorded log?"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from consumers.feed import Feed
from consumers.subscriber.source import Ahead
from consumers.topics import EVENTS_PARTITIONS, partition_of
from journey.events import Event
from journey.recorded import Actor, Delivery, Recorded
from journey.store import codec
from journey.values import Origin, Role
from projections.place import Batch, Entry, Place

AT_ONCE = 100
BEGUN = datetime(2026, 1, 5, 16, tzinfo=UTC)
NAMES = UUID("4c0f2a4e-6f0b-4d5e-9a54-0a7d1c7a8d11")


class MemoryTopic:
    """The events topic as Kafka has it (partitions, order, positions, the very bytes), in memory."""

    def __init__(self, events: Iterable[Recorded[Event]] = ()) -> None:
        """Hold these events; more can be put, or told."""
        self.feed_id = "memory"
        self.partitions: list[list[Delivery]] = [[] for _ in range(EVENTS_PARTITIONS)]
        self._versions: dict[UUID, int] = {}
        self.head = 0
        for recorded in events:
            self.put(codec.encode(recorded))

    @classmethod
    def read(cls, path: Path) -> MemoryTopic:
        """A log as `journey export` writes it: one event a line, with its position and digest.

        Raises ValueError where a line is not what was stored.
        """
        topic = cls()
        for line in path.read_bytes().splitlines():
            body = line[line.index(b'"event":') + len(b'"event":') : -1]
            if codec.digest(body) != json.loads(line)["digest"]:
                raise ValueError(f"line {topic.head + 1} of {path.name} is not as it was stored")
            topic.put(body)
        return topic

    def put(self, body: bytes) -> None:
        """Put an event at the end, as its bytes."""
        _, journey_id, _ = codec.head(body)
        self.head += 1
        self._versions[journey_id] = self._versions.get(journey_id, 0) + 1
        self.partitions[partition_of(str(journey_id), EVENTS_PARTITIONS)].append(Delivery(self.head, body))

    def tell(self, event: Event, journey_id: UUID | None = None, at: datetime | None = None) -> Recorded[Event]:
        """Let something happen in a journey, an hour after the last if it is not said when; gives the whole event."""
        journey_id = journey_id or uuid5(NAMES, "a journey")
        at = at or BEGUN + timedelta(hours=self.head)
        id_ = uuid5(NAMES, f"event {self.head + 1}")
        recorded = Recorded(
            event=event,
            event_id=id_,
            journey_id=journey_id,
            version=self._versions.get(journey_id, 0) + 1,
            at=at,
            recorded_at=at,
            site_id="main",
            utc_offset_min=0,
            actor=Actor(user="nora", role=Role.NURSE),
            origin=Origin.STAFF,
            correlation_id=id_,
            causation_id=id_,
            command_id=id_,
            policy_version="a-policy",
        )
        self.put(codec.encode(recorded))
        return recorded

    # what a subscriber sees

    def feed(self, subscriber: str, member: str) -> Feed:  # noqa: ARG002 - there is one process
        """Open a feed."""
        return _Feed(self)

    def begins(self, start: int | datetime) -> dict[int, tuple[int, int]]:
        """Of each partition the first offset from a position or a time of recording on, and the position before it."""
        found = {}
        for number, partition in enumerate(self.partitions):
            offset = next((at for at, it in enumerate(partition) if _is_from(it, start)), len(partition))
            found[number] = (offset, partition[offset - 1].position if offset else 0)
        return found

    def ahead(self, places: Sequence[Place]) -> Ahead:
        """What is still to come after these places."""
        firsts = [self.partitions[it.partition][it.offset :][:1] for it in places]
        return Ahead(self.head, min((codec.head(it.body)[2] for some in firsts for it in some), default=None))


def _is_from(delivery: Delivery, start: int | datetime) -> bool:
    return delivery.position >= start if isinstance(start, int) else codec.head(delivery.body)[2] >= start


class _Feed:
    """Brings what is in the topic, a hundred at a time from each partition."""

    partitions = EVENTS_PARTITIONS

    def __init__(self, topic: MemoryTopic) -> None:
        self.feed_id = topic.feed_id
        self._topic = topic
        self._places: dict[int, Place] = {}

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Bring what follows."""
        for number in range(self.partitions):
            if number not in self._places:
                self._places[number] = place_of(number)
        batches = [batch for number in range(self.partitions) if (batch := self._batch(number)) is not None]
        if not batches:
            time.sleep(timeout_s)
        return batches

    def applied(self, batch: Batch) -> None:
        """Nothing to do: the place is in the database."""

    def lost(self, partition: int) -> None:
        """Read again from the place."""
        self._places.pop(partition, None)

    def close(self) -> None:
        """Nothing to do."""

    def _batch(self, number: int) -> Batch | None:
        place = self._places[number]
        some = self._topic.partitions[number][place.offset : place.offset + AT_ONCE]
        entries = tuple(Entry(offset=at, delivery=it) for at, it in enumerate(some, place.offset))
        end = place.offset + len(some)
        position = self._topic.head if end == len(self._topic.partitions[number]) else some[-1].position
        if not some and position == place.position:
            return None
        self._places[number] = replace(place, offset=end, position=position)
        return Batch(partition=number, start=place.offset, end=end, position=position, entries=entries)
