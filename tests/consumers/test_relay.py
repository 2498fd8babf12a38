"""Does the relay publish exactly the log, and refuse when log and topics do not belong together?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from threading import Event, Thread
from uuid import uuid4

import pytest
from kafka import KafkaProducer, TopicPartition

from consumers.published import last_published
from consumers.reach import TRANSACTION_MAX
from consumers.relay import BATCH, Relay, RelayRefused, run_relay
from consumers.topics import Topics, administration
from tests.consumers.logs import WrittenLog, written
from tests.consumers.reading import Ending, assert_exact, everything, make_again, publish
from tests.servers import until


def test_the_topic_is_the_log(topics: Topics, log: WrittenLog) -> None:
    """Events come out with the stored bytes, each once, keyed, in order; a relay started again goes on."""
    bodies = written(1_500)
    log.put(bodies[:700])
    publish(log, topics, batch=100)
    log.put(bodies[700:])
    publish(log, topics, batch=100)
    publish(log, topics)
    assert_exact(topics, log)
    place = last_published(topics)
    assert place is not None
    assert (place.position, place.store_id, place.partitions) == (1_500, "store-1", 12)


def test_the_place_is_found_behind_much_that_was_aborted(topics: Topics, log: WrittenLog) -> None:
    """Aborted transactions after the last place, many more than the first look back, do not hide it."""
    log.put(written(20))
    publish(log, topics)
    producer = KafkaProducer(bootstrap_servers=topics.bootstrap, transactional_id=f"{topics.prefix}other")
    producer.init_transactions()
    for _ in range(5):
        producer.begin_transaction()
        for _ in range(100):
            producer.send(topics.relay, b"never", b"key", partition=0)
        producer.flush()
        producer.abort_transaction()
    producer.close()
    log.put(written(30)[20:])
    publish(log, topics)
    assert_exact(topics, log)


def test_new_events_are_published_while_it_runs(topics: Topics, log: WrittenLog) -> None:
    """A running relay publishes what is written meanwhile, and stops when told, with everything done."""
    bodies = written(60)
    log.put(bodies[:10])
    stop = Event()
    relay = Thread(target=run_relay, args=(Relay(log, topics), stop))
    relay.start()
    try:
        until(lambda: position(topics) == 10, seconds=20, what="ten events")
        log.put(bodies[10:])
        until(lambda: position(topics) == 60, seconds=20, what="sixty events")
    finally:
        stop.set()
        relay.join(20)
    assert not relay.is_alive()
    assert_exact(topics, log)


def position(topics: Topics) -> int:
    """Return how far the relay says it has come."""
    place = last_published(topics)
    return 0 if place is None else place.position


def test_a_restored_older_backup_is_refused(topics: Topics, log: WrittenLog) -> None:
    """A store that ends before what is published is refused; nothing more is published."""
    log.put(written(30))
    backup = log.backup()
    log.put(written(50)[30:])
    publish(log, topics)
    log.restore(backup)
    with pytest.raises(RelayRefused, match=r"ends at position 30, yet 50 is published: .* older backup"):
        publish(log, topics)
    assert sum(len(records) for records in everything(topics).values()) == 50


def test_a_restored_backup_that_went_on_is_refused(topics: Topics, log: WrittenLog) -> None:
    """A store that was restored and has grown past the published position holds other events there."""
    log.put(written(30))
    backup = log.backup()
    log.put(written(50)[30:])
    publish(log, topics)
    log.restore(backup)
    log.put(written(80, story=" after the restore")[30:])
    with pytest.raises(RelayRefused, match="position 50 is not the one that was published there"):
        publish(log, topics)


def test_a_restore_under_a_running_relay_is_seen(topics: Topics, log: WrittenLog) -> None:
    """The last published event is compared again before every transaction."""
    log.put(written(30))
    backup = log.backup()
    log.put(written(50)[30:])
    relay = Relay(Restored(log, backup), topics)
    with pytest.raises(RelayRefused, match="position 50 is not the one that was published there"):
        relay.run(Event())
    assert position(topics) == 50


class Restored:
    """A log that is exchanged for an older backup while its reader waits."""

    def __init__(self, log: WrittenLog, backup: sqlite3.Connection) -> None:
        """Read this log until then."""
        self._log = log
        self._backup = backup
        self.store_id = log.store_id
        self.rows, self.row, self.head = log.rows, log.row, log.head
        self.seen, self.settle = log.seen, log.settle

    def wait(self, after: int, timeout_s: float) -> bool:
        """Restore a backup, and let it go on differently."""
        self._log.restore(self._backup)
        self._log.put(written(80, story=" after the restore")[30:])
        return self._log.wait(after, timeout_s)


def test_a_foreign_database_is_refused(topics: Topics, log: WrittenLog) -> None:
    """Another store, though it holds the very same events, is not the one that was published."""
    log.put(written(50))
    publish(log, topics)
    log.store_id = "store-2"
    with pytest.raises(RelayRefused, match=r"another event store \(its id is store-2\).*store-1"):
        publish(log, topics)


def test_an_emptied_topic_is_refused(topics: Topics, log: WrittenLog) -> None:
    """A topic whose records were deleted is not filled up from the middle."""
    log.put(written(50))
    publish(log, topics)
    with administration(topics.bootstrap) as admin:
        admin.delete_records({TopicPartition(topics.events, number): -1 for number in range(12)})
    with pytest.raises(RelayRefused, match="was emptied: position 50 was published and is not there any more"):
        publish(log, topics)


def test_a_recreated_topic_is_refused(topics: Topics, log: WrittenLog) -> None:
    """A topic that was deleted and made again is another, whatever its name."""
    log.put(written(50))
    publish(log, topics)
    make_again(topics, topics.events)
    with pytest.raises(RelayRefused, match="was deleted and made again after position 50"):
        publish(log, topics)


def test_a_lost_place_is_refused(topics: Topics, log: WrittenLog) -> None:
    """Events without a place that says how far they go are not published a second time."""
    log.put(written(50))
    publish(log, topics)
    make_again(topics, topics.relay)
    with pytest.raises(RelayRefused, match="does not say how far they were published"):
        publish(log, topics)


def test_more_partitions_are_refused(topics: Topics, log: WrittenLog) -> None:
    """A topic that got more partitions would break the order of its journeys."""
    log.put(written(50))
    publish(log, topics)
    with administration(topics.bootstrap) as admin:
        admin.create_partitions({topics.events: 13})
        admin.wait_for_topics([topics.events])
    with pytest.raises(RelayRefused, match="has 13 partitions and had 12"):
        publish(log, topics)


@pytest.mark.parametrize(
    "headers", [[], [("position", b"51")], [("position", b"7")]], ids=["no position", "the next", "one that was"]
)
def test_a_foreign_writer_is_refused(topics: Topics, log: WrittenLog, headers: list[tuple[str, bytes]]) -> None:
    """A record that somebody else wrote stops the relay, whatever position it claims."""
    log.put(written(50))
    publish(log, topics)
    producer = KafkaProducer(bootstrap_servers=topics.bootstrap)
    producer.send(topics.events, b"{}", str(uuid4()).encode(), headers).get(10)
    producer.close()
    with pytest.raises(RelayRefused, match="somebody else writes to"):
        publish(log, topics)


def test_a_gap_in_the_store_is_refused(topics: Topics, log: WrittenLog) -> None:
    """A position that is missing stops the relay: nothing behind it is published."""
    log.put(written(50))
    log.tamper("DELETE FROM stored_events WHERE rowid = 31")
    with pytest.raises(RelayRefused, match="has a gap: 32 follows 30"):
        publish(log, topics, batch=10)
    assert position(topics) == 21
    log.tamper("DELETE FROM stored_events WHERE rowid > 21")
    assert_exact(topics, log)


@pytest.mark.parametrize("place", [4, 5])
def test_an_unreadable_event_is_refused(topics: Topics, log: WrittenLog, place: int) -> None:
    """An event whose bytes say no journey stops the relay, and leaves no open transaction behind; the last as any."""
    log.put(written(5))
    log.tamper("UPDATE stored_events SET state = ? WHERE rowid = ?", b"{}", place)
    with pytest.raises(RelayRefused, match=f"position {place} can't be read: ValidationError"):
        publish(log, topics)
    log.tamper("UPDATE stored_events SET state = ? WHERE rowid = ?", written(5)[place - 1], place)
    publish(log, topics)
    assert_exact(topics, log)


def test_two_relays_wait_for_one_another(topics: Topics, log: WrittenLog, postgres_schema: str) -> None:
    """With PostgreSQL's lock a second relay does not fence the first: it waits, and takes over when that one stops."""
    log.put(written(10))
    stops = [Event(), Event()]
    relays = [
        Thread(target=run_relay, args=(Relay(log, topics), stop), kwargs={"lock_url": postgres_schema})
        for stop in stops
    ]
    relays[0].start()
    until(lambda: position(topics) == 10, seconds=20, what="ten events")
    relays[1].start()
    log.put(written(20)[10:])
    until(lambda: position(topics) == 20, seconds=20, what="twenty events by the first relay")
    stops[0].set()
    relays[0].join(20)
    log.put(written(30)[20:])
    until(lambda: position(topics) == 30, seconds=20, what="thirty events by the second relay")
    stops[1].set()
    relays[1].join(20)
    assert not any(relay.is_alive() for relay in relays)
    assert_exact(topics, log)


