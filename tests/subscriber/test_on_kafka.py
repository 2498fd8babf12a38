"""Does a subscriber on Kafka come where it should, from wherever it begins, and say truly how far it is?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
from kafka import KafkaProducer

from consumers.records import position_of
from consumers.relay import Relay
from consumers.republishing import republish
from consumers.starting import begins
from consumers.subscriber import State
from consumers.topics import CLIENT, Topics, partition_of
from journey.store import codec
from tests.consumers.logs import START, WrittenLog, written
from tests.consumers.reading import everything, publish, relaying
from tests.servers import until
from tests.subscriber.seeing import Seeing

COUNT = 400


@pytest.fixture
def published(topics: Topics, log: WrittenLog) -> Topics:
    """Return topics that hold a log, in many transactions."""
    log.put(written(COUNT))
    publish(log, topics, batch=25)
    return topics


@pytest.fixture
def seeing(database: str, published: Topics) -> Iterator[Seeing]:
    """Yield a subscriber to it."""
    seeing = Seeing(database, published, member="one")
    yield seeing
    seeing.close()


def readings(log: WrittenLog, after: int = 0) -> list[tuple[str, int]]:
    """Return journey and version of each reading of signs that a log holds."""
    events = [codec.decode(row.body) for row in log.rows(after, 10_000)]
    return sorted((str(it.journey_id), it.version) for it in events if type(it.event).__name__ == "VitalsRecorded")


def run_until(seeing: Seeing, applied: Any, what: str) -> None:
    """Run a subscriber in a thread of its own until something is so, and stop it cleanly."""
    stop = Flag()
    thread = Thread(target=seeing.subscriber.run, args=(stop,))
    thread.start()
    try:
        until(applied, seconds=90, what=what)
    finally:
        stop.set()
        thread.join(60)
    assert not thread.is_alive()


def test_through_restarts_each_event_once(seeing: Seeing, published: Topics, log: WrittenLog) -> None:
    """What was published before, and what is published between two runs, has its effect once; then it is current."""
    run_until(seeing, lambda: len(seeing.seen()) == len(readings(log)), "the first run")
    log.put(written(COUNT + 60)[COUNT:])
    publish(log, published)
    until(lambda: seeing.subscriber.status().state is State.BEHIND, seconds=30, what="the last commit to be seen")
    status = seeing.subscriber.status()
    assert (status.state, status.lag_events) == (State.BEHIND, 60)
    assert status.lag_seconds is not None
    assert status.lag_seconds > 0
    run_until(seeing, lambda: seeing.subscriber.status().position == COUNT + 60, "the second run")
    assert sorted((journey, version) for journey, version, _ in seeing.seen()) == readings(log)
    status = seeing.subscriber.status()
    assert (status.state, status.lag_events, status.lag_seconds) == (State.CURRENT, 0, 0.0)


@pytest.mark.parametrize("start", [1, 137, COUNT, COUNT + 1])
def test_begins_at_a_position(published: Topics, start: int) -> None:
    """Of each partition the first offset of a position and after is found, whatever transactions left between."""
    found = begins(published, start)
    for partition, records in everything(published).items():
        offset, before = found[partition]
        assert before == start - 1
        wanted = [int(dict(it.headers)["position"]) >= start for it in records]
        assert [it.offset >= offset for it in records] == wanted


def test_begins_at_a_time(published: Topics) -> None:
    """Of each partition the first record of a time of recording and after is found, and its position."""
    found = begins(published, START + timedelta(seconds=200))
    for partition, records in everything(published).items():
        offset, before = found[partition]
        positions = [int(dict(it.headers)["position"]) for it in records if it.offset >= offset]
        assert positions == [it for it in map(_position, records) if it >= 200]
        assert before == (positions[0] - 1 if positions else COUNT)


def come_to(relay: Relay, position: int) -> bool:
    """Whether a relay that runs has published so much."""
    return relay.place is not None and relay.place.position == position


def strangers_write(topics: Topics, headers: list[tuple[str, bytes]]) -> None:
    """Write a record to each partition that is none of the relay's."""
    stranger = KafkaProducer(bootstrap_servers=topics.bootstrap)
    for number in range(topics.partitions):
        stranger.send(topics.events, b"{}", b"somebody", headers, number)
    stranger.flush()
    stranger.close()


