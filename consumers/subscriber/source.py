"""Where do a subscriber's events come from, and how much of it is still to come?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from kafka import TopicPartition

from consumers.feed import Feed
from consumers.kafka_feed import KafkaFeed
from consumers.published import last_published, of_place
from consumers.starting import begins, first_records, probing
from consumers.topics import Topics
from projections.place import Place


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is still to come: the last position there is, and when the first event that is missing was recorded."""

    head: int
    since: datetime | None


class Source(Protocol):
    """A topic of events: the one on Kafka, or one in memory for tests."""

    def feed(self, subscriber: str, member: str) -> Feed:
        """Open a feed for one process of a subscriber."""

    def begins(self, start: int | datetime) -> dict[int, tuple[int, int]]:
        """Of each partition the first offset from a position or time of recording on, and the position before it."""

    def ahead(self, places: Sequence[Place]) -> Ahead:
        """What is still to come after these places."""


@dataclass(frozen=True, slots=True)
class KafkaSource:
    """The topic on Kafka. Each method raises a KafkaError when it is away."""

    topics: Topics

    def feed(self, subscriber: str, member: str) -> Feed:
        """A member of the subscriber's consumer group."""
        return KafkaFeed(self.topics, f"{self.topics.prefix}{subscriber}", member)

    def begins(self, start: int | datetime) -> dict[int, tuple[int, int]]:
        """Find it in the topic."""
        return begins(self.topics, start)

    def ahead(self, places: Sequence[Place]) -> Ahead:
        """Look at the record after each place: offsets alone would count the marks of transactions."""
        published = last_published(self.topics)
        if published is None:
            return Ahead(0, None)
        topics, head = of_place(self.topics, published), published.position
        behind = {TopicPartition(topics.events, it.partition): it.offset for it in places if it.position < head}
        if not behind:
            return Ahead(head, None)
        with probing(topics, published.partitions) as consumer:
            firsts = first_records(consumer, behind, consumer.end_offsets(list(behind)))
        stamps = [record.timestamp for record in firsts.values() if record is not None]
        return Ahead(head, datetime.fromtimestamp(min(stamps) / 1000, UTC) if stamps else None)