class Noted:
    """What a relay noted of its end."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.words: list[str] = []
        self.note: Callable[[str], object] = self.words.append


def test_what_ended_it_is_noted(topics: Topics, log: WrittenLog) -> None:
    """A relay that is refused says why where it is found later; one that stops well says nothing."""
    troubles, stop = Noted(), Event()
    log.put(written(50))
    Relay(Ending(log, stop), topics, troubles=troubles).run(stop)
    assert troubles.words == []
    log.store_id = "store-2"
    with pytest.raises(RelayRefused):
        Relay(log, topics, troubles=troubles).run(Event())
    (words,) = troubles.words
    assert "this is another event store" in words


def test_a_fault_of_its_own_is_noted_by_its_kind(topics: Topics, log: WrittenLog) -> None:
    """A bug is noted without its words, which may say anything, and crashes."""

    class Faulty(Relay):
        def _commit(self, producer: KafkaProducer) -> None:
            raise ZeroDivisionError(f"of a patient {producer}")

    troubles = Noted()
    log.put(written(5))
    with pytest.raises(ZeroDivisionError):
        Faulty(log, topics, troubles=troubles).run(Event())
    assert troubles.words == ["a fault of the relay itself: ZeroDivisionError"]


@pytest.mark.parametrize("is_away", [False, True], ids=["noted", "database away"])
def test_deadline_is_noted_and_ends_the_process(
    topics: Topics, log: WrittenLog, monkeypatch: pytest.MonkeyPatch, *, is_away: bool
) -> None:
    """When Kafka does not answer, that is noted first; a database that does not answer either is not waited for."""
    ended: list[int] = []
    monkeypatch.setattr("consumers.relay.os._exit", ended.append)
    monkeypatch.setattr("consumers.relay.NOTING_S", 0.05)
    troubles, answer = Noted(), Event()
    if is_away:
        troubles.note = lambda _: answer.wait()
    Relay(log, topics, troubles=troubles)._out_of_time(75)
    assert ended == [75]
    assert troubles.words == ([] if is_away else ["Kafka did not answer within the deadline"])
    answer.set()


def test_no_transaction_is_larger_than_readers_reckon_with(log: WrittenLog) -> None:
    """What a reader takes for a stranger's record is none of the relay's own."""
    topics = Topics(bootstrap="unused:1")
    assert BATCH <= TRANSACTION_MAX
    Relay(log, topics, batch=TRANSACTION_MAX)
    for batch in (0, TRANSACTION_MAX + 1):
        with pytest.raises(ValueError, match="a transaction holds 1 to"):
            Relay(log, topics, batch=batch)
