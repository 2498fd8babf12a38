"""May the relay go on, and from where?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kafka import KafkaAdminClient, TopicPartition
from kafka.errors import UnknownTopicOrPartitionError

from consumers.published import Published, Record, last_published, last_records, of_place
from consumers.records import position_of
from consumers.topics import Identity, Topics, administration, epochs, identify
from journey.recorded import Delivery
from journey.store import codec


class Log(Protocol):
    """What the relay reads of the event store."""

    store_id: str

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""

    def seen(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position, maybe before they are on disk."""

    def settle(self) -> None:
        """Wait until all that was seen is on disk."""

    def row(self, position: int) -> Delivery | None:
        """Give one event."""

    def head(self) -> int:
        """Give the last position."""

    def wait(self, after: int, timeout_s: float) -> bool:
        """Wait until the log is longer than a position, at most so long."""


class RelayRefused(Exception):  # noqa: N818 - says what somebody must look at
    """Store and topics do not belong together: nothing is published before somebody has looked."""


class RelayEnded(Exception):  # noqa: N818 - says how it ended
    """The relay can't go on from here, and can from its start: let it be started again."""


def resume(log: Log, topics: Topics) -> Published:
    """The place to go on from, in the current epoch; position 0 on a new topic.

    Raises RelayRefused, in words, when the store is not the one that was published, or the topics are not those it
    was published to; RelayEnded when another relay published meanwhile.
    """
    place = last_published(topics)
    try:
        return _checked(place, log, of_place(topics, place))
    except RelayRefused:
        if last_published(topics) != place:
            raise RelayEnded("another relay has taken over") from None
        raise


def begun(log: Log, topics: Topics, topic: Identity) -> Published:
    """The place before the first event, on a new topic."""
    return Published(
        store_id=log.store_id,
        log_epoch=topics.epoch,
        topic_id=topic.topic,
        partitions=topic.partitions,
        position=0,
        event_id="",
        digest="",
    )


def _checked(place: Published | None, log: Log, topics: Topics) -> Published:
    with administration(topics.bootstrap) as admin:
        topic = _identified(admin, place, topics)
        later = [epoch for epoch in epochs(admin, topics) if epoch > topics.epoch]
    lasts = last_records(topics.bootstrap, [TopicPartition(topics.events, p) for p in range(topic.partitions)])
    if place is None:
        if later or any(lasts.values()):
            raise RelayRefused(
                f"{topics.of(max(later, default=1)).events} holds events, but {topics.relay} does not say how far "
                f"they were published: one of the two topics is not the one this installation wrote"
            )
        return begun(log, topics, topic)
    _same_topic(place, topics, topic)
    same_store(place, log)
    if place.position == 0:
        if any(lasts.values()):
            raise RelayRefused(f"somebody else writes to {topics.events}: nothing was published to it yet")
        return place
    same_event(place, log.row(place.position), log)
    _same_events(place, topics, log, lasts)
    return place


def _identified(admin: KafkaAdminClient, place: Published | None, topics: Topics) -> Identity:
    try:
        return identify(admin, topics.events)
    except UnknownTopicOrPartitionError:
        if place is None:
            raise
        raise RelayRefused(f"{topics.events} was deleted after position {place.position} was published to it") from None


def _same_topic(place: Published, topics: Topics, topic: Identity) -> None:
    if place.topic_id != topic.topic:
        raise RelayRefused(
            f"{topics.events} was deleted and made again after position {place.position} was published to it: "
            f"its subscribers would miss what came before"
        )
    if place.partitions != topic.partitions:
        raise RelayRefused(
            f"{topics.events} has {topic.partitions} partitions and had {place.partitions}: "
            f"a journey's events would no longer stay in order"
        )


def same_store(place: Published, log: Log) -> None:
    """Raise RelayRefused unless this is the store that was published."""
    if place.store_id != log.store_id:
        raise RelayRefused(
            f"this is another event store (its id is {log.store_id}) than the one published up to position "
            f"{place.position} ({place.store_id})"
        )


def same_event(place: Published, row: Delivery | None, log: Log) -> None:
    """Raise RelayRefused unless this is the event that was published last."""
    if row is None:
        raise RelayRefused(
            f"the event store ends at position {log.head()}, yet {place.position} is published: "
            f"it was restored from an older backup"
        )
    if codec.digest(row.body) != place.digest:
        raise RelayRefused(
            f"the event at position {place.position} is not the one that was published there: "
            f"the event store was restored from an older backup and went on, or is another one"
        )


def _same_events(place: Published, topics: Topics, log: Log, lasts: Mapping[TopicPartition, Record | None]) -> None:
    positions = [position_of(record) for record in lasts.values() if record is not None]
    if None in positions or max((it for it in positions if it is not None), default=0) > place.position:
        raise RelayRefused(f"somebody else writes to {topics.events}: it holds records the relay did not publish")
    for record in lasts.values():
        if record is None:
            continue
        row = log.row(position_of(record) or 0)
        if row is None or row.body != record.value:
            raise RelayRefused(
                f"somebody else writes to {topics.events}: offset {record.offset} of partition {record.partition} "
                f"is no event of this store"
            )
    if place.position not in positions:
        raise RelayRefused(
            f"{topics.events} was emptied: position {place.position} was published and is not there any more"
        )
