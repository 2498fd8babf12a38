"""Is publishing anew the way back from a topic that can't go on, and only that?"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest
from kafka import KafkaProducer, TopicPartition

from consumers.kafka_feed import KafkaFeed
from consumers.proving import verify
from consumers.published import current, last_published
from consumers.relay import Relay, RelayEnded, RelayRefused
from consumers.republishing import republish
from consumers.topics import Topics, administration, check, create
from consumers.worker import Worker
from projections.rebuild import rebuild
from projections.verifying import dump
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import models
from tests.consumers.reading import assert_exact, make_again, publish
from tests.consumers.test_feeds import position as applied_position
from tests.consumers.test_feeds import replayed
from tests.consumers.test_relay import position
from tests.servers import until


@pytest.fixture
def published(topics: Topics, log: WrittenLog) -> WrittenLog:
    """Return a log of fifty events that are published."""
    log.put(written(50))
    publish(log, topics)
    return log


def emptied(topics: Topics) -> None:
    """Delete every record of the topic."""
    with administration(topics.bootstrap) as admin:
        admin.delete_records({TopicPartition(topics.events, number): -1 for number in range(12)})


def deleted(topics: Topics) -> None:
    """Delete the topic."""
    with administration(topics.bootstrap) as admin:
        admin.delete_topics([topics.events])


def recreated(topics: Topics) -> None:
    """Delete the topic and make it again."""
    make_again(topics, topics.events)


def without_place(topics: Topics) -> None:
    """Delete the relay's topic and make it again."""
    make_again(topics, topics.relay)


def written_to(topics: Topics) -> None:
    """Let somebody else write to the topic."""
    producer = KafkaProducer(bootstrap_servers=topics.bootstrap)
    producer.send(topics.events, b"{}", b"somebody").get(10)
    producer.close()


@pytest.mark.parametrize("befall", [emptied, deleted, recreated, without_place, written_to], ids=lambda it: it.__name__)
def test_way_back(topics: Topics, published: WrittenLog, befall: Callable[[Topics], None]) -> None:
    """What is refused goes on in a new topic, from position 1, to which everybody finds the way; it is the log."""
    befall(topics)
    with pytest.raises(RelayRefused):
        publish(published, topics)
    place = republish(published, topics)
    assert (place.position, place.log_epoch) == (0, 2)
    published.put(written(80)[50:])
    publish(published, topics)
    now = current(topics)
    assert now.events == f"{topics.events}.e2"
    assert_exact(now, published)
    assert check(now) == []
    verdict = verify(published, topics)
    assert (verdict.faults, verdict.position, verdict.topic) == ([], 80, now.events)


def test_a_database_restored_for_good(topics: Topics, log: WrittenLog) -> None:
    """A store that is older than the topic, and stays so, goes on in a new one; a restore after that is seen, too."""
    log.put(written(30))
    backup = log.backup()
    log.put(written(50)[30:])
    publish(log, topics)
    log.restore(backup)
    log.put(written(60, story=" after the restore")[30:])
    with pytest.raises(RelayRefused, match="position 50 is not the one that was published there"):
        publish(log, topics)
    republish(log, topics)
    publish(log, topics)
    assert verify(log, topics).faults == []
    assert_exact(current(topics), log)
    log.restore(backup)
    with pytest.raises(RelayRefused, match="ends at position 30, yet 60 is published"):
        publish(log, topics)


def test_again_and_again(topics: Topics, published: WrittenLog) -> None:
    """Each time it is the next epoch; where nothing was published to yet, that one stays."""
    assert republish(published, topics).log_epoch == 2
    assert republish(published, topics).log_epoch == 2
    publish(published, topics)
    assert republish(published, topics).log_epoch == 3
    publish(published, topics)
    assert_exact(current(topics), published)
    assert_exact(topics, published)


def test_a_lost_place_after_it_is_refused(topics: Topics, published: WrittenLog) -> None:
    """Without a place nobody begins in the first topic again while a later one is there, and none is taken twice."""
    republish(published, topics)
    publish(published, topics)
    recreated(topics)
    without_place(topics)
    with pytest.raises(RelayRefused, match=r"\.e2 holds events, but .* does not say how far they were published"):
        publish(published, topics)
    assert republish(published, topics).log_epoch == 3
    publish(published, topics)
    assert verify(published, topics).faults == []


def test_a_foreign_store_is_refused(topics: Topics, published: WrittenLog) -> None:
    """Another store than the one that was published does not take its topic over."""
    published.store_id = "store-2"
    with pytest.raises(RelayRefused, match="another event store"):
        republish(published, topics)
    assert current(topics) == topics


def test_a_running_relay_is_fenced(topics: Topics, published: WrittenLog) -> None:
    """A relay that runs ends, to be started again, and adds nothing to the topic that it was at."""
    relay, stop, ended = Relay(published, topics), Event(), []

    def run() -> None:
        try:
            relay.run(stop)
        except RelayEnded as error:
            ended.append(str(error))

    running = Thread(target=run)
    running.start()
    try:
        until(lambda: relay.place, seconds=20, what="the relay to run")
        republish(published, topics)
        published.put(written(60)[50:])
        running.join(20)
    finally:
        stop.set()
        running.join(20)
    assert ended == ["another relay has taken over"]
    assert last_published(topics) is not None
    assert position(topics) == 0
    publish(published, topics)
    assert verify(published, topics).faults == []


def test_a_relay_that_comes_between_is_noticed(
    topics: Topics, published: WrittenLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a relay published after the decision to publish anew was made, nothing is changed."""
    published.put(written(60)[50:])

    def made(wanted: Topics) -> list[str]:
        publish(published, topics)
        return create(wanted)

    monkeypatch.setattr("consumers.republishing.create", made)
    with pytest.raises(RelayEnded, match="the relay went on meanwhile"):
        republish(published, topics)
    assert current(topics) == topics
    publish(published, topics)
    assert_exact(topics, published)


def test_a_worker_finds_the_way_and_wants_to_be_rebuilt(topics: Topics, published: WrittenLog, models_url: str) -> None:
    """A running worker hears of the new topic, says that its rows are of another one, and goes on once rebuilt."""
    built = models(models_url, published)
    worker = Worker(built, {"signs": KafkaFeed(topics, f"{topics.prefix}signs", "one")})

    def applied(count: int) -> bool:
        worker.step(0.05)
        return applied_position(built) == count

    try:
        until(lambda: applied(50), seconds=30, what="fifty events")
        republish(published, topics)
        publish(published, topics)
        until(lambda: worker.step(0.05) >= 0 and len(worker.halted) == 12, seconds=30, what="all partitions to halt")
        assert all("was built from another feed" in why for why in worker.halted.values())
        rebuild(built, "signs", published)
        worker.halted.clear()  # as a worker that is started again
        for partition in range(12):
            worker.feeds["signs"].lost(partition)
        published.put(written(70)[50:])
        publish(published, topics)
        until(lambda: applied(70), seconds=30, what="seventy events")
        assert dump(built, "signs") == replayed(published)
    finally:
        worker.feeds["signs"].close()
        built.close()
