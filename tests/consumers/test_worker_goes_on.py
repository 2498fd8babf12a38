"""Does a running worker go on by itself once somebody has seen to what stopped it?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import uuid5

import pytest

from consumers import worker as workers
from consumers.kafka_feed import KafkaFeed
from consumers.log_feed import LogFeed, histories
from consumers.topics import Topics, partition_of
from consumers.worker import Worker
from journey.events import Event as Told
from journey.recorded import Recorded
from journey.store import codec
from projections.database import ReadModels
from projections.rebuild import rebuild
from projections.redriving import queues, redrive
from projections.verifying import dump
from tests.consumers.logs import CLINIC, WrittenLog, written
from tests.consumers.models import SIGNS, models
from tests.consumers.reading import publish
from tests.consumers.test_feeds import KafkaSource, position, replayed, run
from tests.servers import until

COUNT = 300


@pytest.fixture(autouse=True)
def looking_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker look every tenth of a second."""
    monkeypatch.setattr(workers, "LOOK_EVERY_S", 0.1)


@contextmanager
def running(worker: Worker) -> Iterator[None]:
    """Run a worker meanwhile."""
    stop = Event()
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def broken(url: str, log: WrittenLog, is_broken: Callable[[int], bool]) -> ReadModels:
    """Return read models of a version that can't read some of a journey's events, by their version."""

    def decode(body: bytes) -> Recorded[Told]:
        recorded = codec.decode(body)
        if is_broken(recorded.version):
            raise NotImplementedError
        return recorded

    return ReadModels(url, [SIGNS], decode=decode, clock=lambda: datetime.now(UTC), history=histories(log))


@pytest.fixture
def mended(models_url: str, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield the read models of a version that reads everything."""
    mended = models(models_url, log)
    yield mended
    mended.close()


def test_after_a_redrive(models_url: str, log: WrittenLog, mended: ReadModels) -> None:
    """A worker that the breaker stopped goes on once another process has redriven what waits."""
    log.put(written(COUNT, journeys=30))
    bad = [True]
    built = broken(models_url, log, lambda version: bad[0] and version == 3)
    worker = Worker(built, {"signs": LogFeed(log, log.store_id, batch=10)})
    with running(worker):
        until(lambda: worker.halted, seconds=20, what="the breaker")
        assert "it is our bug" in next(iter(worker.halted.values()))
        held = queues(mended, "signs")
        assert 0 < len(held) < 20
        bad.clear()
        bad.append(False)  # as a worker of the mended version that found the read model stopped
        for queue in held:
            redrive(mended, "signs", queue.journey_id)
        until(lambda: position(mended) == COUNT, seconds=20, what="everything to be applied")
        assert worker.halted == {}
    assert dump(mended, "signs") == replayed(log)
    built.close()


def test_after_a_rebuild(topics: Topics, models_url: str, log: WrittenLog, mended: ReadModels) -> None:
    """A worker whose topic was made anew goes on after a rebuild, and was never started again."""
    log.put(written(100))
    publish(log, topics)
    Worker(mended, {"signs": LogFeed(log, "another store")}).catch_up()
    log.put(written(200)[100:])
    publish(log, topics)
    built = models(models_url, log)
    worker = Worker(built, {"signs": KafkaFeed(topics, topics.group("signs", 1), "one")})
    with running(worker):
        until(lambda: len(worker.halted) == 12, seconds=20, what="all partitions to be halted")
        assert all("was built from another feed" in words for words in worker.halted.values())
        rebuild(mended, "signs", log)
        until(lambda: not worker.halted and position(mended) == 200, seconds=30, what="the worker to go on")
        log.put(written(250)[200:])
        publish(log, topics)
        until(lambda: position(mended) == 250, seconds=20, what="what follows")
    assert dump(mended, "signs") == replayed(log)
    built.close()


def test_after_a_database_lost_the_last_of_it(log: WrittenLog, tmp_path: Path) -> None:
    """Rows and place that a database's end undid, or a backup, are made again by the worker that runs on."""
    file = tmp_path / "models.db"
    built = models(f"sqlite:///{file}", log)
    worker = Worker(built, {"signs": LogFeed(log, log.store_id, batch=10)})
    log.put(written(50))
    with closing(sqlite3.connect(":memory:")) as earlier:
        worker.catch_up()
        with closing(sqlite3.connect(file)) as live:
            live.backup(earlier)
        log.put(written(100)[50:])
        worker.catch_up()
        assert position(built) == 100
        with closing(sqlite3.connect(file)) as live:
            earlier.backup(live)
    assert position(built) == 50
    log.put(written(110)[100:])
    with running(worker):
        until(lambda: position(built) == 110, seconds=20, what="everything to be applied again")
    assert worker.halted == {}
    assert dump(built, "signs") == replayed(log)
    built.close()


def test_one_quiet_partition_that_stopped_holds_up_no_other(
    topics: Topics, log: WrittenLog, mended: ReadModels
) -> None:
    """Partitions that bring nothing move together; where one has stopped, the others move by themselves."""
    source = KafkaSource(log, topics)
    source.put(written(20, journeys=1))
    run(source, mended, to=20)
    feed_id = next(iter(mended.followed("signs")))
    busy = partition_of(str(uuid5(CLINIC, "journey 0")), 12)
    still = (busy + 1) % 12
    source.put(written(25, journeys=1)[20:])
    worker = Worker(mended, {"signs": source.feed()})
    worker.halted["signs", still] = "version 3 is missing"

    def moved() -> bool:
        worker.step(0.05)
        places = [mended.place("signs", feed_id, number).position for number in range(12)]
        return [it for it, at in enumerate(places) if at < 25] == [still]

    until(moved, seconds=20, what="all but one to move")
    worker.feeds["signs"].close()