@pytest.mark.parametrize("start", [1, 137, COUNT, START + timedelta(seconds=200)])
def test_strangers_lead_nobody_astray(topics: Topics, log: WrittenLog, start: int | datetime) -> None:
    """Where strangers have written between the events, without a position or with an absurd one, it begins as ever."""
    relay = Relay(log, topics)
    with relaying(relay):
        for at in range(0, COUNT, 40):
            log.put(written(COUNT)[at : at + 40])
            until(partial(come_to, relay, at + 40), seconds=30, what="the relay")
            strangers_write(topics, [("position", b"1" + b"0" * 15)] if at % 80 else [])
    found = begins(topics, start)
    least = start if isinstance(start, int) else 200
    for partition, records in everything(topics).items():
        offset, before = found[partition]
        assert before <= COUNT
        events = [it for it in records if 0 < (position_of(it) or 0) <= COUNT]
        assert [it.offset >= offset for it in events] == [_position(it) >= least for it in events]


def test_from_the_middle_on(database: str, published: Topics, log: WrittenLog) -> None:
    """A subscriber that begins at a position has every effect from there on, and none from before."""
    seeing = Seeing(database, published, start=201, member="one")
    run_until(seeing, lambda: seeing.subscriber.status().position == COUNT, "what follows")
    assert sorted((journey, version) for journey, version, _ in seeing.seen()) == readings(log, after=200)
    seeing.close()


@pytest.mark.parametrize("said", [b"1000000", b"1" + b"0" * 30, b"9" * 5_000])
def test_an_absurd_position_moves_nobody(seeing: Seeing, published: Topics, log: WrittenLog, said: bytes) -> None:
    """A record that says a position the relay can't have come to is parked, and no place is moved to it."""
    body = log.rows(0, 1)[0].body
    kind, journey, _ = codec.head(body)
    headers = [("content-type", b"application/cloudevents+json"), ("type", kind.encode()), ("position", said)]
    producer = KafkaProducer(bootstrap_servers=published.bootstrap)
    partition = partition_of(str(journey), published.partitions)
    producer.send(published.events, body, str(journey).encode(), headers, partition).get(10)
    producer.close()
    run_until(seeing, lambda: len(seeing.seen()) == len(readings(log)) and seeing.subscriber.parked(), "all of it")
    (waiting,) = seeing.subscriber.parked()
    assert (waiting.reason, str(waiting.journey_id)) == ("position", str(journey))
    with seeing.database.reading() as session:
        assert session.read("SELECT max(position) FROM journey_places") <= [(COUNT,)]


def test_processes_of_a_name_share_the_partitions(database: str, published: Topics, log: WrittenLog) -> None:
    """Two members of a subscriber each handle some, and together each event once."""
    members = [Seeing(database, published, member=name) for name in ("one", "two")]
    stop, bodies = Flag(), iter(written(6_000)[COUNT:])
    threads = [Thread(target=it.subscriber.run, args=(stop,)) for it in members]

    def both_handle() -> bool:
        log.put([next(bodies) for _ in range(20)])
        publish(log, published)
        return all(it.calls for it in members)

    for thread in threads:
        thread.start()
    try:
        until(both_handle, seconds=60, what="both to handle something")
        until(lambda: members[0].subscriber.status().position == log.head(), seconds=60, what="all to be handled")
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert sorted((journey, version) for journey, version, _ in members[0].seen()) == readings(log)
    for it in members:
        it.close()


def test_the_log_published_anew(seeing: Seeing, published: Topics, log: WrittenLog) -> None:
    """A subscriber stops where the log goes to a new topic, and says so; told to follow, it handles what is new."""
    run_until(seeing, lambda: seeing.subscriber.status().position == COUNT, "the first topic")
    republish(log, published)
    log.put(written(COUNT + 60)[COUNT:])
    publish(log, published)
    run_until(seeing, lambda: len(seeing.subscriber.status().stopped) == 12, "all partitions to stop")
    assert all("follow_new_topic()" in why for why in seeing.subscriber.status().stopped.values())
    assert len(seeing.seen()) == len([it for it in readings(log) if it not in readings(log, after=COUNT)])
    seeing.subscriber.follow_new_topic()
    run_until(seeing, lambda: seeing.subscriber.status().position == COUNT + 60, "the new topic")
    assert sorted((journey, version) for journey, version, _ in seeing.seen()) == readings(log)


def test_kafka_away(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Kafka is away nobody can say how far a subscriber is, and it does not say that all is well."""
    monkeypatch.setitem(CLIENT, "bootstrap_timeout_ms", 100)
    seeing = Seeing(database, Topics(bootstrap="127.0.0.1:1"))
    status = seeing.subscriber.status()
    assert (status.state, status.lag_events, status.healthy) == (State.UNKNOWN, None, False)
    seeing.close()


def _position(record: Any) -> int:
    return int(dict(record.headers)["position"])
