"""Does a worker begin where a build ends, in either feed, and miss nothing?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from consumers.beginning import beginnings
from consumers.kafka_feed import KafkaFeed
from consumers.log_feed import LogFeed
from consumers.topics import KafkaUnavailable, Topics, partition_of
from consumers.worker import Worker
from journey.store import codec
from projections.database import ReadModels
from projections.rebuild import rebuild
from projections.verifying import dump
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import models
from tests.consumers.reading import publish
from tests.consumers.test_feeds import position, replayed
from tests.servers import until

BUILT, ALL = 200, 260


@pytest.fixture
def built(postgres_schema: str, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield a read model that no worker has moved, beside a log of some events."""
    log.put(written(BUILT))
    built = models(postgres_schema, log)
    yield built
    built.close()


def test_in_the_topic(topics: Topics, log: WrittenLog, built: ReadModels) -> None:
    """Each partition begins behind what the build tells, wherever the relay was just then, and no event is missed."""
    publish(log, topics)
    log.put(written(BUILT + 20)[BUILT:])  # not on Kafka yet, and in the build
    rebuild(built, "signs", log, begins=partial(beginnings, log, topics))
    log.put(written(ALL)[BUILT + 20 :])
    publish(log, topics)
    feed = KafkaFeed(topics, topics.group("signs", 1), "one")
    with built.database.reading() as session:
        places = built.places(session, "signs").all()
    assert {it.feed for it in places} == {feed.feed_id}
    assert [it.position for it in places] == [BUILT + 20] * topics.partitions
    assert all(it.offset > 0 for it in places if it.partition in partitions(log, topics))
    worker = Worker(built, {"signs": feed})
    until(lambda: worker.step(0.05) >= 0 and position(built) == ALL, seconds=30, what="every event")
    feed.close()
    assert worker.applied < ALL - BUILT + 1
    assert dump(built, "signs") == replayed(log)


def partitions(log: WrittenLog, topics: Topics) -> set[int]:
    """Return the partitions that hold what was published before the build."""
    journeys = {str(codec.decode(it.body).journey_id) for it in log.rows(0, BUILT)}
    return {partition_of(it, topics.partitions) for it in journeys}


def test_in_the_log(log: WrittenLog, built: ReadModels) -> None:
    """With no Kafka the log is read on behind what the build tells."""
    rebuild(built, "signs", log, begins=partial(beginnings, log, None))
    assert built.place("signs", log.store_id, 0).position == BUILT
    log.put(written(ALL)[BUILT:])
    worker = Worker(built, {"signs": LogFeed(log, log.store_id)})
    worker.catch_up()
    assert worker.applied == ALL - BUILT
    assert dump(built, "signs") == replayed(log)


def test_no_topic(log: WrittenLog, built: ReadModels, kafka_bootstrap: str) -> None:
    """Where there is no topic, that is said, and nothing is switched to."""
    nowhere = Topics(bootstrap=kafka_bootstrap, prefix="nowhere.", replication=1)
    with pytest.raises(KafkaUnavailable):
        rebuild(built, "signs", log, begins=partial(beginnings, log, nowhere))
    assert dump(built, "signs")["documents"] == []
