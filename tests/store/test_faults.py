"""Is nothing lost, and nothing done twice, when the database fails in the middle?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from journey.clinic import Clinic
from journey.store import sqlite
from journey.store.keys import Keys
from journey.store.log import StoreUnavailable
from journey.store.opening import Store, open_store
from journey.store.request import Answer, Request, Status
from tests.given import DAY, JOURNEY, START
from tests.servers import Postgres
from tests.store.asking import book, refer, trial
from tests.store.conftest import Clock, Place
from tests.store.proxy import Proxy


def opened(url: str, keys: Keys) -> Store:
    """Open a store."""
    return open_store(url, keys=keys, clinic=Clinic(), clock=Clock())


@pytest.fixture
def proxy(postgres_schema: str) -> Iterator[Proxy]:
    """A proxy before PostgreSQL."""
    with Proxy(postgres_schema) as standing:
        yield standing


@pytest.fixture
def distant(proxy: Proxy, keys_apart: Keys) -> Iterator[Store]:
    """A store behind the proxy, with one journey in it."""
    store = opened(proxy.url, keys_apart)
    store.journeys.execute(refer())
    yield store
    store.close()


@pytest.mark.parametrize(
    "asked, code, last",
    [
        (trial(), None, b"CALL answer_and_append"),
        (book(), None, b"COMMIT"),
        (trial(at=START + DAY), "at_in_future", b"COMMIT"),
    ],
    ids=["one", "many", "none"],
)
def test_lost_acknowledgement_is_no_loss(
    distant: Store, proxy: Proxy, asked: Request, code: str | None, last: bytes
) -> None:
    """The server has committed, its answer is lost on the way: the command is answered as what it is, and done once."""
    proxy.drop_after(last)
    answer = distant.journeys.execute(asked)
    assert proxy.dropped == 1
    assert (answer.status, answer.code) == (Status.REFUSED if code else Status.ACCEPTED, code)
    assert distant.log.head() == (1 if code else 2)
    assert distant.journeys.execute(asked) == replace(answer, status=Status.DUPLICATE)


def test_lost_acknowledgement_of_a_batch(distant: Store, proxy: Proxy) -> None:
    """Every line of a batch whose answer was lost is answered as what it is, and done once."""
    proxy.drop_after(b"COMMIT")
    answers = distant.journeys.execute_many([trial(), trial(at=START + DAY), trial()])
    assert proxy.dropped == 1
    assert [it.status for it in answers if isinstance(it, Answer)] == [
        Status.ACCEPTED,
        Status.REFUSED,
        Status.ACCEPTED,
    ]
    assert [it.position for it in distant.log.rows(0, 9)] == [1, 2, 3]


def test_connections_that_died_are_replaced(distant: Store, proxy: Proxy) -> None:
    """Connections that were cut while nobody used them cost nobody a command."""
    proxy.cut()
    assert distant.journeys.execute(trial()).status is Status.ACCEPTED


def test_server_is_away_and_comes_back(keys_apart: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """A killed server is said to be away, in our words; when it is back, the same store goes on, with nothing lost."""
    monkeypatch.setattr("journey.store.postgres.AWAY_S", 1)
    with Postgres() as server:
        store = opened(server.url, keys_apart)
        store.journeys.execute(refer())
        asked = trial()
        server.kill()
        with pytest.raises(StoreUnavailable, match="away, locked or full"):
            store.journeys.execute(asked)
        with pytest.raises(StoreUnavailable):
            store.log.rows(0, 1)
        with pytest.raises(StoreUnavailable):
            opened(server.url, keys_apart)
        server.start()
        assert store.journeys.execute(asked).position == 2
        store.close()


def test_postgres_that_is_locked(postgres_schema: str, keys_apart: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who can't have the log's lock in time is told that the store is away; nothing is stored under the key."""
    monkeypatch.setattr("journey.store.postgres.LOCK_TIMEOUT_S", 0.2)
    store = opened(postgres_schema, keys_apart)
    store.journeys.execute(refer())
    asked = trial()
    with psycopg.connect(postgres_schema) as other:
        other.execute("UPDATE log_head SET position = position")
        with pytest.raises(StoreUnavailable):
            store.journeys.execute(asked)
        other.rollback()
    assert store.journeys.execute(asked).position == 2
    store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where an SQLite store lies."""
    return tmp_path / "store.sqlite"


def test_sqlite_that_is_locked(file: Path, keys_apart: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who can't have the file's lock in time is told that the store is away; reading goes on, nothing is stored."""
    monkeypatch.setattr("journey.store.sqlite.LOCK_TIMEOUT_S", 0.2)
    store = opened(f"sqlite:///{file}", keys_apart)
    store.journeys.execute(refer())
    asked = trial()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="away, locked or full"):
            store.journeys.execute(asked)
        assert store.log.head() == 1
        other.execute("ROLLBACK")
    assert store.journeys.execute(asked).position == 2
    store.close()


