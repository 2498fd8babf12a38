"""Does the relay commit only what a crash of the database would not take back?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Event

import psycopg
import pytest
from kafka import KafkaProducer

from consumers.relay import Relay
from consumers.resuming import RelayEnded
from consumers.topics import Topics
from journey.store import codec
from journey.store.unavailable import StoreUnavailable
from tests.consumers.logs import WrittenLog, written
from tests.consumers.reading import Ending, assert_exact, everything, publish, wait_for_marks
from tests.store.early import Written, is_behind, late_server, seen_early

COUNT = 200


@pytest.fixture
def late() -> Iterator[WrittenLog]:
    """Yield a log on a server that brings nothing to disk before it is asked to."""
    with late_server() as url, closing(WrittenLog(url)) as log:
        yield log


def events() -> Iterator[Written]:
    """Give events to append one by one."""
    for body in written(COUNT):
        recorded = codec.decode(body)
        yield recorded.journey_id, recorded.version, codec.tag(recorded.event), body


def test_what_is_committed_is_on_disk(topics: Topics, late: WrittenLog) -> None:
    """Events that could be seen before they were on disk are there before the relay commits them on Kafka."""
    behind: list[bool] = []
    with closing(psycopg.connect(late.url, autocommit=True)) as session:
        place = seen_early(session, events())

        class Watched(Relay):
            def _commit(self, producer: KafkaProducer) -> None:
                behind.append(is_behind(session, place))
                super()._commit(producer)

        stop = Event()
        Watched(Ending(late, stop), topics).run(stop)
    assert behind == [False]
    assert_exact(topics, late)


def test_a_database_that_is_away_before_the_commit(topics: Topics, log: WrittenLog) -> None:
    """What can't be known to be on disk is not committed, and leaves no open transaction behind."""
    log.put(written(50))
    stop = Event()
    ending = Ending(log, stop)
    ending.settle = away
    with pytest.raises(RelayEnded, match="the event store: StoreUnavailable"):
        Relay(ending, topics).run(stop)
    wait_for_marks(topics)
    assert not any(everything(topics).values())
    publish(log, topics)
    assert_exact(topics, log)


def away() -> None:
    """Answer as a database that does not."""
    raise StoreUnavailable("The store is away.")
