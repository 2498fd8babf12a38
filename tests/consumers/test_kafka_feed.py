"""What does a Kafka feed do with records and offsets that are not as they should be?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid5

import pytest
from kafka import KafkaProducer, TopicPartition

from consumers.kafka_feed import KafkaFeed
from consumers.topics import CONTENT_TYPE, Topics, administration, create, partition_of
from consumers.worker import Worker
from journey.store import codec
from projections.database import ReadModels
from projections.rebuild import rebuild
from projections.status import status
from projections.verifying import dump
from tests.consumers.logs import CLINIC, WrittenLog, written
from tests.consumers.models import models
from tests.consumers.reading import publish
from tests.consumers.test_feeds import KafkaSource, position, replayed, run
from tests.servers import until

JOURNEY = uuid5(CLINIC, "journey 0")
GOOD = written(1, journeys=1)[0]
NEXT = written(2, journeys=1)[1]
TYPE = codec.head(GOOD)[0].encode()


@pytest.fixture
def built(tmp_path: Path, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield empty read models on SQLite."""
    built = models(f"sqlite:///{tmp_path / 'models.db'}", log)
    yield built
    built.close()


def headers(content: str = CONTENT_TYPE, kind: bytes = TYPE, at: bytes | None = b"1") -> list[tuple[str, bytes]]:
    """Return the headers of the first event, or others."""
    placed = [] if at is None else [("position", at)]
    return [("content-type", content.encode()), ("type", kind), *placed]


def send(topics: Topics, journey: UUID, *records: tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]) -> None:
    """Write records (key, value, headers) to a journey's partition, as somebody does who can."""
    producer = KafkaProducer(bootstrap_servers=topics.bootstrap)
    for key, value, said in records:
        partition = partition_of(str(journey), topics.partitions)
        producer.send(topics.events, value, key, said, partition).get(10)
    producer.close()


def parked(built: ReadModels) -> list[tuple[str, int, str, bytes]]:
    """Return what is parked, in order."""
    with built.database.reading() as session:
        sql = "SELECT journey_id, position, reason, body FROM parked ORDER BY journey_id, position"
        return [(row[0], row[1], row[2], bytes(row[3])) for row in session.read(sql)]


@pytest.mark.parametrize(
    "value, said, reason",
    [
        (b"no event", headers(), "decode:Unreadable"),
        (b"{}", headers(), "decode:Unreadable"),
        (GOOD, headers(kind=b"journey.InfusionStarted.v1"), "type_differs"),
        (GOOD, headers(content="text/plain"), "content_type"),
        (GOOD, headers(at=None), "position"),
        (GOOD.replace(b"nora", b"no"), headers(), None),
    ],
    ids=["bytes", "json", "type", "content type", "position", "good"],
)
def test_a_poisoned_record_parks_its_journey(
    topics: Topics, log: WrittenLog, built: ReadModels, value: bytes, said: list[tuple[str, bytes]], reason: str | None
) -> None:
    """A record that breaks its promises waits, and what follows of its journey behind it, in order; others flow."""
    key = str(JOURNEY).encode()
    send(topics, JOURNEY, (key, value, said), (key, NEXT, headers(at=b"2")))
    other = next(journey for journey in (uuid5(CLINIC, f"journey {n}") for n in range(1, 99)) if same(journey))
    body = GOOD.replace(key, str(other).encode())
    send(topics, other, (str(other).encode(), body, headers(at=b"3")))
    worker = Worker(built, {"signs": KafkaSource(log, topics).feed()})

    def flowed() -> bool:
        worker.step(0.05)
        return [row[0] for row in dump(built, "signs")["documents"]].count(str(other)) == 1

    until(flowed, seconds=20, what="the other journey to be applied")
    worker.feeds["signs"].close()
    found = parked(built)
    if reason is None:
        assert found == []
    else:
        at = 0 if reason == "position" else 1
        assert found == [(str(JOURNEY), at, reason, value), (str(JOURNEY), 2, "queued", NEXT)]


def same(journey: UUID) -> bool:
    """Whether a journey lies in the partition of the poisoned one."""
    return partition_of(str(journey), 12) == partition_of(str(JOURNEY), 12)


@pytest.mark.parametrize("key", [None, b"\xff", b"not an id", str(uuid5(CLINIC, "another")).encode()])
def test_a_key_that_is_not_the_journeys_is_poison(
    topics: Topics, log: WrittenLog, built: ReadModels, key: bytes | None
) -> None:
    """A record whose key is not its journey's id may be in the wrong place: it is parked, not applied."""
    send(topics, JOURNEY, (key, GOOD, headers()))
    worker = Worker(built, {"signs": KafkaSource(log, topics).feed()})

    def seen() -> bool:
        worker.step(0.05)
        return bool(parked(built))

    until(seen, seconds=20, what="a record to be parked")
    worker.feeds["signs"].close()
    assert next(reason for _, _, reason, _ in parked(built)) in {"key", "key_differs", "partition"}
    assert dump(built, "signs")["documents"] == []