def _until_full(store: Store) -> tuple[int, Request]:
    """Ask until the disk is full: the last position, and the command that found no room."""
    last = store.log.head()
    while True:
        asked = trial(note="words that fill a page " * 50)
        try:
            last = store.journeys.execute(asked).position or 0
        except StoreUnavailable:
            return last, asked


def test_disk_that_is_full(file: Path, keys_apart: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk stops a command in words, with nothing of it stored; with room again the same command is accepted."""
    room = 0
    make_durable = sqlite._make_durable

    def confined(connection: sqlite3.Connection) -> None:
        make_durable(connection)
        if room:
            connection.execute(f"PRAGMA max_page_count={room}")

    store = opened(f"sqlite:///{file}", keys_apart)
    store.journeys.execute(refer())
    [(pages,)] = store.log.read("PRAGMA page_count")
    store.close()

    monkeypatch.setattr(sqlite, "_make_durable", confined)
    room = pages + 2
    store = opened(f"sqlite:///{file}", keys_apart)
    last, refused = _until_full(store)
    assert store.log.head() == last
    assert [it.position for it in store.log.rows(0, 2_000)] == list(range(1, last + 1))
    store.close()

    room = 0
    store = opened(f"sqlite:///{file}", keys_apart)
    assert store.journeys.execute(refused).position == last + 1
    assert store.log.history(JOURNEY)[-1].command_id == refused.command_id
    store.close()


def test_writer_is_not_locked_out_by_a_failed_connection(
    file: Path, keys_apart: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No connection could be had for a write; the next one can write."""
    store = opened(f"sqlite:///{file}", keys_apart)
    store.log.recorder.datastore.pool.close()
    pool = sqlite.Pool(str(file))
    monkeypatch.setattr(pool, "_create_connection", lambda: sqlite3.connect("/nowhere/at/all"))
    store.log.recorder.datastore.pool = pool
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="OperationalError"):
            store.log.write([])
    monkeypatch.undo()
    assert store.journeys.execute(refer(uuid4(), journey_id=uuid4())).position == 1
    store.close()


def test_bug_is_no_outage(place: Place, keys: Keys) -> None:
    """What can't be the database's fault keeps its own name: a wrong statement is not told as an absence."""
    store = opened(place.url, keys)
    with pytest.raises(Exception, match="nowhere") as error:
        store.log.read("SELECT * FROM nowhere")
    assert not isinstance(error.value, StoreUnavailable)
    store.close()


def test_keys_that_can_not_be_read(tmp_path: Path, file: Path, keys_apart: Keys) -> None:
    """Without the keys no word is sealed: the command is told that the store is away, and nothing of it is stored."""
    store = opened(f"sqlite:///{file}", keys_apart)
    store.journeys.execute(refer())
    asked = trial(note="words")
    with closing(sqlite3.connect(tmp_path / "keys.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        keys_apart._store._connection._connection.execute("PRAGMA busy_timeout=100")  # type: ignore[attr-defined]  # SQLite's
        with pytest.raises(StoreUnavailable):
            store.journeys.execute(asked)
        other.execute("ROLLBACK")
    assert store.log.head() == 1
    assert store.journeys.execute(asked).position == 2
    store.close()
