"""Is the log dense, in order, as written, for ever, and read by the library's own means?"""

from __future__ import annotations

import time
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.application import NotificationLog
from eventsourcing.persistence import IntegrityError, ProgrammingError

from journey.store import codec
from journey.store.log import EventLog, StoreUnavailable
from journey.store.mapper import Entry
from journey.store.statements import Statement
from tests.consumers.logs import written
from tests.store.conftest import Place

REFUSALS = (IntegrityError, ProgrammingError)  # by a trigger, as SQLite and PostgreSQL report it


def put(log: EventLog, bodies: list[bytes]) -> list[int]:
    """Write events in one transaction; their positions."""
    entries = []
    for body in bodies:
        recorded = codec.decode(body)
        entries.append(Entry(recorded.journey_id, recorded.version, codec.tag(recorded.event), body))
    return log.append(entries, [])


@pytest.fixture
def log(place: Place) -> EventLog:
    """An empty log."""
    return EventLog(place.url)


def test_positions_are_dense_and_bytes_untouched(log: EventLog) -> None:
    """What was written is read back byte for byte at positions without a gap, also after a save that failed."""
    bodies = written(40)
    positions = put(log, bodies[:10])
    with pytest.raises(Exception, match="stored_events"):
        put(log, [*bodies[10:15], bodies[0]])
    positions += put(log, bodies[10:])
    assert positions == list(range(1, 41))
    assert [(it.position, it.body) for it in log.rows(0, 100)] == list(enumerate(bodies, 1))
    assert log.head() == 40
    log.close()


def test_read_in_parts(log: EventLog) -> None:
    """After a position come the next ones, at most so many; a single row is found, one beyond the end is not."""
    bodies = written(30)
    put(log, bodies)
    assert [it.position for it in log.rows(7, 5)] == [8, 9, 10, 11, 12]
    assert log.rows(30, 5) == []
    row = log.row(30)
    assert row is not None
    assert row.body == bodies[29]
    assert log.row(31) is None
    journey_id = codec.decode(bodies[0]).journey_id
    assert [it.body for it in log.stream(journey_id)] == [
        it for it in bodies if codec.decode(it).journey_id == journey_id
    ]
    assert [it.version for it in log.history(journey_id)] == list(range(1, len(log.stream(journey_id)) + 1))
    assert log.history(uuid4()) == []
    log.close()


def test_read_by_journey(log: EventLog) -> None:
    """Parts by id hold each journey whole and in order, up to a position, and together all there is."""
    bodies = written(60, journeys=7)
    put(log, bodies)
    journeys = log.journeys(UUID(int=0), 100)
    ids = [it for it, _ in journeys]
    assert ids == sorted(ids)
    assert sum(events for _, events in journeys) == 60
    assert log.journeys(ids[2], 3) == journeys[3:6]
    assert log.journeys(ids[-1], 3) == []
    first, rest = ([*log.between(*ends, 45)] for ends in ((UUID(int=0), ids[2]), (ids[2], ids[-1])))
    assert [it for it, _ in first] == ids[:3]
    assert [position for position, _, _ in sorted(it for _, told in first + rest for it in told)] == list(range(1, 46))
    for journey_id, told in first + rest:
        assert [(position, body) for position, _, body in told] == [
            (it.position, it.body) for it in log.stream(journey_id) if it.position <= 45
        ]
        assert [tag for _, tag, _ in told] == [codec.head(body)[0] for _, _, body in told]
    log.close()


def test_library_reads_our_log(log: EventLog) -> None:
    """The library's notification log gives our events in order, by selection and section, and its mapper our bytes."""
    bodies = written(25)
    put(log, bodies)
    reader: NotificationLog = log.journal.notification_log
    assert [it.state for it in reader.select(1, 100)] == bodies
    assert [it.state for it in reader["11,20"].items] == bodies[10:20]
    assert [it.id for it in reader.select(11, 5, stop=13)] == [11, 12, 13]
    tag = reader.select(4, 1)[0].topic
    assert {it.topic for it in reader.select(1, 100, topics=[tag])} == {tag}
    mapped = [log.journal.mapper.to_domain_event(it) for it in reader.select(1, 100)]
    assert mapped == [
        Entry(it.journey_id, it.version, codec.tag(it.event), body) for body in bodies for it in [codec.decode(body)]
    ]
    journey_id = codec.decode(bodies[0]).journey_id
    stored = list(log.journal.events.get(journey_id, gt=1, desc=True, limit=1))
    assert [it.originator_version for it in stored] == [len(log.stream(journey_id))][: len(stored)]
    log.close()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE stored_events SET state = state", "DELETE FROM stored_events", "DELETE FROM stored_events WHERE 1 = 1"],
)
def test_events_are_never_changed(log: EventLog, sql: str) -> None:
    """The database itself refuses to change or delete an event."""
    put(log, written(3))
    with pytest.raises(REFUSALS):
        log.write([Statement(sql)])
    assert [it.body for it in log.rows(0, 9)] == written(3)
    log.close()


def test_waiting_ends_with_an_append(place: Place, log: EventLog) -> None:
    """Who waits is woken by another connection's append, and by none after so long."""
    other = EventLog(place.url)
    put(other, written(1))
    assert log.wait(0, 0)
    assert not log.wait(1, 0.05)
    writer = Thread(target=lambda: put(other, written(2)[1:]))
    began = time.monotonic()
    writer.start()
    assert log.wait(1, 30)
    assert time.monotonic() - began < 20
    writer.join()
    other.close()
    log.close()


def test_notification_wakes_long_before_the_poll(postgres_schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL another process's append is heard of, not only found by looking."""
    monkeypatch.setattr("journey.store.postgres.PostgresRecorder.poll_s", 60.0)
    log, other = EventLog(postgres_schema), EventLog(postgres_schema)
    woken: list[bool] = []
    waiter = Thread(target=lambda: woken.append(log.wait(0, 50)))
    waiter.start()
    put(other, written(1))
    waiter.join(30)
    assert woken == [True]
    other.close()
    log.close()


def test_listener_that_was_cut_off_listens_again(postgres_schema: str) -> None:
    """Its connection is ended by the server; the reader goes on, and hears again."""
    log = EventLog(postgres_schema)
    assert not log.wait(0, 0.01)
    listening = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )
    with psycopg.connect(postgres_schema, autocommit=True) as admin:
        while not admin.execute(listening).fetchall():
            assert not log.wait(0, 0.01)
    put(log, written(1))
    assert log.wait(0, 30)
    log.close()


@pytest.mark.parametrize("name", ["CIPHER_KEY", "CIPHER_TOPIC", "COMPRESSOR_TOPIC", "POSTGRES_ENABLE_DB_FUNCTIONS"])
def test_settings_that_would_change_the_log_are_refused(
    place: Place, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """With what would change stored bytes, or lose events for followers, nothing is opened."""
    monkeypatch.setenv(name, "y")
    with pytest.raises(StoreUnavailable, match=name):
        EventLog(place.url)


def test_settings_of_the_process_do_not_reach_the_library(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the events go is said by the URL alone."""
    for name in ("PERSISTENCE_MODULE", "JOURNAL_PERSISTENCE_MODULE", "MAPPER_TOPIC", "APPLICATION_RECORDER_TOPIC"):
        monkeypatch.setenv(name, "eventsourcing.nowhere")
    log = EventLog(place.url)
    assert put(log, written(1)) == [1]
    log.close()
