"""Can an analyst's role on PostgreSQL read the views, and nothing else, today and after every rebuild?"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors, sql

from entrypoints.app import App, open_app
from entrypoints.importing import imported
from entrypoints.settings import Settings
from projections.database import ReadModels
from projections.granting import CanDoMore, NotGranted, beyond, grant
from projections.models import PROJECTIONS
from projections.outcome import PROJECTION as OUTCOME
from projections.publishing import publish
from projections.rebuild import rebuild
from tests.projections.analysts import Ask, asking, kept, newer
from tests.projections.reading import follow, opened

WORKED = Path(__file__).parents[2] / "examples" / "worked-journey.ndjson"


@contextmanager
def administrator(url: str) -> Iterator[psycopg.Connection]:
    """Act as the owner of the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def role(postgres_schema: str) -> Iterator[str]:
    """Yield the name of a role that is not there yet; afterwards it is gone, with all that it was given."""
    name = f"analysts_{uuid.uuid4().hex[:12]}"
    yield name
    with administrator(postgres_schema) as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchall():
            for statement in ("DROP OWNED BY {}", "DROP ROLE {}"):
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@pytest.fixture
def app(postgres_schema: str, tmp_path: Path) -> Iterator[App]:
    """Yield an installation with everything in one schema: events, vault, keys and read models."""
    urls: dict[str, Any] = dict.fromkeys(("store_url", "projections_url", "keys_url"), postgres_schema)
    with open_app(Settings(data=tmp_path, **urls), create=True) as app:
        yield app


@pytest.fixture
def worked(app: App) -> App:
    """Return an installation where the worked journey has happened."""
    with WORKED.open("rb") as lines:
        assert {it.status for it in imported(app.store.journeys, lines, "main")} == {"accepted"}
    app.catch_up()
    return app


@pytest.fixture
def models(postgres_schema: str) -> Iterator[ReadModels]:
    """Yield read models that tell nothing yet, with their views."""
    with opened(postgres_schema, kept(0)) as models:
        models.publish()
        yield models


def let_in(models: ReadModels, role: str) -> None:
    """Grant, as the command does."""
    with models.database.writing() as session:
        grant(session, role)


def relations(url: str) -> dict[str, str]:
    """Return every table, view and sequence of the schema, and of which kind it is."""
    with asking(url) as ask:
        sql = "SELECT relname, relkind::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
        return dict(ask(f"{sql} AND relkind IN ('r', 'v', 'S', 'm', 'p')"))


def refused(ask: Ask, statement: str) -> None:
    """Expect a statement to be refused for want of a right, whatever the session says of itself."""
    ask("SELECT set_config('default_transaction_read_only', 'off', false)")
    with pytest.raises((errors.InsufficientPrivilege, errors.ObjectNotInPrerequisiteState, errors.WrongObjectType)):
        ask(statement)


