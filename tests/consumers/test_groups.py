"""What does Kafka know of a group, and does any of it move a read model?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from kafka import KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import CommitFailedError

from consumers.feed import Superseded
from consumers.kafka_feed import KafkaFeed
from consumers.topics import Topics
from consumers.worker import Worker
from projections.database import ReadModels
from projections.verifying import dump
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import models
from tests.consumers.reading import publish
from tests.consumers.test_feeds import position, replayed
from tests.servers import until


@pytest.fixture
def built(tmp_path: Path, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield empty read models on SQLite."""
    built = models(f"sqlite:///{tmp_path / 'models.db'}", log)
    yield built
    built.close()


def feed(topics: Topics) -> KafkaFeed:
    """Return a feed of the worker of this name."""
    return KafkaFeed(topics, topics.group("signs", 1), "one", session_timeout_ms=6_000)


def applied(built: ReadModels, feed: KafkaFeed, count: int) -> None:
    """Let a worker apply so many events."""
    worker = Worker(built, {"signs": feed})
    until(lambda: worker.step(0.05) >= 0 and position(built) == count, seconds=30, what=f"{count} events")


def moved(topics: Topics, to: str) -> bool:
    """Set the group's offsets, as Kafka's tools do; False as long as Kafka believes that a member is there."""
    partitions = [TopicPartition(topics.events, number) for number in range(12)]
    consumer = KafkaConsumer(bootstrap_servers=topics.bootstrap, group_id=topics.group("signs", 1))
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    try:
        consumer.commit({it: OffsetAndMetadata(0 if to == "begin" else ends[it], "", -1) for it in partitions})
    except CommitFailedError:
        return False
    else:
        return True
    finally:
        consumer.close(autocommit=False)


@pytest.mark.parametrize("to", ["begin", "end"])
def test_offsets_that_a_tool_has_set_move_nobody(topics: Topics, log: WrittenLog, built: ReadModels, to: str) -> None:
    """The place is in the read models' database: offsets of the group, set back or ahead, count nothing."""
    log.put(written(100))
    publish(log, topics)
    first = feed(topics)
    applied(built, first, 100)
    first.close()
    log.put(written(160)[100:])
    publish(log, topics)
    until(lambda: moved(topics, to), seconds=30, what="the group to be empty, so that its offsets may be set")
    second = feed(topics)
    applied(built, second, 160)
    second.close()
    assert dump(built, "signs") == replayed(log)


def test_the_earlier_of_two_of_a_name_ends(topics: Topics, log: WrittenLog, built: ReadModels) -> None:
    """Of two workers under one name the earlier ends, and says why; the rows are exact."""
    log.put(written(50))
    publish(log, topics)
    stop, ended = Event(), list[BaseException]()
    earlier, later = Worker(built, {"signs": feed(topics)}), Worker(built, {"signs": feed(topics)})

    def run() -> None:
        try:
            earlier.run(stop)
        except Superseded as superseded:
            ended.append(superseded)

    thread = Thread(target=run)
    thread.start()
    try:
        until(lambda: position(built) == 50, seconds=30, what="the first events")
        bodies = iter(written(2_000)[50:])

        def is_ended() -> bool:
            log.put([next(bodies) for _ in range(10)])
            publish(log, topics)
            later.step(0.05)
            return bool(ended)

        until(is_ended, seconds=60, what="the earlier to end")
        assert "another worker" in str(ended[0])
        until(
            lambda: later.step(0.05) >= 0 and position(built) == log.head(), seconds=30, what="the later to apply all"
        )
    finally:
        stop.set()
        thread.join(20)
        later.feeds["signs"].close()
    assert dump(built, "signs") == replayed(log)
