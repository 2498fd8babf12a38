"""How does every event reach Kafka, in order, exactly once?"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from threading import Event
from typing import Any
from uuid import UUID

import psycopg
from kafka import KafkaProducer
from kafka.errors import KafkaError, OutOfOrderSequenceNumberError, ProducerFencedError

from consumers.deadline import Deadline
from consumers.feed import TRANSIENT
from consumers.health import Pulse
from consumers.published import Published
from consumers.resuming import Log, RelayEnded, RelayRefused, resume, same_event
from consumers.topics import CLIENT, CONTENT_TYPE, Identity, Topics, administration, identify, partition_of
from journey.recorded import Delivery
from journey.store import codec

__all__ = ["Relay", "RelayEnded", "RelayRefused", "run_relay"]

log = logging.getLogger(__name__)

BATCH = 2_000
"""Events in a transaction."""
WAIT_S = 0.25
DEADLINE_S = 40.0
"""Longer than the producer's own limits below, so that it ends only what would hang."""
ROUTES_MAX = 200_000

FENCED = (ProducerFencedError, OutOfOrderSequenceNumberError)


class Relay:
    """Moves the event log to Kafka, one transaction after the other.

    The place goes out in the transaction of the events it covers. So whatever ends this process, at whatever moment,
    the next one finds exactly how far the last came; what was half done is aborted by the next one's start, and a
    zombie can commit nothing more.
    """

    def __init__(
        self,
        store: Log,
        topics: Topics,
        *,
        pulse: Pulse | None = None,
        deadline_s: float = DEADLINE_S,
        batch: int = BATCH,
    ) -> None:
        """Nothing is opened yet."""
        self._pulse = pulse or Pulse()
        self._log = store
        self._topics = topics
        self._batch = batch
        self._deadline_s = deadline_s
        self._routes: dict[UUID, tuple[bytes, int]] = {}
        self._types: dict[str, tuple[str, bytes]] = {}

    def run(self, stop: Event) -> None:
        """Publish until told to stop; a transaction that was begun is finished.

        Raises RelayRefused when somebody must look first, RelayEnded when it is enough to start again.
        """
        deadline = Deadline(self._deadline_s)
        try:
            with deadline.within():
                topic = self._topic()
                producer = self._producer()
            try:
                with deadline.within():
                    producer.init_transactions()  # a zombie is fenced, its open transaction aborted
                    place = resume(self._log, self._topics, topic)
                self._publish(producer, deadline, place, stop)
            finally:
                with deadline.within():
                    producer.close(timeout=5)
        except KafkaError as error:
            raise RelayEnded(f"Kafka: {type(error).__name__}") from error
        except TRANSIENT as error:
            raise RelayEnded(f"the event store: {type(error).__name__}") from error
        finally:
            deadline.close()

    def _publish(self, producer: KafkaProducer, deadline: Deadline, place: Published, stop: Event) -> None:
        log.info("publishing from position %d", place.position)
        gc.freeze()
        rows = self._following(place.position)
        while not stop.is_set():
            self._pulse.beat()
            fresh = self._checked(place, rows)
            if not fresh:
                self._log.wait(place.position, WAIT_S)
                rows = self._following(place.position)
                continue
            place, rows = self._transact(producer, deadline, place, fresh)
        log.info("stopped at position %d", place.position)

    def _following(self, position: int) -> list[Delivery]:
        """The events after a position, and before them the one at it."""
        return self._log.rows(max(position - 1, 0), self._batch + 1)

    def _checked(self, place: Published, rows: Sequence[Delivery]) -> Sequence[Delivery]:
        """The events after the place, none left out; the store still holds the last one published."""
        fresh = rows
        if place.position:
            same_event(place, rows[0] if rows and rows[0].position == place.position else None, self._log)
            fresh = rows[1:]
        for expected, row in enumerate(fresh, place.position + 1):
            if row.position != expected:
                raise RelayRefused(f"the event store has a gap: {row.position} follows {expected - 1}")
        return fresh

    def _transact(
        self, producer: KafkaProducer, deadline: Deadline, place: Published, rows: Sequence[Delivery]
    ) -> tuple[Published, list[Delivery]]:
        """Publish these events and the place after them; gives the place, and what follows it already."""
        try:
            producer.begin_transaction()
            futures, after = self._send(producer, place, rows)
            following = self._following(after.position)  # read while the brokers write
            with deadline.within():
                self._flush(producer, futures)
            with deadline.within():
                self._commit(producer)
        except KafkaError as error:
            if any(isinstance(it, FENCED) for it in (error, *error.args)):  # some come wrapped in a plain one
                raise RelayEnded("another relay has taken over") from error
            self._abort(producer, deadline)
            raise RelayEnded(f"position {place.position} is published; then: {type(error).__name__}") from error
        except BaseException:
            self._abort(producer, deadline)
            raise
        return after, following

    def _send(self, producer: KafkaProducer, place: Published, rows: Sequence[Delivery]) -> tuple[list[Any], Published]:
        """Give the events and the place after them to the producer, in order."""
        send, topic, partitions = producer.send, self._topics.events, place.partitions
        futures = []
        for row in rows:
            kind, journey_id, recorded_at = _head(row)
            key, partition = self._route(journey_id, partitions)
            headers = [CONTENT_HEADER, self._type_header(kind), ("position", b"%d" % row.position)]
            futures.append(send(topic, row.body, key, headers, partition, milliseconds(recorded_at)))
        last = rows[-1]
        after = Published(
            store_id=place.store_id,
            log_epoch=place.log_epoch,
            topic_id=place.topic_id,
            partitions=partitions,
            position=last.position,
            event_id=str(codec.decode(last.body).event_id),
            digest=codec.digest(last.body),
        )
        futures.append(send(self._topics.relay, after.encode(), topic.encode(), None, 0))
        return futures, after

    def _flush(self, producer: KafkaProducer, futures: Sequence[Any]) -> None:
        """Wait until all is written. Raises the failure of the first that was not: a commit would keep the rest."""
        producer.flush()
        for future in futures:
            if not future.succeeded():
                raise future.exception

    def _commit(self, producer: KafkaProducer) -> None:
        producer.commit_transaction()

    @staticmethod
    def _abort(producer: KafkaProducer, deadline: Deadline) -> None:
        """Let readers go on at once; the next start aborts as well, so it may fail."""
        with deadline.within(), suppress(KafkaError):
            producer.abort_transaction()

    def _route(self, journey_id: UUID, partitions: int) -> tuple[bytes, int]:
        """A journey's key and partition; hashing anew for every event would cost a third of the speed."""
        route = self._routes.get(journey_id)
        if route is None:
            if len(self._routes) >= ROUTES_MAX:
                self._routes.clear()
            route = self._routes[journey_id] = (str(journey_id).encode(), partition_of(str(journey_id), partitions))
        return route

    def _type_header(self, name: str) -> tuple[str, bytes]:
        header = self._types.get(name)
        if header is None:
            header = self._types[name] = ("type", name.encode())
        return header

    def _topic(self) -> Identity:
        with administration(self._topics.bootstrap) as admin:
            return identify(admin, self._topics.events)

    def _producer(self) -> KafkaProducer:
        """A producer whose id is the installation's: whoever starts with it fences whoever had it."""
        return KafkaProducer(
            bootstrap_servers=self._topics.bootstrap,
            transactional_id=f"{self._topics.prefix}journeys.relay",
            delivery_timeout_ms=25_000,
            transaction_timeout_ms=30_000,
            request_timeout_ms=10_000,
            max_block_ms=30_000,
            retry_backoff_ms=5,  # of 100 milliseconds each commit would be as late as that
            linger_ms=5,
            batch_size=256 * 1024,
            compression_type=None,
            allow_auto_create_topics=False,
            metrics_enabled=False,
            **CLIENT,
        )


