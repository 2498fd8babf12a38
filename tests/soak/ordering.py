"""What did a reader of the topic miss, see twice, or see too late?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kafka import KafkaConsumer, TopicPartition

from consumers.topics import Topics
from journey.store import codec


@dataclass(slots=True)
class Seen:
    """A count over the records of a topic, in the order in which they were read."""

    records: int = 0
    twice: int = 0
    out_of_order: int = 0
    _positions: set[int] = field(default_factory=set)
    _lasts: dict[int, int] = field(default_factory=dict)
    _versions: dict[UUID, int] = field(default_factory=dict)

    def see(self, partition: int, position: int, journey_id: UUID, version: int) -> None:
        """Take a record."""
        self.records += 1
        if position in self._positions:
            self.twice += 1
            return
        self._positions.add(position)
        if position < self._lasts.get(partition, 0) or version != self._versions.get(journey_id, 0) + 1:
            self.out_of_order += 1
        self._lasts[partition] = max(position, self._lasts.get(partition, 0))
        self._versions[journey_id] = version

    def lost(self, last: int) -> int:
        """How many positions up to the last are not there."""
        return last - len(self._positions & set(range(1, last + 1)))


class Reader:
    """A subscriber of its own, that only sees what is committed."""

    def __init__(self, topics: Topics) -> None:
        """Read from the beginning."""
        self.seen = Seen()
        self._consumer = KafkaConsumer(
            bootstrap_servers=topics.bootstrap, isolation_level="read_committed", auto_offset_reset="earliest"
        )
        self._consumer.assign([TopicPartition(topics.events, number) for number in range(topics.partitions)])

    def read(self) -> int:
        """Read what is there; how many records were seen so far."""
        for partition, records in self._consumer.poll(timeout_ms=200, max_records=5_000).items():
            for record in records:
                self._see(partition.partition, record)
        return self.seen.records

    def close(self) -> None:
        """Read no more."""
        self._consumer.close()

    def _see(self, partition: int, record: Any) -> None:
        recorded = codec.decode(record.value)
        position = int(dict(record.headers)["position"])
        self.seen.see(partition, position, recorded.journey_id, recorded.version)
