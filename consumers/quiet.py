"""How far is a partition applied that brings nothing?"""

from __future__ import annotations

from kafka import TopicPartition

from consumers.published import Published, last_published, place_in, reader
from consumers.topics import CLOSE_MS, Topics


class Promise:
    """A position that holds for each partition once it is read to its end of then."""

    def __init__(self, position: int, ends: dict[int, int]) -> None:
        """Of these partitions, to these ends."""
        self.position = position
        self.ends = ends
        """Of the partitions that have not taken it."""

    def taken(self, partition: int, read_to: int) -> int:
        """The position, if this partition may take it now; else 0."""
        if partition not in self.ends or read_to < self.ends[partition]:
            return 0
        del self.ends[partition]
        return self.position


class RelayPlace:
    """Follows the relay's place."""

    def __init__(self, topics: Topics) -> None:
        """Begin with the last place there is."""
        self._topics = topics
        self._partition = TopicPartition(topics.relay, 0)
        self._consumer = reader(topics.bootstrap)
        try:
            self._consumer.assign([self._partition])
            self._consumer.seek(self._partition, self._consumer.end_offsets([self._partition])[self._partition])
            self._latest = last_published(topics)
        except BaseException:
            self.close()
            raise

    def latest(self) -> Published | None:
        """The last place seen."""
        for records in self._consumer.poll(timeout_ms=0).values():
            for record in records:
                self._latest = place_in(self._topics, record) or self._latest
        return self._latest

    def close(self) -> None:
        """Close the consumer."""
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
