"""How do analysts' views lie in the database, so that they always show the build that is live?

On SQLite a view names the live build's table, and is made anew by whoever switches, in the same transaction: who reads
sees the tables and views of one moment. On PostgreSQL names are looked up outside of a reader's snapshot, and a view
made anew would wait for the longest reader: there a view asks a function, which finds the live build in the snapshot
of whoever asks, and nothing is made anew (`projections/functions.py`).
"""

from __future__ import annotations

from collections.abc import Iterable

from projections.builds import Builds
from projections.connection import Session
from projections.functions import function_of, made
from projections.projection import AnyProjection
from projections.showing import shown
from projections.tables import table_of
from projections.views import Published, Type, View

WAIT_S = 5
"""So long a view that is to show more waits for whoever reads it."""


def publish(session: Session, projections: Iterable[AnyProjection]) -> None:
    """Make the views that are missing, or that show less than they should."""
    if session.postgres:
        _on_postgres(session, projections)
        return
    for projection in projections:
        for view in projection.views:
            point(session, projection, view)


def follow(session: Session, projection: AnyProjection) -> None:
    """Let the views that there are show what is live now. On PostgreSQL they do."""
    if not session.postgres:
        for view in projection.views:
            if session.columns(view.in_sql):
                point(session, projection, view)


def point(session: Session, projection: AnyProjection, view: View) -> None:
    """Let a view of SQLite show the build that is live, of the version that is shown."""
    name, version = projection.name, shown(session, projection.name)
    if version is None or version > projection.version:
        return  # a later release knows better what its tables hold
    live = Builds(session, name, version).live()
    source = table_of(name, version, view.table, live)
    known = session.columns(source)
    columns = ", ".join(f"{_on_sqlite(it, known)} AS {it.name}" for it in view.columns)
    text = f"CREATE VIEW {view.in_sql} AS SELECT {columns} FROM {source} t"  # noqa: S608 - names of ours
    if session.read("SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?", view.in_sql) != [(text,)]:
        session.run(f"DROP VIEW IF EXISTS {view.in_sql}")
        session.run(text)


def _on_sqlite(column: Published, known: Iterable[str]) -> str:
    if not column.sql and column.name not in known:
        return "NULL"  # an earlier version has it not
    made = column.sql or f"t.{column.name}"
    return f"CAST({made} AS REAL)" if column.type is Type.DECIMAL else made


def _on_postgres(session: Session, projections: Iterable[AnyProjection]) -> None:
    session.run("SELECT pg_advisory_xact_lock(hashtext('journey projections'))")  # one at a time
    schema, known = session.read("SELECT current_schema()")[0][0], made(session)
    texts = []
    for projection in projections:
        for view in projection.views:
            has_more = len(session.columns(view.in_sql)) > len(view.columns)  # a later release made it
            function = function_of(projection, view, schema)
            if known.get(view.in_sql) != function.digest and not has_more:
                texts.append(function.text)
    if texts:
        session.run(f"SET LOCAL lock_timeout = '{WAIT_S}s'")
        session.connection.execute("".join(texts))
