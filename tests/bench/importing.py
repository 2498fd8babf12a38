"""How many commands a second does `journey import` take in, from lines to answers?"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from entrypoints.importing import BATCH, imported
from tests.bench import corpus
from tests.bench.databases import POSTGRES, SQLITE, Fresh, fresh, marked, stored
from tests.bench.measured import Figure, Size, compared, timed

LIMIT = f"INSERT of as many events of 1 kB, {BATCH} a transaction"


def measure(postgres_url: str, size: Size) -> Iterator[Figure]:
    """Measure on both databases, each turn into an empty store."""
    lines = list(corpus.lines(max(size.journeys // 50, 1)))
    for kind in (SQLITE, POSTGRES):

        def ours(kind: str = kind) -> float:
            with stored(kind, postgres_url) as (_, store):

                def act() -> int:
                    source = BytesIO(b"".join(lines))
                    refused = [it for it in imported(store.journeys, source, "main") if not it.accepted]
                    assert not refused, refused[0]
                    return len(lines)

                return timed(act)

        def raw(kind: str = kind) -> float:
            with fresh(kind, postgres_url) as database:
                return timed(lambda: inserted(database, len(lines)))

        yield compared(f"Import, {kind}", "commands/s", ours, raw, size.turns, LIMIT)


def inserted(database: Fresh, count: int) -> int:
    """Insert so many rows of the size of an event."""
    connection = database.connect()
    binary = "BYTEA" if database.kind == POSTGRES else "BLOB"
    connection.execute(f"CREATE TABLE raw_events (position BIGINT PRIMARY KEY, body {binary})")
    insert = marked(database, "INSERT INTO raw_events VALUES (?, ?)")
    for start in range(0, count, BATCH):
        connection.execute("BEGIN")
        rows = [(position, b"x" * 1_000) for position in range(start, min(start + BATCH, count))]
        connection.cursor().executemany(insert, rows)
        connection.execute("COMMIT")
    connection.close()
    return count