def read_alone(url: str, role: str) -> None:
    """Fail if a role can't read a view, or can do anything with another relation of the schema."""
    found = relations(url)
    views = {name for name in found if name.startswith("analysis_")}
    others = set(found) - views
    first = {view.in_sql: view.subject.name for projection in PROJECTIONS for view in projection.views}
    assert views == first.keys()
    assert {"stored_events", "vault_entries", "data_keys"} - others == set(), sorted(others)
    with asking(url, user=role) as ask:
        for name in views:
            ask(f"SELECT * FROM {name}")  # noqa: S608 - a name of ours
            refused(ask, f"DELETE FROM {name}")  # noqa: S608 - as above
            refused(ask, f"UPDATE {name} SET {first[name]} = {first[name]}")  # noqa: S608 - as above
        for name in others:
            refused(ask, f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608 - as above
            if found[name] == "r":
                refused(ask, f"INSERT INTO {name} DEFAULT VALUES")
                refused(ask, f"DELETE FROM {name}")  # noqa: S608 - as above
                refused(ask, f"TRUNCATE {name}")


def test_a_role_reads_the_views_alone(worked: App, postgres_schema: str, role: str) -> None:
    """It reads every view; events, vault, keys and the read models' own tables are refused; so is every write."""
    let_in(worked.models, role)
    read_alone(postgres_schema, role)
    with asking(postgres_schema, user=role) as ask:
        assert ask("SELECT count(*) FROM analysis_events_v1") == [(worked.store.log.head(),)]
        assert ask("SHOW default_transaction_read_only") == [("on",)]
        with pytest.raises(errors.ReadOnlySqlTransaction):
            ask("CREATE TEMP TABLE mine (at int)")
        for statement in (
            "CREATE TABLE mine (at int)",
            "CREATE SCHEMA mine",
            "CREATE ROLE mine",
            "COPY (SELECT 1) TO '/tmp/mine'",
            "SELECT pg_read_file('postgresql.conf')",
            "ALTER VIEW analysis_events_v1 RENAME TO mine",
            "CREATE OR REPLACE FUNCTION analysis_events_v1_rows() RETURNS SETOF text[] LANGUAGE sql AS 'SELECT NULL'",
        ):
            refused(ask, statement)


def test_after_a_rebuild(worked: App, postgres_schema: str, role: str) -> None:
    """The tables of a new build are as closed as those before it, and the views show them."""
    let_in(worked.models, role)
    before = relations(postgres_schema)
    for name in worked.models.projections:
        rebuild(worked.models, name, worked.store.log)
    assert len(relations(postgres_schema)) > len(before)
    read_alone(postgres_schema, role)
    with worked.models.database.reading() as session:
        assert beyond(session, role) == []


def test_granted_again(models: ReadModels, postgres_schema: str, role: str) -> None:
    """What is granted twice is granted, and a role of before is let in as it is."""
    with administrator(postgres_schema) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    let_in(models, role)
    let_in(models, role)
    with asking(postgres_schema, user=role) as ask:
        assert ask("SELECT count(*) FROM analysis_journeys_v1") == [(0,)]


@pytest.mark.parametrize(
    "opening, said",
    [
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO PUBLIC", "default privileges"),
        ("ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}", "default privileges"),
        ("GRANT SELECT ON {schema}.parked TO PUBLIC", "read parked"),
        ("GRANT SELECT (position) ON {schema}.places TO {role}", "read places"),
        ("GRANT DELETE ON {schema}.places TO {role}", "write places"),
        ("GRANT UPDATE ON {schema}.analysis_events_v1 TO {role}", "write analysis_events_v1"),
        ("GRANT CREATE ON SCHEMA {schema} TO {role}", "make things in"),
        ("GRANT pg_read_all_data TO {role}", "do what pg_read_all_data can"),
        ("ALTER ROLE {role} BYPASSRLS", "be more than an ordinary role"),
    ],
)
def test_a_role_that_could_do_more(
    models: ReadModels, postgres_schema: str, role: str, opening: str, said: str
) -> None:
    """Whatever would let it do more is named, however it comes, and nothing is granted."""
    with administrator(postgres_schema) as connection, models.database.reading() as session:
        schema = session.read("SELECT current_schema()")[0][0]
        names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
        connection.execute(sql.SQL("CREATE ROLE {role} LOGIN").format(**names))
        connection.execute(sql.SQL(opening).format(**names))
    with pytest.raises(CanDoMore, match=said):
        let_in(models, role)
    with asking(postgres_schema, user=role) as ask, pytest.raises(errors.InsufficientPrivilege):
        ask(f"SELECT 1 FROM {schema}.analysis_journeys_v1")  # noqa: S608 - a name of ours


def test_a_name_that_is_none(models: ReadModels) -> None:
    """No text that is more than a name comes near a statement."""
    with pytest.raises(NotGranted, match="small letters"):
        let_in(models, "bob; DROP TABLE places")


def test_a_release_that_shows_more(postgres_schema: str, role: str) -> None:
    """A later release's columns and views are open to whoever was let in before, and nothing else is."""
    log, later = kept(2), newer()
    with opened(postgres_schema, log, [later]) as first:
        # as an earlier release would have made them: one column and one view fewer
        with first.database.writing() as session:
            publish(session, [replace(later, views=OUTCOME.views[:-1])])
            grant(session, role)
        first.publish()
        follow(first, log)
        with asking(postgres_schema, user=role) as ask:
            assert {row[0] for row in ask("SELECT more FROM analysis_infusions_v1")} == {"newer"}
            assert ask("SELECT count(*) FROM analysis_medications_v1") == [(0,)]
        with first.database.reading() as session:
            assert beyond(session, role) == []
