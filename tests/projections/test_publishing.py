"""Do analysts' views show the live build at every moment, whatever is built, switched, upgraded or rolled back?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from threading import Event, Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest

from projections.database import ReadModels
from projections.exporting import exported, views
from projections.models import PROJECTIONS
from projections.rebuild import rebuild, switch_back
from projections.tables import Tables
from projections.views import Type
from tests.projections.analysts import MARK, MARKS, asking, kept, newer, unusual
from tests.projections.reading import Kept, follow, opened
from tests.projections.test_builds import served, waits
from tests.servers import until

JOURNEYS = 4


@pytest.fixture
def log() -> Kept:
    """Return a log of some journeys, of one with a thing of each kind that auditors ask for, and of a container."""
    return kept(JOURNEYS, also=unusual())


@pytest.fixture
def models(models_url: str, log: Kept) -> Iterator[ReadModels]:
    """Yield the read models at the end of the log, with their views."""
    with opened(models_url, log) as models:
        models.publish()
        follow(models, log)
        yield models


POSTGRES = {
    Type.ID: "uuid",
    Type.CODE: "text",
    Type.CODES: "ARRAY",
    Type.TIME: "timestamp with time zone",
    Type.DAY: "date",
    Type.DECIMAL: "numeric",
    Type.WHOLE: "bigint",
    Type.FLAG: "boolean",
}
"""What the page says of each type."""

DESCRIBED = """
    SELECT table_name, column_name, data_type, col_description(table_name::text::regclass, ordinal_position)
    FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
