"""Do both feeds bring a read model the same, on both databases, whatever happens on the way?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from consumers.feed import Feed
from consumers.kafka_feed import KafkaFeed
from consumers.log_feed import LogFeed, feeds
from consumers.topics import Topics
from consumers.worker import Worker
from journey.recorded import Delivery
from projections.database import ReadModels
from projections.place import Place
from projections.places import Places
from projections.status import status
from projections.verifying import dump
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import models
from tests.consumers.reading import publish
from tests.servers import until

COUNT = 300


class Source(Protocol):
    """A log, and feeds from it."""

    log: WrittenLog

    def put(self, bodies: list[bytes]) -> None:
        """Write events, and make them reach the feed."""

    def feed(self) -> Feed:
        """Open a feed, as a process that starts does."""


class LogSource:
    """Feeds that read the log itself."""

    def __init__(self, log: WrittenLog) -> None:
        """Read this log."""
        self.log = log

    def put(self, bodies: list[bytes]) -> None:
        """Write events."""
        self.log.put(bodies)

    def feed(self) -> Feed:
        """Read the log."""
        return LogFeed(self.log, self.log.store_id, batch=70)


class KafkaSource:
    """Feeds that read Kafka, to which the relay publishes."""

    def __init__(self, log: WrittenLog, topics: Topics) -> None:
        """Publish this log."""
        self.log = log
        self.topics = topics

    def put(self, bodies: list[bytes]) -> None:
        """Write events, and publish them."""
        self.log.put(bodies)
        publish(self.log, self.topics, batch=100)

    def feed(self) -> Feed:
        """Read Kafka, as the one member of the group."""
        return KafkaFeed(self.topics, self.topics.group("signs", 1), "one")


@pytest.fixture(params=["log", "kafka"])
def source(request: pytest.FixtureRequest, log: WrittenLog) -> Source:
    """Return a source of each kind."""
    return LogSource(log) if request.param == "log" else KafkaSource(log, request.getfixturevalue("topics"))


@pytest.fixture
def built(models_url: str, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield empty read models."""
    built = models(models_url, log)
    yield built
    built.close()


def position(built: ReadModels) -> int:
    """Return the position that is applied."""
    with built.database.reading() as session:
        return built.position_in(session, "signs")


def run(source: Source, built: ReadModels, *, to: int) -> Worker:
    """Run a worker, as a process that starts does, until a position is applied; it stops cleanly."""
    worker = Worker(built, {"signs": source.feed()})
    try:

        def applied() -> bool:
            worker.step(0.05)
            return position(built) >= to

        until(applied, seconds=30, what=f"position {to} to be applied")
        return worker
    finally:
        worker.feeds["signs"].close()


def replayed(log: WrittenLog) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of one process that reads the log once, on SQLite."""
    once = models("sqlite:///:memory:", log)
    worker = Worker(once, {"signs": LogFeed(log, log.store_id)})
    worker.catch_up()
    rows = dump(once, "signs")
    once.close()
    return rows


def test_rows_equal_a_replay(source: Source, built: ReadModels) -> None:
    """Through restarts in the middle, the rows are those of a single replay, corrections and all; none is behind."""
    bodies = written(COUNT)
    source.put(bodies[:100])
    run(source, built, to=100)
    source.put(bodies[100:])
    run(source, built, to=COUNT)
    run(source, built, to=COUNT)
    assert dump(built, "signs") == replayed(source.log)
    (signs,) = status(built, source.log)
    assert (signs["position"], signs["lag_events"], signs["state"]) == (COUNT, 0, "current")


def test_quiet_partitions_keep_up(source: Source, built: ReadModels) -> None:
    """Events of one journey alone move the applied position of all partitions."""
    source.put(written(20, journeys=1))
    run(source, built, to=20)
    source.put(written(25, journeys=1)[20:])
    run(source, built, to=25)
    assert dump(built, "signs") == replayed(source.log)


def test_a_partition_nobody_read_holds_the_position_back(log: WrittenLog, topics: Topics, built: ReadModels) -> None:
    """The applied position is that of the slowest partition, those included that no worker has begun."""
    source = KafkaSource(log, topics)
    source.put(written(COUNT))
    feed = source.feed()
    worker = Worker(built, {"signs": feed})
    batches = until(lambda: feed.poll(lambda it: worker._place("signs", feed, it), 0.1), seconds=20, what="a batch")
    worker._apply("signs", feed, batches[0])
    assert position(built) == 0
    feed.close()


def test_what_fails_for_a_while_is_applied_later(
    source: Source, built: ReadModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch whose transaction fails is read again: nothing is left out, nothing applied twice."""
    source.put(written(COUNT))
    kept, failures = Places.move, iter(range(3))

    def move(*arguments: Any) -> None:
        kept(*arguments)
        if next(failures, None) is not None:
            raise Away

    monkeypatch.setattr(Places, "move", move)
    worker = Worker(built, {"signs": source.feed()}, transient=(Away,))

    def applied() -> bool:
        try:
            worker.step(0.05)
        except Away:
            return False
        return position(built) >= COUNT

    until(applied, seconds=30, what="everything to be applied")
    worker.feeds["signs"].close()
    assert next(failures, None) is None
    assert dump(built, "signs") == replayed(source.log)


class Away(Exception):  # noqa: N818 - what happens to be away in a test
    """Something is away."""


def test_a_late_worker_changes_nothing(source: Source, built: ReadModels, models_url: str) -> None:
    """A worker that polled, slept, and comes back after another did its work applies nothing twice."""
    source.put(written(COUNT))
    late = source.feed()
    batches = until(lambda: late.poll(lambda p: built.place("signs", late.feed_id, p), 0.1), seconds=20, what="a batch")
    other = models(models_url, source.log)
    run(source, other, to=COUNT)
    expected = dump(other, "signs")
    for batch in batches:
        built.apply("signs", late.feed_id, batch)
    assert dump(built, "signs") == expected == replayed(source.log)
    assert position(built) == COUNT
    late.close()
    other.close()


def test_another_feed_is_not_followed_silently(source: Source, built: ReadModels) -> None:
    """Rows that were built from another log or topic are not mixed with this one's: it is said in words."""
    source.put(written(50))
    other = LogFeed(source.log, "another store")
    Worker(built, {"signs": other}).catch_up()
    worker = Worker(built, {"signs": source.feed()})

    def halted() -> bool:
        worker.step(0.05)
        return bool(worker.halted)

    until(halted, seconds=20, what="a partition to be halted")
    worker.feeds["signs"].close()
    assert "was built from another feed (another store)" in next(iter(worker.halted.values()))
    (signs,) = status(built, source.log)
    assert signs["state"] == "stopped"
    assert "rebuild it" in signs["stopped"]


def test_feeds_of_a_log_read_it_once(log: WrittenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Feeds that follow one another read each portion of the log once, and none misses what comes later."""
    log.put(written(30))
    asked: list[int] = []
    rows = log.rows

    def counted(after: int, limit: int) -> list[Delivery]:
        asked.append(after)
        return rows(after, limit)

    monkeypatch.setattr(log, "rows", counted)
    made = feeds(log, ["a", "b", "c"])

    def brought() -> list[tuple[int, int]]:
        polled = [feed.poll(lambda _: Place(feed="store-1", partition=0), 0) for feed in made.values()]
        return [(it.start, it.end) for batches in polled for it in batches]

    assert brought() == [(0, 31)] * 3
    assert asked == [0]
    assert brought() == []
    log.put(written(40)[30:])
    assert brought() == [(31, 41)] * 3
