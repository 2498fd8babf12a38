"""How does a store begin, and what does it know of itself?"""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, ProgrammingError

from journey.clinic import Clinic
from journey.site import Site
from journey.store import commands, configuration
from journey.store.keys import Keys
from journey.store.log import StoreUnavailable
from journey.store.opening import Store, open_store
from journey.store.request import Status
from journey.store.statements import Statement
from journey.values import Origin
from tests.given import START
from tests.store.asking import book, refer
from tests.store.conftest import Clock, Place

REFUSALS = (IntegrityError, ProgrammingError)  # by a trigger, as SQLite and PostgreSQL report it
AT_ONCE = 4


KEYS: list[Keys] = []
"""What a test opened beside its stores."""


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close the keys after each test: a pool that is forgotten may end in a thread of its own, in another test."""
    yield
    while KEYS:
        KEYS.pop().close()


def opened(place: Place, **how: object) -> Store:
    """Open the store of a place once more."""
    if "keys" not in how:
        KEYS.append(place.keys())
        how["keys"] = KEYS[-1]
    asked = {"clinic": Clinic(), "clock": Clock()} | how
    return open_store(place.url, **asked)  # type: ignore[arg-type]  # whatever the test says


def test_opened_again_it_is_the_same(place: Place, store: Store) -> None:
    """A store keeps its id and its events; whoever only uses it makes nothing."""
    store.journeys.execute(refer())
    again = opened(place, create=False)
    assert again.log.store_id == store.log.store_id
    assert again.log.head() == 1
    again.close()


def test_there_must_be_a_store(place: Place) -> None:
    """Who is not to make one is told, in words, that there is none, and makes none."""
    keys = place.keys()
    with pytest.raises(StoreUnavailable, match="no store yet"):
        opened(place, keys=keys, create=False)
    assert not Path(place.url.removeprefix("sqlite:///")).exists()
    keys.close()


@pytest.mark.parametrize("place", ["postgres"], indirect=True)  # SQLite has no procedures
def test_store_of_an_earlier_version(place: Place, store: Store) -> None:
    """A store that lacks what commands are appended by says so, until it is opened by who makes what is missing."""
    store.log.write([Statement(f"DROP PROCEDURE {commands.CALL}")])
    with pytest.raises(StoreUnavailable, match="migrate it first"):
        opened(place, create=False)
    opened(place).close()
    again = opened(place, create=False)
    assert again.journeys.execute(refer()).status is Status.ACCEPTED
    again.close()


def test_simulation_is_one_for_ever(place: Place) -> None:
    """A store made for made-up events takes them, and knows it when it is opened again."""
    first = opened(place, simulated=True)
    assert first.journeys.execute(refer(origin=Origin.SIMULATED)).status is Status.ACCEPTED
    first.close()
    again = opened(place)
    assert again.simulated
    again.close()


def test_real_store_is_no_simulation(place: Place, store: Store) -> None:
    """A store of real journeys is not opened as a simulation."""
    assert not store.simulated
    with pytest.raises(StoreUnavailable, match="not a simulation"):
        opened(place, simulated=True)


def test_newer_layout_is_left_alone(place: Place, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that a newer program has laid out is not opened by an older one."""
    monkeypatch.setattr("journey.store.opening.LAYOUT", 0)
    with pytest.raises(StoreUnavailable, match="version 1"):
        opened(place)
    assert store.log.head() == 0


def test_what_was_in_force_is_kept(place: Place, store: Store, keys: Keys) -> None:
    """Policy, rules and site are kept by digest; another set-up is the next version, the old one stays readable."""
    other = Clinic(site=Site(chairs=("chair-1",)))
    for clinic in (other, Clinic(), other):
        opened(place, clinic=clinic).close()
    kept = configuration.versions(store.log, "site", "main")
    assert [(number, digest) for number, digest, _ in kept] == [(1, Site().digest), (2, other.site.digest)]
    body = configuration.body_of(store.log, "site", other.site.digest)
    assert body is not None
    assert '"chairs":["chair-1"]' in body
    assert configuration.versions(store.log, "policy", Clinic().policy.name)[0][1] == Clinic().policy.digest
    assert keys.mac("x", b"y")


@pytest.mark.parametrize("table", ["commands", "refusal_details", "configurations", "store"])
def test_what_is_kept_stays(store: Store, table: str) -> None:
    """Answers, configurations and what the store is are only ever added to."""
    other = uuid4()
    for asked in (refer(at=START), refer(uuid4(), journey_id=other), book(), book(journey_id=other)):
        store.journeys.execute(asked)
    columns = {"commands": "outcome", "configurations": "body", "store": "store_id", "refusal_details": "detail"}
    column = columns[table]
    for sql in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):  # noqa: S608 - names of ours
        with pytest.raises(REFUSALS):
            store.log.write([Statement(sql)])


def _open_in_a_process(place: Place) -> str:
    store = opened(place)
    store.journeys.execute(refer(uuid4(), journey_id=uuid4()))
    store.close()
    return store.log.store_id


def test_many_processes_begin_at_once(place: Place) -> None:
    """Several processes that find nothing make one store, all of them, and each writes to it."""
    with multiprocessing.get_context("spawn").Pool(AT_ONCE) as processes:
        ids = processes.map(_open_in_a_process, [place] * AT_ONCE, chunksize=1)
    assert len(set(ids)) == 1
    store = opened(place)
    assert [it.position for it in store.log.rows(0, 100)] == list(range(1, AT_ONCE + 1))
    assert len(configuration.versions(store.log, "site", "main")) == 1
    store.close()


def test_sqlite_writes_through(tmp_path: Path) -> None:
    """Every connection of ours keeps a write-ahead log and writes it through at each commit."""
    place = Place(f"sqlite:///{tmp_path / 's.sqlite'}", f"sqlite:///{tmp_path / 'k.sqlite'}", tmp_path / "key")
    store = opened(place)
    assert store.log.read("PRAGMA synchronous") == [(2,)]
    assert store.log.read("PRAGMA journal_mode") == [("wal",)]
    store.close()


def test_sqlite_that_keeps_no_log_ahead_is_refused(tmp_path: Path) -> None:
    """Where SQLite can't keep a write-ahead log (here: in memory), nothing is opened."""
    place = Place("sqlite:///:memory:", f"sqlite:///{tmp_path / 'k.sqlite'}", tmp_path / "key")
    with pytest.raises(StoreUnavailable):
        opened(place)


def test_other_peoples_file_is_told_from_a_store(tmp_path: Path) -> None:
    """A file that is no SQLite database is refused in our words."""
    (tmp_path / "notes.txt").write_text("a shopping list, and not a short one: " * 200)
    place = Place(f"sqlite:///{tmp_path / 'notes.txt'}", f"sqlite:///{tmp_path / 'k.sqlite'}", tmp_path / "key")
    with pytest.raises(StoreUnavailable):
        opened(place)


def test_vacuum_renumbers_nothing(tmp_path: Path) -> None:
    """SQLite's VACUUM leaves positions as they are, and one that was given is given to no other event."""
    place = Place(f"sqlite:///{tmp_path / 's.sqlite'}", f"sqlite:///{tmp_path / 'k.sqlite'}", tmp_path / "key")
    store = opened(place)
    for _ in range(3):
        store.journeys.execute(refer(uuid4(), journey_id=uuid4()))
    with closing(sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)) as raw:
        raw.execute("DROP TRIGGER stored_events_stay")
        raw.execute("DELETE FROM stored_events WHERE rowid = 3")
        raw.execute("VACUUM")
    answer = store.journeys.execute(refer())
    assert answer.position == 4
    store.close()
