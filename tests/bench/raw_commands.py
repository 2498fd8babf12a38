"""What can the driver alone do, beside a whole command?

The least is what peers are measured by: one row an event. SQLite, where a row is most of the cost, is measured beside
the same rows as well: tables laid as the store's own, and each event with its position and its answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4

from journey.store.mapper import Entry
from tests.bench.databases import POSTGRES, SQLITE, Fresh

LAID_ALIKE = ("stored_events", "log_head", "commands")
"""The tables that each command writes."""


def fill_raw(database: Fresh, journeys: Sequence[UUID], events: Sequence[Entry]) -> None:
    """Store the same bytes in a table of the raw limit's own, under keys as short as ours."""
    postgres = database.kind == POSTGRES
    columns = "stream uuid, version bigint, body bytea" if postgres else "stream TEXT, version INTEGER, body BLOB"
    marks = "%s, %s, %s" if postgres else "?, ?, ?"
    with closing(database.connect()) as connection:
        connection.execute(f"CREATE TABLE raw_events ({columns}, PRIMARY KEY (stream, version))")
        connection.execute("BEGIN")
        rows = [
            (key if postgres else key.hex, it.originator_version, renamed(it, key)) for key in journeys for it in events
        ]
        connection.cursor().executemany(f"INSERT INTO raw_events VALUES ({marks})", rows)  # noqa: S608 - marks only
        connection.execute("COMMIT")
        if postgres:  # nothing of the filling is left to be done in the windows
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")


def fill_alike(database: Fresh) -> None:
    """Lay the tables of an SQLite store once more, with their indexes and the events, answers and head they hold."""
    with closing(database.connect()) as connection:
        laid = connection.execute(
            "SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
            "ORDER BY type DESC"
        ).fetchall()
        for table, sql in laid:
            if table in LAID_ALIKE:
                connection.execute(sql.replace(table, f"raw_{table}"))
        for table in LAID_ALIKE:
            connection.execute(f"INSERT INTO raw_{table} SELECT * FROM {table}")  # noqa: S608 - names of ours


def renamed(entry: Entry, journey_id: UUID) -> bytes:
    """An event's bytes, of another journey."""
    return entry.body.replace(str(entry.originator_id).encode(), str(journey_id).encode())


@contextmanager
def least(database: Fresh, journeys: Sequence[UUID]) -> Iterator[Callable[[], None]]:
    """The least that stores an event after reading those before it: nothing is decoded, decided or answered."""
    with closing(database.connect()) as connection:
        yield partial(_raw_in_postgres if database.kind == POSTGRES else _raw_in_sqlite, connection, cycle(journeys))


def _raw_in_postgres(connection: Any, turns: Iterator[UUID]) -> None:
    stream, cursor = next(turns), connection.cursor(binary=True)
    rows = cursor.execute(
        b"SELECT version, body FROM raw_events WHERE stream = %b ORDER BY version", (stream,), prepare=True
    ).fetchall()
    version, body = rows[-1]
    with connection.transaction():
        cursor.execute(b"INSERT INTO raw_events VALUES (%b, %b, %b)", (stream, version + 1, body), prepare=True)


def _raw_in_sqlite(connection: Any, turns: Iterator[UUID]) -> None:
    stream = next(turns).hex
    rows = connection.execute("SELECT version, body FROM raw_events WHERE stream = ? ORDER BY version", (stream,))
    version, body = rows.fetchall()[-1]
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO raw_events VALUES (?, ?, ?)", (stream, version + 1, body))
    connection.execute("COMMIT")


@contextmanager
def same_rows(database: Fresh, journeys: Sequence[UUID]) -> Iterator[Callable[[], None]]:
    """The same rows as a command writes in SQLite, in a transaction of their own: nothing is decoded or decided."""
    with closing(database.connect()) as connection:
        answer = connection.execute("SELECT * FROM raw_commands LIMIT 1").fetchone()
        yield partial(_same_in_sqlite, connection, cycle(journeys), answer)


def _same_in_sqlite(connection: Any, turns: Iterator[UUID], answer: tuple[Any, ...]) -> None:
    stream = next(turns)
    rows = connection.execute(
        "SELECT originator_version, topic, state FROM raw_stored_events WHERE originator_id = ? "
        "ORDER BY originator_version",
        (stream.hex,),
    )
    version, topic, state = rows.fetchall()[-1]
    site_id, _, principal, mac, _, *rest = answer
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        f"INSERT INTO raw_commands VALUES ({', '.join('?' * len(answer))})",  # noqa: S608 - marks only
        (site_id, str(uuid4()), principal, mac, str(stream), *rest),
    )
    connection.execute("UPDATE raw_log_head SET position = position + 1")
    (position,) = connection.execute("SELECT position FROM raw_log_head").fetchone()
    connection.execute(
        "INSERT INTO raw_stored_events VALUES (?, ?, ?, ?, ?)", (position, stream.hex, version + 1, topic, state)
    )
    connection.execute("COMMIT")


@dataclass(frozen=True, slots=True)
class Limit:
    """What the driver alone does: how its figures are named, its client, the table it writes to, and in words."""

    named: str
    client: Callable[[Fresh, Sequence[UUID]], AbstractContextManager[Callable[[], None]]]
    table: str
    words: str

    def count(self, connection: Any) -> int:
        """How many events it has written."""
        return int(connection.execute(f"SELECT count(*) FROM {self.table}").fetchone()[0])  # noqa: S608 - a name of ours


LEAST = Limit(
    "",
    least,
    "raw_events",
    "SELECT of 20 events; one transaction that INSERTs one whose version is unique; binary and prepared",
)
SAME_ROWS = Limit(
    ", beside the same rows",
    same_rows,
    "raw_stored_events",
    "the same SELECT; one transaction that writes the rows that ours does: position, event, answer",
)
LIMITS = {SQLITE: (LEAST, SAME_ROWS), POSTGRES: (LEAST,)}
