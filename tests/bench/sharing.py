"""How many events a second do several processes of one subscriber bring into its database together, exactly once?"""

from __future__ import annotations

import multiprocessing
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from typing import Any

from consumers import Subscriber
from consumers.feed import Feed
from consumers.kafka_feed import KafkaFeed
from consumers.subscriber.source import KafkaSource
from consumers.topics import Topics
from projections.place import Batch, Place
from tests.bench.databases import Fresh
from tests.servers import until

START_S = 60.0
END_S = 300.0


@dataclass(frozen=True, slots=True)
class Shared:
    """What the processes have in common: how many partitions each has, when the first of them began, what is left."""

    joined: Any
    begin: Event
    begun: Any
    left: Any
    over: Event


class SharingFeed(KafkaFeed):
    """A feed that begins when each process has its part of the partitions, and says when all is applied."""

    def __init__(self, topics: Topics, group: str, number: int, shared: Shared) -> None:
        """Be one of the processes, by its number from 0."""
        super().__init__(topics, group, f"member-{number}")
        self._number = number
        self._shared = shared

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Poll; nothing is read before all have joined."""
        if self._shared.begin.is_set():
            return super().poll(partial(self._first, place_of), timeout_s)
        clients = self._connected()
        clients.read(timeout_s)
        self._shared.joined[self._number] = len(clients.fresh())
        return []

    def _first(self, place_of: Callable[[int], Place], partition: int) -> Place:
        with self._shared.begun:
            self._shared.begun.value = self._shared.begun.value or time.perf_counter()
        return place_of(partition)

    def applied(self, batch: Batch) -> None:
        """Count."""
        super().applied(batch)
        with self._shared.left:
            self._shared.left.value -= len(batch.entries)
            if self._shared.left.value <= 0:
                self._shared.over.set()


@dataclass(frozen=True, slots=True)
class OneFeed(KafkaSource):
    """The topic on Kafka, by a feed that is there."""

    own: Feed

    def feed(self, subscriber: str, member: str) -> Feed:  # noqa: ARG002 - there is one
        """Give the feed."""
        return self.own


Handling = Callable[[Subscriber, Fresh], None]
"""Gives a subscriber its functions; it must be picklable."""


def shared_by(processes: int, topics: Topics, count: int, handling: Handling, database: Fresh) -> float:
    """Let so many processes follow the whole topic, once all have joined."""
    context = multiprocessing.get_context("spawn")
    shared = Shared(
        context.Array("q", processes),
        context.Event(),
        context.Value("d", 0.0),
        context.Value("q", count),
        context.Event(),
    )
    group, parts = f"{topics.prefix}{uuid.uuid4().hex}", [topics.partitions // processes] * processes
    members = [
        context.Process(target=_member, args=(topics, group, number, shared, handling, database))
        for number in range(processes)
    ]
    with _running(members):
        until(lambda: shared.joined[:] == parts, seconds=START_S, what="each process to have its partitions")
        shared.begin.set()
        assert shared.over.wait(END_S)
        lasted: float = time.perf_counter() - shared.begun.value
    assert _versions(database) == count
    return count / lasted


@contextmanager
def _running(members: list[SpawnProcess]) -> Iterator[None]:
    for member in members:
        member.start()
    try:
        yield
    finally:
        for member in members:
            member.terminate()
        for member in members:
            member.join()


def _member(
    topics: Topics,
    group: str,
    number: int,
    shared: Shared,
    handling: Handling,
    database: Fresh,
) -> None:
    feed = SharingFeed(topics, group, number, shared)
    with Subscriber("bench", database.url, OneFeed(topics, feed)) as subscriber:
        handling(subscriber, database)
        subscriber.run()


def _versions(database: Fresh) -> int:
    """How many events the rows tell of, when each has its journey's last version."""
    with closing(database.connect()) as connection:
        return int(connection.execute("SELECT sum(position) FROM last_seen").fetchone()[0])
