"""How do a projection's tables lie in the database?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projections.connection import Session
from projections.projection import AnyProjection, Column, Kind, Row, Rows, Table

KEYS = ("journey_id", "key")
"""What stands beside the columns of every table."""

DOCUMENT = {"journey_id": "text", "version": "int8", "position": "int8", "body": "text"}
"""The columns of a document, and PostgreSQL's names of their types."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """A journey's document, and how far it has come."""

    version: int
    position: int
    body: str


def table_of(projection: str, version: int, table: str, build: int) -> str:
    """The name in the database of a table of one build of a version of a read model."""
    return f"{projection}_v{version}_{table}{'' if build == 1 else f'_b{build}'}"


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one build of a projection."""

    projection: AnyProjection
    build: int

    def name(self, table: str) -> str:
        """The table's name in the database."""
        return table_of(self.projection.name, self.projection.version, table, self.build)

    @property
    def names(self) -> tuple[str, ...]:
        """Every table, the documents first."""
        return ("documents", *(table.name for table in self.projection.tables))

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table, beside `journey_id` and `key`."""
        return tuple(column.name for column in self.projection.table(table).columns)

    def types(self, table: str) -> dict[str, str]:
        """The types of all columns of a table, by name; they are PostgreSQL's names."""
        own = {it.name: "int8" if it.kind in WHOLES else "text" for it in self.projection.table(table).columns}
        return dict.fromkeys(KEYS, "text") | own

    def lay(self, session: Session) -> None:
        """Make the tables, with no index."""
        sorted_text = 'TEXT COLLATE "C"' if session.postgres else "TEXT"
        session.run(
            f"CREATE TABLE {self.name('documents')} (journey_id {sorted_text} NOT NULL, "
            f"version BIGINT NOT NULL, position BIGINT NOT NULL, body TEXT NOT NULL)"
        )
        for table in self.projection.tables:
            columns = "".join(
                f", {column.name} {'BIGINT' if column.kind in WHOLES else sorted_text}" for column in table.columns
            )
            session.run(
                f"CREATE TABLE {self.name(table.name)} "
                f"(journey_id {sorted_text} NOT NULL, key {sorted_text} NOT NULL{columns})"
            )

    def index(self, session: Session) -> None:
        """Make the indexes that are missing."""
        documents = self.name("documents")
        session.run(f"CREATE UNIQUE INDEX IF NOT EXISTS {documents}_keys ON {documents} (journey_id)")
        for table in self.projection.tables:
            name = self.name(table.name)
            session.run(f"CREATE UNIQUE INDEX IF NOT EXISTS {name}_keys ON {name} ({', '.join(KEYS)})")
            for column in table.indexed:
                which = f" WHERE {table.partly[column]}" if column in table.partly else ""
                session.run(f"CREATE INDEX IF NOT EXISTS {name}_by_{column} ON {name} ({column}){which}")

    def analyze(self, session: Session) -> None:
        """Let PostgreSQL know what their keys and indexes hold before they are asked; the rest it finds by itself."""
        if session.postgres:
            looked_at = [f"{self.name(it.name)} ({', '.join((*KEYS, *it.indexed))})" for it in self.projection.tables]
            session.run(f"ANALYZE {', '.join([self.name('documents') + ' (journey_id)', *looked_at])}")

    def drop(self, session: Session) -> None:
        """Remove the tables."""
        for name in self.names:
            session.run(f"DROP TABLE IF EXISTS {self.name(name)}")

    def journeys(self, session: Session) -> int:
        """How many journeys there are."""
        return int(session.read(f"SELECT COUNT(*) FROM {self.name('documents')}")[0][0])  # noqa: S608 - a name of ours

    def documents(self, session: Session, journeys: Iterable[str]) -> dict[str, Stored]:
        """The documents of some journeys."""
        documents = self.name("documents")
        sql = f"SELECT journey_id, version, position, body FROM {documents} WHERE journey_id IN ({session.listed})"  # noqa: S608 - names of ours
        found = session.read(sql, json.dumps(sorted(journeys)))
        return {row[0]: Stored(row[1], row[2], row[3]) for row in found}

    def keep(self, session: Session, documents: Mapping[str, Stored]) -> None:
        """Write documents."""
        rows = [
            {"journey_id": journey, "version": it.version, "position": it.position, "body": it.body}
            for journey, it in documents.items()
        ]
        session.put(self.name("documents"), ("journey_id",), ("version", "position", "body"), rows)

    def write(self, session: Session, changes: Sequence[tuple[str, Rows, Rows]]) -> None:
        """Write what differs between the old and the new rows of journeys; most are new, and are only copied there.

        Raises one of TAKEN where a row is there that should not be.
        """
        for table in self.projection.tables:
            told = [(journey, old.get(table.name, {}), now.get(table.name, {})) for journey, old, now in changes]
            differing = [it for it in told if it[1] != it[2]]
            if not differing:  # as most, where a batch is one event
                continue
            name, types, stored = self.name(table.name), self.types(table.name), _storing(table)
            gone: list[Row] = []
            new: list[list[Any]] = []
            changed: list[Row] = []
            for journey, before, after in differing:
                gone += [{"journey_id": journey, "key": key} for key in before.keys() - after.keys()]
                for key, row in after.items():
                    if key not in before:
                        new.append(stored(journey, key, row))
                    elif before[key] != row:
                        changed.append(dict(zip(types, stored(journey, key, row), strict=True)))
            session.drop(name, KEYS, gone)
            session.copy(name, types, new)
            session.put(name, KEYS, self.columns(table.name), changed)

    def filling(self, journeys: Iterable[tuple[str, Stored, Rows]]) -> dict[str, list[Sequence[Any]]]:
        """Of each table what is stored of journeys; each is taken, and left, before the next."""
        filling: dict[str, list[Sequence[Any]]] = {name: [] for name in self.names}
        storing = [(table.name, _storing(table)) for table in self.projection.tables]
        for journey, it, tables in journeys:
            filling["documents"].append((journey, it.version, it.position, it.body))
            for name, stored in storing:
                filling[name] += [stored(journey, key, row) for key, row in tables.get(name, {}).items()]
        return filling

    def fill(self, session: Session, filling: Mapping[str, list[Sequence[Any]]]) -> None:
        """Write what is stored of journeys that are not there."""
        for name, rows in filling.items():
            session.copy(self.name(name), DOCUMENT if name == "documents" else self.types(name), rows)

    def between(self, session: Session, after: str, until: str) -> dict[str, dict[Key, tuple[Any, ...]]]:
        """Of each table its rows, by journey and key, of the journeys after one id and up to another."""
        where = "WHERE journey_id > ? AND journey_id <= ?"
        documents = self.name("documents")
        sql = f"SELECT journey_id, version, position FROM {documents} {where}"  # noqa: S608 - names of ours
        found = {"documents": {(row[0], row[0]): row[1:] for row in session.read(sql, after, until)}}
        for table in self.projection.tables:
            columns = ", ".join((*KEYS, *self.columns(table.name)))
            sql = f"SELECT {columns} FROM {self.name(table.name)} {where}"  # noqa: S608 - as above
            found[table.name] = {(row[0], row[1]): row[2:] for row in session.read(sql, after, until)}
        return found

    def expected(self, journeys: Sequence[tuple[str, Stored, Rows]]) -> dict[str, dict[Key, tuple[Any, ...]]]:
        """The same of what should be there."""
        told: dict[str, dict[Key, tuple[Any, ...]]] = {
            "documents": {(journey, journey): (it.version, it.position) for journey, it, _ in journeys}
        }
        for table in self.projection.tables:
            stored = _storing(table)
            told[table.name] = {
                (journey, key): tuple(stored(journey, key, row)[len(KEYS) :])
                for journey, _, tables in journeys
                for key, row in tables.get(table.name, {}).items()
            }
        return told

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


def _storing(table: Table) -> Callable[[str, str, Row], list[Any]]:
    """What makes of a row of a table the values that are stored, keys first: flags are 0 or 1, codes are JSON."""
    names = [column.name for column in table.columns]
    flags = [at for at, column in enumerate(table.columns, len(KEYS)) if column.kind is Kind.FLAG]
    codes = [at for at, column in enumerate(table.columns, len(KEYS)) if column.kind is Kind.CODES]

    def stored(journey: str, key: str, row: Row) -> list[Any]:
        written = [journey, key, *map(row.__getitem__, names)]
        for at in flags:
            if written[at] is not None:
                written[at] = int(bool(written[at]))
        for at in codes:
            said = written[at]
            written[at] = "[]" if said == [] else None if said is None else json.dumps(said)  # most are empty
        return written

    return stored


def shown(column: Column, value: Any) -> Any:
    """A stored value as a query answers it."""
    if value is None:
        return None
    if column.kind is Kind.CODES:
        return json.loads(value)
    return bool(value) if column.kind is Kind.FLAG else value