CONTENT_HEADER = ("content-type", CONTENT_TYPE.encode())


def _head(row: Delivery) -> tuple[str, UUID, datetime]:
    try:
        return codec.head(row.body)
    except (KeyError, TypeError, ValueError) as error:
        raise RelayRefused(f"the event at position {row.position} can't be read: {type(error).__name__}") from error


def milliseconds(at: datetime) -> int:
    """A time as a record's timestamp."""
    return int(at.timestamp() * 1000)


def run_relay(store: Log, topics: Topics, stop: Event, *, lock_url: str | None = None) -> None:
    """Run a relay; with the URL of a PostgreSQL, wait there until no other relay runs.

    Raises RelayRefused when somebody must look first, RelayEnded when it is enough to start again.
    """
    pulse = Pulse()
    with _alone(lock_url, topics.events, stop, pulse):
        if not stop.is_set():
            Relay(store, topics, pulse=pulse).run(stop)


@contextmanager
def _alone(url: str | None, name: str, stop: Event, pulse: Pulse) -> Iterator[None]:
    """Hold an advisory lock, so that two relays do not fight; what makes two safe is Kafka's fencing."""
    if url is None:
        yield
        return
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            asked = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
            while not stop.is_set() and connection.execute(asked, [f"relay {name}"]).fetchone() != (True,):
                pulse.beat()
                stop.wait(WAIT_S)
            yield
    except psycopg.OperationalError as error:
        raise RelayEnded("the database is away") from error
