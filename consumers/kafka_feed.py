"""How do events come from Kafka to a read model?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence

from kafka import OffsetAndMetadata, TopicPartition
from kafka.errors import FencedInstanceIdError, KafkaError, OffsetOutOfRangeError

from consumers.feed import Superseded, Unreadable
from consumers.group import POLL_RECORDS, Assignment, member_of
from consumers.published import Record, of_place
from consumers.quiet import Promise, RelayPlace
from consumers.reach import Reach
from consumers.records import entries
from consumers.topics import CLOSE_MS, Identity, Topics, administrator, ends, identify
from projections.place import Batch, Place

COMMIT_EVERY_S = 1.0
EXPECTING_S = 0.01
PROMISE_EVERY_S = 0.25
"""While records come, so seldom it is asked how far the quiet partitions are; they are shown before it is."""
IDENTIFY_EVERY_S = 1.0
"""Kafka gives records by the topic's name: that it was deleted and made again only its id tells."""


class KafkaFeed:
    """The events topic, shared among a group's workers. The place is in the read model's database, not in Kafka.

    It is the topic that the relay publishes to, of whichever epoch; another topic is another feed.

    Whatever kafka-python raises, its clients are closed and made anew at the next poll: they do not always survive.
    """

    def __init__(self, topics: Topics, group: str, member: str, *, session_timeout_ms: int = 45_000) -> None:
        """Nothing is opened yet. A member that is started again under its name has its partitions back at once."""
        self._topics = topics
        self._group = group
        self._member = member
        self._session_timeout_ms = session_timeout_ms
        self._clients: _Clients | None = None
        self._given_up: set[int] = set()

    @property
    def feed_id(self) -> str:
        """The cluster's and the topic's id."""
        return self._connected().topic.feed_id

    @property
    def partitions(self) -> int:
        """The topic's partitions, whoever reads them."""
        return self._connected().topic.partitions

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Bring what follows.

        Raises Unreadable, once, for a partition that can't be read on; a KafkaError for what passes by itself.
        """
        if self._clients is not None and self._clients.outdated:
            self.close()
            self._given_up.clear()
        clients = self._connected()
        try:
            clients.begin([place_of(it) for it in clients.fresh() if it not in self._given_up])
            return clients.read(timeout_s)
        except Unreadable as unreadable:
            self._given_up.add(unreadable.partition)
            raise
        except FencedInstanceIdError as fenced:
            self.close()
            raise Superseded(f"another worker of {self._group} runs under the name {self._member}") from fenced
        except OffsetOutOfRangeError as gone:
            ((partition, offset),) = gone.args[0].items()
            try:
                is_gone = partition.topic == clients.topics.events and not clients.is_another_topic()
            finally:
                self.close()
            if not is_gone:  # the relay's place, or all of them: begin anew
                raise
            raise self._unreadable(clients, partition.partition, f"offset {offset} is not there any more") from gone
        except _Gone as gone:
            raise self._unreadable(clients, gone.partition, gone.why) from gone
        except KafkaError:
            self.close()
            raise

    def applied(self, batch: Batch) -> None:
        """Tell Kafka, only so that its tools show a lag."""
        if self._clients is not None:
            self._clients.applied(batch)

    def lost(self, partition: int) -> None:
        """Read again from the place."""
        self._given_up.discard(partition)
        if self._clients is not None:
            self._clients.again(partition)

    def close(self) -> None:
        """Close the clients. A static member keeps its partitions for the length of a session."""
        clients, self._clients = self._clients, None
        if clients is not None:
            clients.close()

    def _unreadable(self, clients: _Clients, partition: int, why: str) -> Unreadable:
        self._given_up.add(partition)
        return Unreadable(partition, f"{clients.topics.events}: partition {partition}: {why}")

    def _connected(self) -> _Clients:
        if self._clients is None:
            self._clients = _Clients(self._topics, self._group, self._member, self._session_timeout_ms)
        return self._clients


class _Gone(Exception):  # noqa: N818 - names what is gone
    """A place that is not in the topic."""

    def __init__(self, partition: int, why: str) -> None:
        super().__init__(why)
        self.partition = partition
        self.why = why


class _Clients:
    """A consumer, and beside it what tells how far the relay has come."""

    def __init__(self, topics: Topics, group: str, member: str, session_timeout_ms: int) -> None:
        self._relay = RelayPlace(topics)
        try:
            self.topics = topics = of_place(topics, self._relay.latest())
            self._admin = administrator(topics.bootstrap)
        except BaseException:
            self._relay.close()
            raise
        try:
            self.topic: Identity = identify(self._admin, topics.events)
            self._consumer = member_of(topics, group, member, session_timeout_ms)
        except BaseException:
            self._relay.close()
            self._admin.close()
            raise
        self._reach = Reach(self._relay, topics, self.topic.topic)
        self._assignment = Assignment(self._consumer)
        self._consumer.subscribe([topics.events], listener=self._assignment)
        self._consumer.partitions_for_topic(topics.events)  # known before the group is joined: one rebalance less
        self._places: dict[int, Place] = {}
        """Of each partition that is read, how far it was brought."""
        self._promise = Promise(0, {})
        self._promised_at = 0.0
        self.outdated = False
        """Whether this is another topic than the one begun with, or the relay publishes anew, to another."""
        self._identified_at = time.monotonic()
        self._brought = False
        self._uncommitted: dict[TopicPartition, OffsetAndMetadata] = {}
        self._committed_at = 0.0

    def read(self, timeout_s: float) -> list[Batch]:
        """Poll; what came since, by partition."""
        self._commit()
        wait_s = min(timeout_s, EXPECTING_S) if self._expecting() else timeout_s
        records = self._consumer.poll(timeout_ms=int(wait_s * 1000), max_records=POLL_RECORDS)
        self._brought = bool(records)
        self._assignment.forget(self._places)
        if time.monotonic() - self._identified_at > IDENTIFY_EVERY_S and self.is_another_topic():
            self.outdated = True
            return []
        if not records or time.monotonic() - self._promised_at > PROMISE_EVERY_S:
            self._renew_promise()
        batches = (self._batch(place, records.get(self._at(place.partition), ())) for place in [*self._places.values()])
        return [batch for batch in batches if batch is not None]

    def is_another_topic(self) -> bool:
        """Whether the topic was deleted and made again."""
        self._identified_at = time.monotonic()
        return identify(self._admin, self.topics.events) != self.topic

    def fresh(self) -> list[int]:
        """The partitions that were assigned, or lost, and not begun since."""
        return sorted(self._assignment.fresh)

    def begin(self, places: Sequence[Place]) -> None:
        """Read partitions from their places on.

        Raises _Gone for one whose place the topic does not hold; those after it are not begun.
        """
        partitions = [self._at(it.partition) for it in places]
        found = ends(self._admin, partitions)
        starts = self._consumer.beginning_offsets(partitions) if partitions else {}
        for place, partition in zip(places, partitions, strict=True):
            at, start, end = place.offset, starts[partition], found[partition]
            if at > end:
                raise _Gone(place.partition, f"it ends at offset {end}, before the place {at}: it was emptied")
            if 0 < at < start:
                raise _Gone(place.partition, f"it begins at offset {start}, after the place {at}")
            self._consumer.seek(partition, max(at, start))  # at 0 the first there is; versions show a gap
            self._consumer.resume(partition)
            self._assignment.fresh.discard(place.partition)
            self._places[place.partition] = place

    def again(self, partition: int) -> None:
        """Begin a partition anew from its place."""
        if self._places.pop(partition, None) is not None:
            self._consumer.pause(self._at(partition))
            self._assignment.fresh.add(partition)

    def applied(self, batch: Batch) -> None:
        """Note what may be committed to Kafka."""
        self._uncommitted[self._at(batch.partition)] = OffsetAndMetadata(batch.end, "", -1)

    def close(self) -> None:
        """Close all; a broker that is away is not waited for long."""
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)
        self._relay.close()
        self._admin.close()

    def _batch(self, place: Place, records: Iterable[Record]) -> Batch | None:
        """A partition's entries, and the position that is applied with them."""
        brought = tuple(entries(records, place.position, self.topic.partitions, self._reach))
        end = self._consumer.position(self._at(place.partition))
        position = max(place.position, brought[-1].delivery.position if brought else 0)
        position = max(position, self._promise.taken(place.partition, end))
        if not brought and position == place.position:
            return None
        self._places[place.partition] = Place(feed=place.feed, partition=place.partition, offset=end, position=position)
        return Batch(partition=place.partition, start=place.offset, end=end, position=position, entries=brought)

    def _expecting(self) -> bool:
        """Whether the relay's place, or a partition's end, should be seen soon."""
        return self._brought or bool(self._promise.ends.keys() & self._places.keys())

    def _renew_promise(self) -> None:
        """Note the relay's place, and after it where each partition then ends.

        Whatever is published up to that place lies before these ends, in whichever partition. The ends are those of
        uncommitted reading: a transaction's end is not marked in all partitions at the same moment.
        """
        self._promised_at = time.monotonic()
        published = self._relay.latest()
        self.outdated = of_place(self.topics, published) != self.topics
        if published is None or published.topic_id != self.topic.topic:
            return
        behind = [self._at(it.partition) for it in self._places.values() if it.position < published.position]
        if behind and not self._promise.ends.keys() & self._places.keys():
            found = ends(self._admin, behind)
            self._promise = Promise(published.position, {it.partition: end for it, end in found.items()})

    def _commit(self) -> None:
        now = time.monotonic()
        if self._uncommitted and now - self._committed_at > COMMIT_EVERY_S:
            offsets = {it: at for it, at in self._uncommitted.items() if it in self._consumer.assignment()}
            self._consumer.commit_async(offsets)
            self._uncommitted, self._committed_at = {}, now

    def _at(self, partition: int) -> TopicPartition:
        return TopicPartition(self.topics.events, partition)
