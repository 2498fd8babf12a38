"""Does a build beside the live one give the same rows, is it gone on with when killed, and does nobody notice?"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from consumers.log_feed import LogFeed, histories
from consumers.worker import Worker
from journey.store import codec
from projections import building, parts
from projections.audit import PROJECTION as AUDIT
from projections.building import build
from projections.crew import CrewLost, alone, silent, together
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.place import Place
from projections.projection import AnyProjection
from projections.rebuild import NoBuild, Unfit, rebuild, switch, switch_back
from projections.verifying import dump, verify
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import SIGNS
from tests.consumers.processes import Held, started
from tests.decisions.states import discharged, infusing
from tests.decisions.test_worked_journey import worked
from tests.projections.build_process import CODE, EVENTS, POINTS, opened
from tests.projections.reading import NOW, Kept, stored
from tests.projections.stories import as_journey
from tests.servers import until

NAMES = ("schedule", "outcome", "audit")
MODEL = pytest.mark.parametrize("name", NAMES)
JOURNEYS = 12


def stories(first: int, journeys: int) -> list[bytes]:
    """Return the events of so many journeys, in turns."""
    told = (worked(), discharged().log, infusing().log)
    logs = [as_journey(told[number % len(told)], number) for number in range(first, first + journeys)]
    return [it.body for it in Kept(*logs).events]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the work fall into some parts, and the code be the same whoever works at it meanwhile."""
    monkeypatch.setattr(parts, "EVENTS", EVENTS)
    monkeypatch.setattr(building, "fingerprint", lambda: CODE)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[WrittenLog]:
    """Yield a log of some journeys."""
    log = WrittenLog(f"sqlite:///{tmp_path / 'log.db'}")
    log.put(stories(0, JOURNEYS))
    yield log
    log.close()