"""


def test_columns_are_as_the_dictionary_says(models: ReadModels, models_url: str) -> None:
    """Each view has its columns, in order, on PostgreSQL of their types and with their meanings beside them."""
    with models.database.reading() as session, asking(models_url) as ask:
        for projection, view in views(models):
            assert session.columns(view.in_sql) == [it.name for it in view.columns]
            if not session.postgres:
                continue
            found = [row[1:] for row in ask(DESCRIBED) if row[0] == view.in_sql]
            assert [row[:2] for row in found] == [(it.name, POSTGRES[it.type]) for it in view.columns]
            told = [projection.told(view, it)[0] for it in view.columns]
            assert all(row[2].startswith(meaning) for row, meaning in zip(found, told, strict=True))


AS_TEXT = frozenset({Type.TIME, Type.DAY, Type.CODES})
"""What PostgreSQL shows in a form of its own."""

READ: dict[bool, dict[Type, Any]] = {
    False: {Type.DECIMAL: float},
    True: {Type.ID: UUID, Type.DECIMAL: Decimal, Type.FLAG: bool},
}
"""How a stored value is shown on SQLite and on PostgreSQL, where it is not as it is stored."""


def test_rows_are_those_of_the_tables(models: ReadModels, models_url: str) -> None:
    """Each view shows every row of its table, value by value, and an export has the same rows."""
    postgres = models.database.postgres
    with asking(models_url) as ask:
        for projection, view in views(models):
            with exported(models, projection, view) as it:
                expected = [row for piece in it.pieces for row in piece]
            assert it.rows == len(expected)
            plain = [at for at, column in enumerate(view.columns) if not (postgres and column.type in AS_TEXT)]
            shown = ask(f"SELECT {', '.join(view.columns[at].name for at in plain)} FROM {view.in_sql}")  # noqa: S608 - names of ours
            made = [READ[postgres].get(column.type, lambda value: value) for column in view.columns]
            wanted = [tuple(None if row[at] is None else made[at](row[at]) for at in plain) for row in expected]
            assert sorted(map(repr, shown)) == sorted(map(repr, wanted)), view.stem
            assert expected or view.name in {"relapses", "medications", "adverse_events", "deviations"}


def test_times_days_and_codes(postgres_schema: str, log: Kept) -> None:
    """On PostgreSQL times are of their moment, whatever the zone of whoever asks, and codes are arrays."""
    with opened(postgres_schema, log) as models, asking(postgres_schema) as ask:
        models.publish()
        follow(models, log)
        ask("SELECT set_config('TimeZone', 'Asia/Tokyo', false)")
        tables = Tables(models.projections["outcome"], 1)
        wrong = ask(
            "SELECT 1 FROM analysis_infusions_v1 v "  # noqa: S608 - names of ours
            f"JOIN {tables.name('infusions')} t ON t.journey_id = v.journey_id::text AND t.attempt_no = v.attempt_no "
            "WHERE to_char(v.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') <> t.started_at"
        )
        assert wrong == []
        ((findings,),) = ask("SELECT DISTINCT pg_typeof(findings)::text FROM analysis_scores_v1")
        assert findings == "text[]"
        assert ask("SELECT 1 FROM analysis_events_v1 WHERE deviations IS NULL OR overrides IS NULL") == []


def test_a_reader_notices_no_switch(models: ReadModels, models_url: str, log: Kept) -> None:
    """While builds are switched to and back, each answer is whole, of one build, and never less than the one before."""
    faults: list[BaseException] = []
    seen: list[int] = [0]
    over = Event()

    def poll() -> None:
        with asking(models_url) as ask:
            while not over.is_set():
                found = ask("SELECT count(*), max(version) FROM analysis_events_v1 GROUP BY journey_id")
                assert all(count == version for count, version in found), "rows of two builds, or a part of one"
                total = sum(count for count, _ in found)
                assert total >= seen[-1] > -1, "an answer told less"
                seen.append(total)

    def guarded() -> None:
        try:
            poll()
        except BaseException as fault:  # noqa: BLE001 - told by the test
            faults.append(fault)

    reader = Thread(target=guarded)
    reader.start()
    for number in range(3):
        log.events += _later(log, 10 + number)
        rebuild(models, "audit", log)
        switch_back(models, "audit", log)
    so_far = len(seen)
    until(lambda: faults or len(seen) > so_far + 2, seconds=30, what="the reader to see the last switch")
    over.set()
    reader.join()
    assert faults == []
    assert seen[-1] == log.head()
    assert len(set(seen)) > 2


def _later(log: Kept, number: int) -> list[Any]:
    """Return another journey's events, at the log's end."""
    return [type(it)(log.head() + it.position, it.body) for it in kept(1, first=number).events]


def test_a_transaction_sees_one_build(models: ReadModels, models_url: str, log: Kept) -> None:
    """Who reads twice in one transaction reads the same, though a build was switched to in between."""
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ" if models.database.postgres else "BEGIN"
    with asking(models_url, begin=begin) as ask:
        before = ask("SELECT * FROM analysis_events_v1 ORDER BY position")
        log.events += _later(log, 10)
        rebuild(models, "audit", log)
        assert ask("SELECT * FROM analysis_events_v1 ORDER BY position") == before
    with asking(models_url) as ask:
        assert ask("SELECT count(*) FROM analysis_events_v1") == [(log.head(),)]


def test_a_build_that_is_read_is_not_removed(postgres_schema: str, log: Kept) -> None:
    """The removal of a build waits for whoever reads one of its views."""
    with opened(postgres_schema, log) as models, opened(postgres_schema, log) as others:
        models.publish()
        follow(models, log)
        with asking(postgres_schema, begin="BEGIN ISOLATION LEVEL REPEATABLE READ") as ask:
            before = ask("SELECT * FROM analysis_infusions_v1 ORDER BY started_at")
            rebuild(models, "outcome", log)
            again = Thread(target=rebuild, args=(others, "outcome", log))
            again.start()
            until(lambda: waits(models), seconds=30, what="the removal to wait for the reader")
            assert ask("SELECT * FROM analysis_infusions_v1 ORDER BY started_at") == before
        again.join()
        assert served(models, "outcome") == (3, 2)


def test_what_is_gone_is_no_empty_answer(postgres_schema: str, log: Kept) -> None:
    """A transaction that began before two rebuilds, and first reads a view after them, is told to begin again."""
    with opened(postgres_schema, log) as models:
        models.publish()
        follow(models, log)
        with asking(postgres_schema, begin="BEGIN ISOLATION LEVEL REPEATABLE READ") as ask:
            ask("SELECT count(*) FROM places")
            rebuild(models, "outcome", log)
            rebuild(models, "outcome", log)
            with pytest.raises(psycopg.errors.SerializationFailure, match="ask again"):
                ask("SELECT * FROM analysis_infusions_v1")


def test_a_later_version_follows_the_log(models: ReadModels, models_url: str, log: Kept) -> None:
    """It is shown once it has come as far as the earlier one, and from then on, whoever starts or is ahead."""
    with opened(models_url, log, [newer()]) as upgraded, asking(models_url) as ask:
        upgraded.publish()
        assert ask(MARKS) == [(0,)] if models_url.startswith("sqlite") else [(False,)]
        assert {row[0] for row in ask("SELECT more FROM analysis_infusions_v1")} == {None}
        follow(upgraded, log, until=log.head() - 1)
        assert not any(row[0] for row in ask(MARKS))
        follow(upgraded, log)
        assert [bool(row[0]) for row in ask(MARKS)] == [True]
        assert {row[0] for row in ask("SELECT more FROM analysis_infusions_v1")} == {MARK}
        log.events += _later(log, 10)
        follow(models, log)
        with opened(models_url, log) as older:
            older.publish()
        assert [bool(row[0]) for row in ask(MARKS)] == [True]
        assert {row[0] for row in ask("SELECT more FROM analysis_infusions_v1")} == {MARK}


def test_a_later_version_is_built_beside(models: ReadModels, models_url: str, log: Kept) -> None:
    """A reader of two views in one question sees the earlier version, then the later one, never both or nothing."""
    faults: list[str] = []
    seen: list[list[bool]] = []
    over = Event()

    def poll() -> None:
        with asking(models_url) as ask:
            while not over.is_set():
                try:
                    seen.append([bool(row[0]) for row in ask(MARKS)])
                except Exception as fault:  # noqa: BLE001 - told by the test
                    faults.append(str(fault))
                    return

    with opened(models_url, log, [newer()]) as upgraded:
        upgraded.publish()
        reader = Thread(target=poll)
        reader.start()
        until(lambda: len(seen) > 2, seconds=30, what="the reader to begin")
        rebuild(upgraded, "outcome", log)
        so_far = len(seen)
        until(lambda: faults or len(seen) > so_far + 2, seconds=30, what="the reader to see the switch")
        over.set()
        reader.join()
    assert faults == []
    assert [it for at, it in enumerate(seen) if at == 0 or seen[at - 1] != it] == [[False], [True]]
    assert models.projections["outcome"].version == newer().version - 1


def test_views_are_made_once(models: ReadModels, models_url: str) -> None:
    """Made again nothing changes; a release that knows fewer columns takes none away."""
    with asking(models_url) as ask:
        catalogue = "SELECT oid::text, xmin::text FROM pg_class WHERE relname LIKE 'analysis%' ORDER BY 1"
        catalogue = catalogue if models.database.postgres else "PRAGMA schema_version"
        before = ask(catalogue)
        models.publish()
        assert ask(catalogue) == before


def test_sqlite_is_read_while_others_write(tmp_path: Any, log: Kept) -> None:
    """Opened to be read alone, the file is read under a writer, and takes nothing."""
    url = f"sqlite:///{tmp_path / 'models.db'}"
    with opened(url, log, PROJECTIONS) as models, asking(url) as ask:
        models.publish()
        with models.database.writing() as session:
            session.run("UPDATE places SET moved_by = 'somebody'")
            assert ask("SELECT count(*) FROM analysis_events_v1") == [(0,)]
        with pytest.raises(Exception, match="view"):
            ask("DELETE FROM analysis_events_v1")
        with pytest.raises(Exception, match="readonly"):
            ask("DELETE FROM places")