def test_an_emptied_partition_stops_alone(topics: Topics, log: WrittenLog, built: ReadModels) -> None:
    """Where records that were not read are gone, that partition stops, in words; the others flow."""
    source = KafkaSource(log, topics)
    source.put(written(100))
    run(source, built, to=100)
    source.put(written(200)[100:])
    gone = TopicPartition(topics.events, partition_of(str(JOURNEY), 12))
    with administration(topics.bootstrap) as admin:
        admin.delete_records({gone: -1})
    worker = Worker(built, {"signs": source.feed()})

    def flowed() -> bool:
        worker.step(0.05)
        return bool(worker.halted) and behind(built, log, gone.partition) == set()

    until(flowed, seconds=20, what="the other partitions to be applied")
    worker.feeds["signs"].close()
    ((where, words),) = worker.halted.items()
    assert where == ("signs", gone.partition)
    assert f"partition {gone.partition}: it begins at offset" in words
    (signs,) = status(built, log)
    assert (signs["state"], signs["stopped"]) == ("stopped", words)


def behind(built: ReadModels, log: WrittenLog, partition: int) -> set[str]:
    """Return the journeys outside a partition that are not applied to their end."""
    versions = {row[0]: row[1] for row in dump(built, "signs")["documents"]}
    ends = {str(row[0]): row[1] for row in replayed(log)["documents"]}
    return {it for it, end in ends.items() if partition_of(it, 12) != partition and versions.get(it) != end}


def test_records_that_vanish_while_reading_stop_their_partition(
    topics: Topics, log: WrittenLog, built: ReadModels
) -> None:
    """An offset that is out of range in the middle of reading is said, and never set anew silently."""
    source = KafkaSource(log, topics)
    source.put(written(100))
    gone = TopicPartition(topics.events, partition_of(str(JOURNEY), 12))
    feed = source.feed()
    assert isinstance(feed, KafkaFeed)
    worker = Worker(built, {"signs": feed})

    def applied() -> bool:
        worker.step(0.05)
        return position(built) == 100

    until(applied, seconds=20, what="everything to be applied")
    with administration(topics.bootstrap) as admin:
        admin.delete_records({gone: -1})
    feed._clients._consumer.seek(gone, 0)  # type: ignore[union-attr]  # it was polled

    def halted() -> bool:
        worker.step(0.05)
        return bool(worker.halted)

    until(halted, seconds=20, what="the partition to be halted")
    assert worker.halted["signs", gone.partition].endswith("offset 0 is not there any more")
    source.put(written(200)[100:])
    until(lambda: worker.step(0.05) >= 0 and not behind(built, log, gone.partition), seconds=20, what="the others")
    feed.close()


def test_a_recreated_topic_stops_the_worker(topics: Topics, log: WrittenLog, built: ReadModels) -> None:
    """A topic of the same name with another id is another feed: the rows are not mixed with it."""
    source = KafkaSource(log, topics)
    source.put(written(50))
    run(source, built, to=50)
    with administration(topics.bootstrap) as admin:
        admin.delete_topics([topics.events, topics.relay])
    create(topics)
    publish(log, topics)
    worker = Worker(built, {"signs": source.feed()})
    until(lambda: worker.step(0.05) >= 0 and len(worker.halted) == 12, seconds=20, what="all partitions to be halted")
    worker.feeds["signs"].close()
    assert all("was built from another feed" in words for words in worker.halted.values())


def test_a_rebuild_lets_a_stopped_worker_go_on(topics: Topics, log: WrittenLog, built: ReadModels) -> None:
    """Rows rebuilt from the store follow whatever topic the worker reads now, and what stopped is forgotten."""
    source = KafkaSource(log, topics)
    source.put(written(50))
    run(source, built, to=50)
    with administration(topics.bootstrap) as admin:
        admin.delete_topics([topics.events, topics.relay])
    create(topics)
    source.put(written(60)[50:])
    worker = Worker(built, {"signs": source.feed()})
    until(lambda: worker.step(0.05) >= 0 and len(worker.halted) == 12, seconds=20, what="all partitions to be halted")
    worker.feeds["signs"].close()
    rebuild(built, "signs", log)
    source.put(written(70)[60:])
    run(source, built, to=70)
    assert dump(built, "signs") == replayed(log)
    (signs,) = status(built, log)
    assert signs["state"] == "current"


def test_two_workers_share_the_partitions(topics: Topics, log: WrittenLog, tmp_path: Path) -> None:
    """Two members of a group each have partitions, and together the rows are exact."""
    source = KafkaSource(log, topics)
    source.put(written(100))
    url = f"sqlite:///{tmp_path / 'models.db'}"
    feeds = [KafkaFeed(topics, topics.group("signs", 1), member, session_timeout_ms=6_000) for member in ("a", "b")]
    builts = [models(url, log) for _ in feeds]
    workers = [Worker(built, {"signs": feed}) for built, feed in zip(builts, feeds, strict=True)]
    stop = Event()
    threads = [Thread(target=worker.run, args=(stop,)) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        until(lambda: all(map(assigned, feeds)) and sum(map(assigned, feeds)) == 12, seconds=60, what="both to share")
        source.put(written(200)[100:])
        until(lambda: position(builts[0]) == 200, seconds=20, what="everything to be applied")
    finally:
        stop.set()
        for thread in threads:
            thread.join(20)
    assert dump(builts[0], "signs") == replayed(log)
    for built in builts:
        built.close()


def assigned(feed: KafkaFeed) -> int:
    """Return how many partitions a feed reads."""
    clients = feed._clients
    return len(clients._places) if clients else 0
