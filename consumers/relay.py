"""How does every event reach Kafka, in order, exactly once?"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from typing import Any, Protocol

import psycopg
from kafka import KafkaProducer
from kafka.errors import KafkaError

from consumers import producing
from consumers.deadline import Deadline
from consumers.feed import TRANSIENT
from consumers.garbage import seldom
from consumers.health import Pulse
from consumers.outgoing import Outgoing
from consumers.published import Published, of_place
from consumers.reach import TRANSACTION_MAX
from consumers.resuming import Log, RelayEnded, RelayRefused, resume, same_event
from consumers.topics import Topics
from journey.recorded import Delivery
from journey.store import codec

__all__ = ["Relay", "RelayEnded", "RelayRefused", "run_relay"]

log = logging.getLogger(__name__)

BATCH = 2_000
"""Events in a transaction; readers call none of it somebody else's up to `TRANSACTION_MAX`."""
WAIT_S = 0.25
DEADLINE_S = 40.0
"""Longer than the producer's own limits, so that it ends only what would hang."""
RESUMING = 4
"""So many deadlines may it take to find the place: by some thirty requests, one after the other."""
NOTING_S = 2.0
THINGS = 1_000_000
"""Many more than a transaction is made of: to look through it while all of it is alive costs a tenth of the speed."""


class Notes(Protocol):
    """Where a relay notes what ended it."""

    def note(self, words: str) -> object:
        """Keep these words."""


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
        troubles: Notes | None = None,
    ) -> None:
        """Nothing is opened yet. Whatever ends it is noted in `troubles`. Raises ValueError for a batch too large."""
        if not 0 < batch <= TRANSACTION_MAX:
            raise ValueError(f"a transaction holds 1 to {TRANSACTION_MAX} events, not {batch}")
        self.place: Published | None = None
        """How far the log is published, as far as this relay knows; None before it has looked."""
        self.transacted_at = 0.0
        """When a transaction was committed last, in seconds since 1970."""
        self.pulse = pulse or Pulse()
        self._troubles = troubles
        self._log = store
        self.topics = topics
        self._batch = batch
        self._deadline_s = deadline_s
        self._outgoing = Outgoing(topics.partitions)

    def run(self, stop: Event) -> None:
        """Publish until told to stop; a transaction that was begun is finished.

        Raises RelayRefused when somebody must look first, RelayEnded when it is enough to start again.
        """
        try:
            self._run(stop)
        except (RelayRefused, RelayEnded) as trouble:
            self._note(str(trouble))
            raise
        except Exception as bug:
            self._note(f"a fault of the relay itself: {type(bug).__name__}")
            raise

    def _run(self, stop: Event) -> None:
        deadline = Deadline(self._deadline_s, self._out_of_time)
        try:
            with deadline.within():
                producer = producing.transactional(self.topics)
            try:
                with deadline.within():
                    producer.init_transactions()  # a zombie is fenced, its open transaction aborted
                with deadline.within(RESUMING):
                    place = resume(self._log, self.topics)
                with seldom(THINGS):
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
        self.place = place
        self.topics, self._outgoing = of_place(self.topics, place), Outgoing(place.partitions)
        log.info("publishing to %s from position %d", self.topics.events, place.position)
        rows = self._following(place.position)
        while not stop.is_set():
            self.pulse.beat()
            self._same_topic(producer, place)
            fresh = self._checked(place, rows)
            if not fresh:
                self._log.wait(place.position, WAIT_S)
                rows = self._following(place.position)
                continue
            place, rows = self._transact(producer, deadline, place, fresh)
            self.place, self.transacted_at = place, time.time()
        log.info("stopped at position %d", place.position)

    def _same_topic(self, producer: KafkaProducer, place: Published) -> None:
        """The name still leads to the topic it led to at the start; the next start says in words what is wrong."""
        if producing.topic_behind(producer, self.topics.events) not in {None, place.topic_id}:
            raise RelayEnded(f"{self.topics.events} is another topic than the one published to")

    def _following(self, position: int) -> list[Delivery]:
        """The events after a position, and before them the one at it."""
        return self._log.seen(max(position - 1, 0), self._batch + 1)

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
        following = None
        try:
            producer.begin_transaction()
            futures, after = self._send(producer, place, rows)
            if len(rows) >= self._batch:  # there will be more: it is read while the brokers write
                following = self._following(after.position)
            self._log.settle()  # meanwhile, too: before the commit nobody sees what a crash would take back
            with deadline.within():
                self._flush(producer, futures)
            self._same_topic(producer, place)
            with deadline.within():
                self._commit(producer)
        except KafkaError as error:
            if producing.is_fenced(error):
                raise RelayEnded("another relay has taken over") from error
            producing.abort(producer, deadline)
            raise RelayEnded(f"position {place.position} is published; then: {type(error).__name__}") from error
        except BaseException:
            producing.abort(producer, deadline)
            raise
        return after, self._following(after.position) if following is None else following

    def _send(self, producer: KafkaProducer, place: Published, rows: Sequence[Delivery]) -> tuple[list[Any], Published]:
        """Give the events and the place after them to the producer, in order.

        All is made before the first is given: what comes quickly after it shares its request for partitions.
        """
        send, topic, last = producer.send, self.topics.events, rows[-1]
        records = [self._outgoing.record(row) for row in rows]
        after = replace(
            place,
            position=last.position,
            event_id=str(codec.decode(last.body).event_id),
            digest=codec.digest(last.body),
        )
        covering = after.encode(), topic.encode(), None, 0
        futures = [send(topic, *record) for record in records]
        futures.append(send(self.topics.relay, *covering))
        return futures, after

    def _flush(self, producer: KafkaProducer, futures: Sequence[Any]) -> None:
        producing.written(producer, futures)

    def _commit(self, producer: KafkaProducer) -> None:
        producer.commit_transaction()

    def _out_of_time(self, code: int) -> None:
        """Note it and end the process; a database that does not answer either is not waited for."""
        noting = Thread(target=self._note, args=("Kafka did not answer within the deadline",), daemon=True)
        noting.start()
        noting.join(NOTING_S)
        os._exit(code)

    def _note(self, words: str) -> None:
        if self._troubles is not None:
            try:
                self._troubles.note(words)
            except TRANSIENT as error:
                log.warning("the relay's last error could not be noted: %s", type(error).__name__)


def run_relay(relay: Relay, stop: Event, *, lock_url: str | None = None) -> None:
    """Run a relay; with the URL of a PostgreSQL, wait there until no other relay runs. Raises as it does."""
    with _alone(lock_url, relay.topics.events, stop, relay.pulse):
        if not stop.is_set():
            relay.run(stop)


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
