"""How do a projection's tables lie in the database?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from projections.connection import Session
from projections.projection import AnyProjection, Column, Kind, Row, Rows, Table, Value

SHARED = (
    """CREATE TABLE IF NOT EXISTS places (
        projection TEXT NOT NULL, version BIGINT NOT NULL, feed TEXT NOT NULL, partition_no BIGINT NOT NULL,
        next_offset BIGINT NOT NULL, position BIGINT NOT NULL, moved_at TEXT NOT NULL, stopped TEXT, stopped_at TEXT,
        PRIMARY KEY (projection, version, feed, partition_no))""",
    """CREATE TABLE IF NOT EXISTS parked (
        projection TEXT NOT NULL, version BIGINT NOT NULL, journey_id TEXT NOT NULL, position BIGINT NOT NULL,
        reason TEXT NOT NULL, body {blob} NOT NULL, since TEXT NOT NULL,
        PRIMARY KEY (projection, version, journey_id, position))""",
)

Differences = list[tuple[str, str, Row]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A journey's document, and how far it has come."""

    version: int
    position: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one projection; `scratch` ones lie beside the live ones."""

    projection: AnyProjection
    scratch: str = ""

    def name(self, table: str) -> str:
        """The table's name in the database."""
        projection = self.projection
        return f"{projection.name}_v{projection.version}_{table}{self.scratch}"

    @property
    def names(self) -> tuple[str, ...]:
        """Every table, the documents first."""
        return ("documents", *(table.name for table in self.projection.tables))

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table, beside `journey_id` and `key`."""
        return tuple(column.name for column in self.projection.table(table).columns)

    def create(self, session: Session) -> None:
        """Make the tables that are missing."""
        blob, sorted_text = ("BYTEA", 'TEXT COLLATE "C"') if session.postgres else ("BLOB", "TEXT")
        session.run(
            f"CREATE TABLE IF NOT EXISTS {self.name('documents')} (journey_id {sorted_text} PRIMARY KEY, "
            f"version BIGINT NOT NULL, position BIGINT NOT NULL, body {blob} NOT NULL)"
        )
        for table in self.projection.tables:
            columns = "".join(
                f", {column.name} {'BIGINT' if column.kind in WHOLES else sorted_text}" for column in table.columns
            )
            session.run(
                f"CREATE TABLE IF NOT EXISTS {self.name(table.name)} (journey_id {sorted_text} NOT NULL, "
                f"key {sorted_text} NOT NULL{columns}, PRIMARY KEY (journey_id, key))"
            )
            if not self.scratch:
                for column in table.indexed:
                    index = f"{self.name(table.name)}_by_{column}"
                    session.run(f"CREATE INDEX IF NOT EXISTS {index} ON {self.name(table.name)} ({column})")

    def drop(self, session: Session) -> None:
        """Remove the tables."""
        for name in self.names:
            session.run(f"DROP TABLE IF EXISTS {self.name(name)}")

    def become(self, session: Session, live: Tables) -> None:
        """Take the place of the live tables."""
        live.drop(session)
        for name in self.names:
            session.run(f"ALTER TABLE {self.name(name)} RENAME TO {live.name(name)}")
        live.create(session)  # the indexes

    def documents(self, session: Session, journeys: Iterable[str]) -> dict[str, Stored]:
        """The documents of some journeys."""
        found: dict[str, Stored] = {}
        for some in _chunks(sorted(journeys)):
            marks = ", ".join("?" * len(some))
            documents = self.name("documents")
            sql = f"SELECT journey_id, version, position, body FROM {documents} WHERE journey_id IN ({marks})"  # noqa: S608 - a name of ours and marks
            found |= {row[0]: Stored(row[1], row[2], bytes(row[3])) for row in session.read(sql, *some)}
        return found

    def keep(self, session: Session, documents: Mapping[str, Stored]) -> None:
        """Write documents."""
        session.many(
            f"INSERT INTO {self.name('documents')} (journey_id, version, position, body) VALUES (?, ?, ?, ?) "  # noqa: S608 - a name of ours
            "ON CONFLICT (journey_id) DO UPDATE SET version = excluded.version, position = excluded.position, "
            "body = excluded.body",
            [(journey, kept.version, kept.position, kept.body) for journey, kept in documents.items()],
        )

    def write(self, session: Session, changes: Iterable[tuple[str, Rows, Rows]]) -> None:
        """Write what differs between the old and the new rows of journeys."""
        gone: dict[str, list[tuple[str, str]]] = {table.name: [] for table in self.projection.tables}
        put: dict[str, Differences] = {table.name: [] for table in self.projection.tables}
        for journey, old, new in changes:
            for name in gone:
                before, after = old.get(name, {}), new.get(name, {})
                gone[name] += [(journey, key) for key in before.keys() - after.keys()]
                put[name] += [(journey, key, row) for key, row in after.items() if before.get(key) != row]
        for table in self.projection.tables:
            delete = f"DELETE FROM {self.name(table.name)} WHERE journey_id = ? AND key = ?"  # noqa: S608 - a name of ours
            session.many(delete, gone[table.name])
            session.many(self._upsert(table), [_values(table, *difference) for difference in put[table.name]])

    def _upsert(self, table: Table) -> str:
        names = [column.name for column in table.columns]
        updates = ", ".join(f"{name} = excluded.{name}" for name in names)
        marks = ", ".join("?" * (len(names) + 2))
        return (
            f"INSERT INTO {self.name(table.name)} (journey_id, key, {', '.join(names)}) VALUES ({marks}) "  # noqa: S608 - names of ours and marks
            f"ON CONFLICT (journey_id, key) DO UPDATE SET {updates}"
        )

    def dump(self, session: Session) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table in order; of the documents their versions and positions."""
        documents = self.name("documents")
        sql = f"SELECT journey_id, version, position FROM {documents} ORDER BY journey_id"  # noqa: S608 - a name of ours
        dumped = {"documents": session.read(sql)}
        for table in self.projection.tables:
            columns = ", ".join(column.name for column in table.columns)
            sql = f"SELECT journey_id, key, {columns} FROM {self.name(table.name)} ORDER BY journey_id, key"  # noqa: S608 - names of ours
            dumped[table.name] = session.read(sql)
        return dumped


WHOLES = frozenset({Kind.WHOLE, Kind.FLAG})


def _values(table: Table, journey: str, key: str, row: Row) -> tuple[Any, ...]:
    return (journey, key, *(_stored(column, row[column.name]) for column in table.columns))


def _stored(column: Column, value: Value) -> str | int | None:
    if value is None:
        return None
    if column.kind is Kind.CODES:
        return json.dumps(value)
    if column.kind is Kind.FLAG:
        return int(bool(value))
    assert isinstance(value, (str, int))  # noqa: S101 - a list stands only in a column of codes
    return value


def shown(column: Column, value: Any) -> Any:
    """A stored value as a query answers it."""
    if value is None:
        return None
    if column.kind is Kind.CODES:
        return json.loads(value)
    return bool(value) if column.kind is Kind.FLAG else value


def _chunks(journeys: list[str]) -> Iterable[list[str]]:
    return (journeys[start : start + 500] for start in range(0, len(journeys), 500))