@pytest.fixture
def models(models_url: str, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield the read models at the end of the log."""
    with opened(log.url, models_url) as (_, models):
        follow(models, log)
        yield models


def follow(models: ReadModels, log: WrittenLog) -> None:
    """Bring the read models to the end of the log, as a worker does."""
    Worker(models, {name: LogFeed(log, log.store_id, batch=150) for name in models.projections}).catch_up()


@contextmanager
def fresh(log: WrittenLog, *projections: AnyProjection, url: str = "sqlite:///:memory:") -> Iterator[ReadModels]:
    """Yield other read models than the three."""
    models = ReadModels(url, projections, decode=codec.decode, clock=lambda: NOW, history=histories(log))
    try:
        yield models
    finally:
        models.close()


def replayed(log: WrittenLog, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows that one process makes of the log in one go, event by event."""
    (projection,) = (it for it in PROJECTIONS if it.name == name)
    with fresh(log, projection) as models:
        follow(models, log)
        return dump(models, name)


def tables(models: ReadModels, name: str) -> set[int]:
    """Return which builds of a read model have tables."""
    with models.database.reading() as session:
        catalogue, column = ("pg_tables", "tablename") if session.postgres else ("sqlite_master", "name")
        where = "schemaname = current_schema() AND" if session.postgres else "type = 'table' AND"
        sql = f"SELECT {column} FROM {catalogue} WHERE {where} {column} LIKE ?"  # noqa: S608 - words of ours
        found = [row[0] for row in session.read(sql, stored(name, "documents") + "%")]
    return {int(it.partition("_b")[2] or 1) for it in found}


def served(models: ReadModels, name: str) -> tuple[int, int | None]:
    """Return the live build and the former."""
    with models.database.reading() as session:
        found = models.builds(session, name).served()
    return found.live, found.former


@pytest.mark.parametrize("name, table, column", [("outcome", "scores", "total"), ("audit", "timeline", "delay_s")])
def test_side_by_side_as_in_turn(
    models: ReadModels, models_url: str, log: WrittenLog, name: str, table: str, column: str
) -> None:
    """Two processes build what one makes event by event, tell how far they are, and find what was changed since."""
    both = together(partial(opened, log.url, models_url), 2)
    heard: list[tuple[str, int, int]] = []
    assert rebuild(models, name, log, crew=both, heard=lambda *it: heard.append(it)) == log.head()
    assert served(models, name) == (2, 1)
    assert dump(models, name) == replayed(log, name)
    assert verify(models, name, log) == []
    assert [it for it in heard if it[0] == "building"][-1] == ("building", log.head(), log.head())
    assert len([it for it in heard if it[0] == "building"]) > 3
    with models.database.writing() as session:
        changed = session.run(f"UPDATE {stored(name, table, 2)} SET {column} = 3 WHERE {column} <> 3")  # noqa: S608 - names of ours
    assert changed > JOURNEYS
    found = verify(models, name, log, both)
    assert {(it.table, it.difference, it.columns) for it in found} == {(table, "changed", (column,))}
    assert len(found) == changed
    assert found == verify(models, name, log)


BUILDING = ("planned:1", "begun:1", "part:1", "part:3", "filled:2", "indexed:1", "whole:1")
SWITCHING = ("step:1", "step:2", "followed:1", "served:1", "served:2")
POSTGRES = [("postgresql", point) for point in (*BUILDING, *SWITCHING)]
SQLITE = [("sqlite", point) for point in ("part:3", "indexed:1", "served:2")]


@pytest.mark.parametrize("models_url, point", POSTGRES + SQLITE, indirect=["models_url"])
def test_killed_and_gone_on_with(models: ReadModels, models_url: str, log: WrittenLog, point: str) -> None:
    """Killed at any point, it goes on where it was: readers have one build, whole, and no row is there twice."""
    killed_at(point, models, models_url, log)


def test_every_point_is_held_at() -> None:
    """No point of the process is left out by these tests."""
    assert {point.partition(":")[0] for _, point in POSTGRES} | {"heard"} == POINTS.keys()


def killed_at(point: str, models: ReadModels, models_url: str, log: WrittenLog) -> None:
    """Kill a rebuild at a point, with events after its position; look, and let another go on."""
    held = Held("tests.projections.build_process", log.url, models_url, "schedule", "0", hold_at=point)
    with started(held):
        held.wait_until_held()
        held.kill()
    assert served(models, "schedule") == (1, None)
    assert dump(models, "schedule") == replayed(log, "schedule")
    before = state(models)
    log.put(stories(JOURNEYS, 2))
    follow(models, log)
    heard: list[tuple[str, int, int]] = []
    assert rebuild(models, "schedule", log, heard=lambda *it: heard.append(it)) == log.head()
    done = [it[1] for it in heard if it[0] == "building"]
    if before is not None and before[1] == "parts":
        assert done[0] == before[2]  # events of the parts that were done
        assert (done[0] > 0) == (point in {"part:3", "filled:2", "indexed:1"})
    assert served(models, "schedule") == (2 if before is None else before[0], 1)
    assert dump(models, "schedule") == replayed(log, "schedule")
    assert tables(models, "schedule") == {1, 2}


def state(models: ReadModels) -> tuple[int, str, int] | None:
    """Return of the build that is made its number, its state and how many events its parts have that are done."""
    with models.database.reading() as session:
        built = models.builds(session, "schedule").next()
        if built is None:
            return None
        sql = "SELECT COALESCE(SUM(events), 0) FROM build_parts WHERE build = ? AND is_done = 1"
        return built.number, built.state.value, session.read(sql, built.number)[0][0]


def test_killed_with_its_processes(models: ReadModels, models_url: str, log: WrittenLog) -> None:
    """Killed while two processes work for it, they end too, and what they have done is kept."""
    held = Held("tests.projections.build_process", log.url, models_url, "audit", "2", hold_at="heard:1")
    with started(held):
        held.wait_until_held()
        members = children(held)
        assert len(members) >= 2
        held.kill()
    until(lambda: not any(map(runs, members)), seconds=20, what="the processes to end")
    assert rebuild(models, "audit", log) == log.head()
    assert dump(models, "audit") == replayed(log, "audit")


def children(held: Held) -> list[int]:
    """Return the processes that a process started."""
    said = subprocess.run(["pgrep", "-P", str(held._process.pid)], capture_output=True, text=True, check=True)
    return [int(it) for it in said.stdout.split()]


def runs(pid: int) -> bool:
    """Whether a process has not ended; one that nobody has asked about has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def dies(_log: object, _models: object, _part: object) -> Callable[[], int]:
    """End the process that does this."""
    raise SystemExit(1)


def fails(_log: object, _models: object, part: int) -> Callable[[], int]:
    """Fail, as a database does."""
    raise ConnectionRefusedError(part)


def nice(_log: object, _models: object, _part: int) -> Callable[[], int]:
    """Tell how far one stands back."""
    return partial(os.nice, 0)


def test_the_next_is_begun_beside_each(models: ReadModels, log: WrittenLog) -> None:
    """While one part is folded the next is asked for, and no more than that one."""
    begun = [Event() for _ in range(4)]

    def begin(_log: object, _models: object, part: int) -> Callable[[], bool]:
        begun[part].set()
        return lambda: begun[min(part + 1, 3)].wait(10) and not any(it.is_set() for it in begun[part + 2 :])

    assert list(alone(log, models)(begin, range(4))) == [True] * 4


def test_its_processes_stand_back(tmp_path: Path, log: WrittenLog) -> None:
    """The processes of a build go after whoever else works on the machine."""
    both = together(partial(opened, log.url, f"sqlite:///{tmp_path / 'models.db'}"), 2)
    assert min(both(nice, [1, 2, 3])) >= min(os.nice(0) + 1, 19)  # further back than 19 is nobody


def test_a_process_that_is_lost(tmp_path: Path, log: WrittenLog) -> None:
    """A process that ends in its work is told of in words; one that fails raises what it met."""
    many = together(partial(opened, log.url, f"sqlite:///{tmp_path / 'models.db'}"), 2)
    with pytest.raises(CrewLost, match="run it again"):
        list(many(dies, [1, 2, 3]))
    with pytest.raises(ConnectionRefusedError, match="1"):
        list(many(fails, [1]))
    assert list(many(fails, [])) == []
    nowhere = together(partial(opened, log.url, "postgresql://nobody@127.0.0.1:1/nothing"), 2)
    with pytest.raises(psycopg.OperationalError):
        list(nowhere(dies, [1, 2, 3]))


def test_other_code_begins_anew(models: ReadModels, log: WrittenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that other code began is removed: the rows of one build are made by one code."""
    begun = build(models, "schedule", log, alone(log, models), silent)
    assert build(models, "schedule", log, alone(log, models), silent) == begun
    monkeypatch.setattr(building, "fingerprint", lambda: "other")
    anew = build(models, "schedule", log, alone(log, models), silent)
    assert (anew.number, anew.code) == (begun.number + 1, "other")
    assert tables(models, "schedule") == {1, anew.number}


def test_two_at_once(models: ReadModels, models_url: str, log: WrittenLog) -> None:
    """Two rebuilds at once make one build together."""
    held = Held("tests.projections.build_process", log.url, models_url, "schedule", "0", hold_at="filled:1")
    with started(held):
        held.wait_until_held()
        assert rebuild(models, "schedule", log) == log.head()
        assert held.go_on().end() == (0, "")
    assert served(models, "schedule") == (2, 1)
    assert dump(models, "schedule") == replayed(log, "schedule")


@MODEL
def test_switched_back_and_forth(models: ReadModels, log: WrittenLog, name: str) -> None:
    """The former build comes back only once it tells what the live one does; both go on from there."""
    rebuild(models, name, log)
    log.put(stories(JOURNEYS, 2))
    follow(models, log)
    for live in (1, 2, 1):
        assert switch_back(models, name, log) == log.head()
        assert served(models, name)[0] == live
        assert dump(models, name) == replayed(log, name)
        log.put(stories(JOURNEYS + 2 + live * 10 + log.head(), 1))
        follow(models, log)
        assert dump(models, name) == replayed(log, name)


def test_what_is_kept(models: ReadModels, log: WrittenLog) -> None:
    """The former build is kept until the next is begun, and no longer; then there is none to switch back to."""
    with pytest.raises(NoBuild, match="no former build"):
        switch_back(models, "schedule", log)
    with pytest.raises(NoBuild, match="no build beside"):
        switch(models, "schedule", log)
    rebuild(models, "schedule", log)
    assert tables(models, "schedule") == {1, 2}
    build(models, "schedule", log, alone(log, models), silent)
    assert tables(models, "schedule") == {2, 3}
    assert served(models, "schedule") == (2, None)
    assert switch(models, "schedule", log) == log.head()
    assert served(models, "schedule") == (3, 2)
    with models.database.reading() as session:
        assert session.read("SELECT DISTINCT build FROM build_parts WHERE projection = 'schedule' ORDER BY build") == [
            (2,),
            (3,),
        ]


@pytest.mark.parametrize("name", ["audit", "outcome"])
def test_a_reader_notices_nothing(models: ReadModels, models_url: str, log: WrittenLog, name: str) -> None:
    """Polled all the while, with events coming, each answer is of one build, whole, and tells no less than once."""
    over, faults = Event(), list[BaseException]()

    def guarded(act: Any) -> None:
        try:
            with opened(log.url, models_url) as (own, others):
                while not over.is_set():
                    act(own, others)
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    seen: dict[str, int] = {}
    polls = []

    def poll(_own: WrittenLog, others: ReadModels) -> None:
        with others.database.reading() as session:
            rows = others.live(session, name).dump(session)
        versions = {row[0]: row[1] for row in rows["documents"]}
        assert all(versions.get(journey, 0) >= version for journey, version in seen.items()), "an answer told less"
        if name == "audit":
            counted = dict.fromkeys(versions, 0)
            for row in rows["timeline"]:
                counted[row[0]] += 1
            assert counted == versions, "rows of one build with documents of another"
        seen.update(versions)
        polls.append(len(versions))

    threads = [Thread(target=guarded, args=(act,)) for act in (poll, lambda own, others: follow(others, own))]
    for thread in threads:
        thread.start()
    for round_ in range(3):
        log.put(stories(100 * (round_ + 1), 2))
        rebuild(models, name, log)
        log.put(stories(100 * (round_ + 1) + 50, 2))
        switch_back(models, name, log)
    so_far = len(polls)
    until(lambda: faults or len(polls) > so_far + 2, seconds=30, what="the reader to see the last switch")
    over.set()
    for thread in threads:
        thread.join()
    assert faults == []
    follow(models, log)
    assert dump(models, name) == replayed(log, name)


def test_a_reader_keeps_its_build(postgres_schema: str, log: WrittenLog) -> None:
    """Whoever has begun to read a build reads it to the end, though two switches later it is to be removed."""
    with opened(log.url, postgres_schema) as (_, models), opened(log.url, postgres_schema) as (_, others):
        follow(models, log)
        right = dump(models, "outcome")
        with others.database.reading() as session:
            tables_read = others.live(session, "outcome")
            rebuild(models, "outcome", log)
            again = Thread(target=rebuild, args=(models, "outcome", log))
            again.start()
            until(lambda: waits(models), seconds=30, what="the removal to wait for the reader")
            assert served(models, "outcome") == (2, None)
            assert tables_read.dump(session) == right
        again.join()
        assert served(models, "outcome") == (3, 2)
        assert tables(models, "outcome") == {2, 3}


def waits(models: ReadModels) -> bool:
    """Whether somebody waits for a lock that is held by name."""
    with models.database.reading() as session:
        database = "(SELECT oid FROM pg_database WHERE datname = current_database())"
        sql = f"SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = {database}"  # noqa: S608 - a question of ours
        return bool(session.read(sql))


def test_a_build_that_waits_is_silent(models: ReadModels, log: WrittenLog) -> None:
    """What a build can't fold is told by nobody, and no place moves, until it is live."""
    journey = codec.decode(log.rows(0, 1)[0].body).journey_id
    log.tamper("UPDATE stored_events SET state = '{}' WHERE rowid = 1")
    before = everything_told(models)
    build(models, "schedule", log, alone(log, models), silent)
    assert everything_told(models) == before == ({}, {}, [log.head()])
    switch(models, "schedule", log)
    waiting, _, places = everything_told(models)
    assert (list(waiting), places) == ([str(journey)], [log.head()])
    switch_back(models, "schedule", log)
    assert everything_told(models) == before


def everything_told(models: ReadModels) -> tuple[dict[str, str], dict[str, str], list[int]]:
    """Return what waits and what was left out of the schedule, and its places."""
    with models.database.reading() as session:
        parking = models.parking(session, "schedule")
        places = [it.position for it in models.places(session, "schedule").all()]
        return parking.since(), parking.left_since(), places


def test_too_much_that_does_not_fold(models_url: str, tmp_path: Path) -> None:
    """A build of which more than a share can't be folded is our bug: it is made, and not switched to."""
    log = WrittenLog(f"sqlite:///{tmp_path / 'signs.db'}")
    log.put(written(200))

    def evolve(_signs: Any, _position: int, _recorded: Any) -> Any:
        raise ArithmeticError

    with fresh(log, SIGNS, url=models_url) as good:
        follow(good, log)
        right = dump(good, "signs")
        with fresh(log, replace(SIGNS, evolve=evolve), url=models_url) as bad, pytest.raises(Unfit, match="our bug"):
            rebuild(bad, "signs", log)
        assert dump(good, "signs") == right
        assert served(good, "signs") == (1, None)
    log.close()


def test_two_versions_side_by_side(models: ReadModels, models_url: str, log: WrittenLog) -> None:
    """A new version is built beside the old, begins where its build ends, and both are fed and read from then on."""
    newer = [replace(it, version=it.version + 1) for it in PROJECTIONS]
    with fresh(log, *newer, url=models_url) as upgraded:
        place = Place(feed=log.store_id, partition=0, offset=log.head() + 1, position=log.head())
        asked: list[int] = []

        def begins(position: int) -> list[Place]:
            asked.append(position)
            return [place]

        for name in NAMES:
            rebuild(upgraded, name, log, begins=begins)
            assert upgraded.place(name, log.store_id, 0) == place
        assert asked == [log.head()] * 3
        rebuild(models, "schedule", log, begins=begins)
        assert len(asked) == 3  # a version that a worker has moved stays where it is
        log.put(stories(JOURNEYS, 2))
        follow(models, log)
        follow(upgraded, log)
        for name in NAMES:
            assert dump(upgraded, name) == dump(models, name) == replayed(log, name)


OLDER = (
    "DROP TABLE served",
    "DROP TABLE builds",
    "DROP TABLE build_parts",
    "DROP TABLE skipped",
    "DROP TABLE breakers",
    "DROP TABLE parked",
    """CREATE TABLE parked (
        projection TEXT NOT NULL, version BIGINT NOT NULL, journey_id TEXT NOT NULL, position BIGINT NOT NULL,
        reason TEXT NOT NULL, body {blob} NOT NULL, since TEXT NOT NULL,
        PRIMARY KEY (projection, version, journey_id, position))""",
    "ALTER TABLE places DROP COLUMN moved_by",
)
"""How a database was before there were builds."""


def test_a_database_of_before(models_url: str, log: WrittenLog) -> None:
    """Its rows, places and what waits are read and go on; its tables are the first build."""
    row = log.rows(11, 1)[0]
    journey = str(codec.decode(row.body).journey_id)
    with opened(log.url, models_url) as (_, models):
        follow(models, log)
        with models.database.writing() as session:
            for statement in OLDER:
                session.run(statement.format(blob="BYTEA" if session.postgres else "BLOB"))
            for reason in ("key_differs", "fold:KeyError"):
                session.run(
                    "INSERT INTO parked VALUES (?, ?, ?, ?, ?, ?, ?)",
                    *("audit", AUDIT.version, reason, row.position, reason, row.body, "2026-05-01T00:00:00.000000Z"),
                )
    log.put(stories(JOURNEYS, 1))
    with opened(log.url, models_url) as (_, models):
        with models.database.reading() as session:
            waiting = models.parking(session, "audit").queue("key_differs")[0]
            folding = models.parking(session, "audit").queue("fold:KeyError")[0]
        assert (waiting.entry.delivery, waiting.entry.offset) == (row, row.position)
        assert (waiting.entry.fault, folding.entry.fault) == ("key_differs", None)
        follow(models, log)
        assert served(models, "schedule") == (1, None)
        assert dump(models, "schedule") == replayed(log, "schedule")
        rebuild(models, "audit", log)
        assert dump(models, "audit") == replayed(log, "audit")
        assert journey in {it[0] for it in dump(models, "audit")["documents"]}
