"""How many commands a second, whole: load a journey of 20 events, decide, append with its key and answer?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from itertools import cycle
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson

from entrypoints.importing import read_request
from journey.commands import CompleteAssessment
from journey.store.log import EventLog
from journey.store.mapper import Entry
from journey.store.opening import Store
from journey.store.request import Request, Status
from tests.bench import corpus
from tests.bench.databases import POSTGRES, SQLITE, Fresh, marked, stored
from tests.bench.measured import Figure, Size, compared, in_window

LINES = 19
"""So many lines of the worked journey make 20 events; an assessment of anxiety is then one event more."""
ASKED = 4
LIMIT = "SELECT of 20 events, INSERT of one whose version is unique, in one transaction"


def measure(postgres_url: str, size: Size) -> Iterator[Figure]:
    """Measure on SQLite with one client, on PostgreSQL with one and with eight."""
    for kind, counts in ((SQLITE, (1,)), (POSTGRES, (1, 8))):
        with stored(kind, postgres_url) as (database, store):
            template, events = twentieth(store)
            journeys = [uuid5(corpus.COPIES, f"of twenty {number}") for number in range(size.journeys)]
            fill(store.log, journeys, events)
            fill_raw(database, journeys, events)
            for place, clients in enumerate(counts):
                mine = journeys[place :: len(counts)]  # nobody finds what others have let grow
                yield _compared(database, store, template, mine, clients, size)


def _compared(
    database: Fresh, store: Store, template: Request, journeys: list[UUID], clients: int, size: Size
) -> Figure:
    shares = [journeys[client::clients] for client in range(clients)]
    name = f"Commands, {database.kind}, {clients} {'client' if clients == 1 else 'clients'}"
    with ExitStack() as opened:
        connections = [opened.enter_context(closing(database.connect())) for _ in shares]
        raw = [raw_client(database, *it) for it in zip(connections, shares, strict=True)]
        ours = [our_client(store, template, share) for share in shares]

        def raw_count() -> int:
            return int(connections[0].execute("SELECT count(*) FROM raw_events").fetchone()[0])

        return compared(
            name,
            "commands/s",
            lambda: in_window(ours, size.seconds, store.log.head),
            lambda: in_window(raw, size.seconds, raw_count),
            size.turns,
            LIMIT,
        )


def twentieth(store: Store) -> tuple[Request, list[Entry]]:
    """A journey of 20 events, and a request that makes it one longer."""
    lines = [orjson.loads(line) for line in corpus.copied(0)]
    requests = [read_request(line, site_id="main") for line in lines[:LINES]]
    store.journeys.execute_many(requests)
    events = store.log.streams([requests[0].journey_id])[requests[0].journey_id]
    assert len(events) == 20
    return read_request(lines[ASKED], site_id="main"), events


def fill(log: EventLog, journeys: list[UUID], events: list[Entry]) -> None:
    """Append copies of a journey."""
    for start in range(0, len(journeys), 100):
        some = journeys[start : start + 100]
        log.append([replace(it, originator_id=key, body=renamed(it, key)) for key in some for it in events], [])


def fill_raw(database: Fresh, journeys: list[UUID], events: list[Entry]) -> None:
    """Store the same bytes in a table of the raw limit's own."""
    binary = "BYTEA" if database.kind == POSTGRES else "BLOB"
    connection = database.connect()
    connection.execute(
        f"CREATE TABLE raw_events (stream TEXT, version BIGINT, body {binary}, PRIMARY KEY (stream, version))"
    )
    connection.execute("BEGIN")
    rows = [(str(key), it.originator_version, renamed(it, key)) for key in journeys for it in events]
    connection.cursor().executemany(marked(database, "INSERT INTO raw_events VALUES (?, ?, ?)"), rows)
    connection.execute("COMMIT")
    connection.close()


def renamed(entry: Entry, journey_id: UUID) -> bytes:
    """An event's bytes, of another journey."""
    return entry.body.replace(str(entry.originator_id).encode(), str(journey_id).encode())


def our_client(store: Store, template: Request, journeys: list[UUID]) -> Callable[[], None]:
    """Ask one journey after the other."""
    turns, assessment = cycle(journeys), template.command
    assert isinstance(assessment, CompleteAssessment)

    def act() -> None:
        command_id = uuid4()
        command = replace(assessment, assessment_id=command_id)
        answer = store.journeys.execute(
            replace(template, command=command, command_id=command_id, journey_id=next(turns))
        )
        assert answer.status is Status.ACCEPTED, answer

    return act


def raw_client(database: Fresh, connection: Any, journeys: list[UUID]) -> Callable[[], None]:
    """The least that stores an event after reading those before it: nothing is decoded, decided or answered."""
    turns = cycle(journeys)
    select = marked(database, "SELECT version, body FROM raw_events WHERE stream = ? ORDER BY version")
    insert = marked(database, "INSERT INTO raw_events (stream, version, body) VALUES (?, ?, ?)")

    def act() -> None:
        stream = str(next(turns))
        connection.execute("BEGIN")
        rows = connection.execute(select, (stream,)).fetchall()
        version, body = rows[-1]
        connection.execute(insert, (stream, version + 1, body))
        connection.execute("COMMIT")

    return act
