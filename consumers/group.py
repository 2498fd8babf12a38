"""How is a worker a member of its group, and which partitions does it have?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from consumers.topics import CLIENT, FETCH_BYTES, Topics
from projections.place import Place

POLL_RECORDS = 5_000
"""Of 500, kafka-python's default, reading is 2.5 times as slow."""


class Assignment(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Holds back what is assigned until its place is known. Called in the client's own thread."""

    def __init__(self, consumer: KafkaConsumer) -> None:
        self._consumer = consumer
        self.fresh: set[int] = set()
        self._revoked: deque[int] = deque()

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Hear that partitions are taken away; some may come back at once."""
        for partition in revoked:
            self.fresh.discard(partition.partition)
            self._revoked.append(partition.partition)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Hold partitions back; they must have an offset, or the next poll looks for one in Kafka."""
        for partition in assigned:
            self._consumer.seek(partition, 0)
            self._consumer.pause(partition)
            self.fresh.add(partition.partition)

    def forget(self, places: dict[int, Place]) -> None:
        """Remove what was taken away meanwhile."""
        while self._revoked:
            places.pop(self._revoked.popleft(), None)


def member_of(topics: Topics, group: str, member: str, session_timeout_ms: int) -> KafkaConsumer:
    """A consumer that is a static member of a group, and reads nothing yet."""
    return KafkaConsumer(
        bootstrap_servers=topics.bootstrap,
        group_id=group,
        group_instance_id=member,
        session_timeout_ms=session_timeout_ms,
        heartbeat_interval_ms=min(3_000, session_timeout_ms // 3),
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="none",
        partition_assignment_strategy=(StickyPartitionAssignor,),  # the cooperative one can orphan partitions
        max_poll_records=POLL_RECORDS,
        max_partition_fetch_bytes=FETCH_BYTES,
        fetch_max_bytes=FETCH_BYTES,
        fetch_max_wait_ms=100,
        allow_auto_create_topics=False,
        metrics_enabled=False,
        **CLIENT,
    )  # and no deserializer: one that raised would make the next poll hang
