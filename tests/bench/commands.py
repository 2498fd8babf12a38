"""How many commands a second, whole, and how long does one take?

Load a journey of 20 events, decide, and append with version, key and answer; beside what the driver alone can do.
Once with journeys that the client has at hand, as in a session, where entry follows entry; once with none at hand, so
that each is read whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from typing import Any
from uuid import UUID, uuid4, uuid5

import orjson

from entrypoints.importing import read_request
from journey.commands import CompleteAssessment
from journey.store import loading
from journey.store.log import EventLog
from journey.store.mapper import Entry
from journey.store.opening import Store
from journey.store.request import Request, Status
from tests.bench import corpus
from tests.bench.clients import Maker, Window, processes
from tests.bench.databases import POSTGRES, SQLITE, Fresh, reopened, stored
from tests.bench.measured import Figure, Size, figured

LINES = 19
"""So many lines of the worked journey make 20 events; an assessment of anxiety is then one event more."""
ASKED = 4
SPREAD = 5
"""So many times the usual journeys, that none grows by much."""
AT_HAND = 3
"""Such a part of the usual journeys, that one client can have all of them at hand."""
CLIENTS = {SQLITE: (1,), POSTGRES: (1, 8, 32)}
LIMIT = "SELECT of 20 events; one transaction that INSERTs one whose version is unique; binary and prepared"


def measure(postgres_url: str, size: Size) -> Iterator[Figure]:
    """Measure on SQLite with one client, on PostgreSQL with one, eight and thirty-two."""
    for kind, counts in CLIENTS.items():
        with stored(kind, postgres_url) as (database, store):
            template, events = twentieth(store)
            many = [uuid5(corpus.COPIES, f"of twenty {number}") for number in range(size.journeys * SPREAD)]
            fill(store.log, many, events)
            fill_raw(database, many, events)
            left = iter(many)
            for clients in counts:
                own = list(islice(left, max(size.journeys // AT_HAND, clients)))  # that nobody has made longer yet
                for maker, journeys in ((read_whole, many), (at_hand, own)):
                    name = f"Commands, {kind}, {_counted(clients)}, {maker.__name__.replace('_', ' ')}"
                    ours = [partial(maker, template, database, it) for it in shared(journeys, clients)]
                    raw = [partial(raw_client, database, it) for it in shared(many, clients)]
                    yield from _compared(name, database, store.log, ours, raw, size)


def shared(journeys: list[UUID], clients: int) -> list[list[UUID]]:
    """Each client's own journeys."""
    return [journeys[client::clients] for client in range(clients)]


def _counted(clients: int) -> str:
    return f"{clients} {'client' if clients == 1 else 'clients'}"


def _compared(
    name: str,
    database: Fresh,
    log: EventLog,
    ours: Sequence[Maker],
    raw: Sequence[Maker],
    size: Size,
) -> Iterator[Figure]:
    """Rate and times of our clients and as many of the driver's, in turns."""
    with ExitStack() as opened:
        connection = opened.enter_context(closing(database.connect()))

        def raw_count() -> int:
            return int(connection.execute("SELECT count(*) FROM raw_events").fetchone()[0])

        us = opened.enter_context(processes(ours, log.head))
        they = opened.enter_context(processes(raw, raw_count))
        windows = [(they.window(size.seconds), us.window(size.seconds)) for _ in range(size.turns)]
    yield _figure(name, "commands/s", windows, lambda it: it.rate)
    yield _figure(f"{name}, p50", "ms", windows, lambda it: it.p50_ms)
    yield _figure(f"{name}, p99", "ms", windows, lambda it: it.p99_ms)


def _figure(name: str, unit: str, windows: Sequence[tuple[Window, Window]], part: Callable[[Window], float]) -> Figure:
    return figured(name, unit, [(part(raw), part(ours)) for raw, ours in windows], LIMIT)


def twentieth(store: Store) -> tuple[Request, list[Entry]]:
    """A journey of 20 events, and a request that makes it one longer."""
    lines = [orjson.loads(line) for line in corpus.copied(0)]
    requests = [read_request(line, site_id="main") for line in lines[:LINES]]
    store.journeys.execute_many(requests)
    key = requests[0].journey_id
    stored_ = store.log.streams([key])[key]
    events = [Entry(key, version, tag, body) for version, (tag, body) in enumerate(stored_, 1)]
    assert len(events) == 20
    return read_request(lines[ASKED], site_id="main"), events


def fill(log: EventLog, journeys: list[UUID], events: list[Entry]) -> None:
    """Append copies of a journey."""
    for start in range(0, len(journeys), 100):
        some = journeys[start : start + 100]
        log.append([replace(it, originator_id=key, body=renamed(it, key)) for key in some for it in events], [])


def fill_raw(database: Fresh, journeys: list[UUID], events: list[Entry]) -> None:
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


def renamed(entry: Entry, journey_id: UUID) -> bytes:
    """An event's bytes, of another journey."""
    return entry.body.replace(str(entry.originator_id).encode(), str(journey_id).encode())


@contextmanager
def at_hand(template: Request, database: Fresh, journeys: list[UUID]) -> Iterator[Callable[[], None]]:
    """Ask one journey after the other, each asked before."""
    with our_client(template, database, journeys) as act:
        for _ in journeys:
            act()
        yield act


@contextmanager
def read_whole(template: Request, database: Fresh, journeys: list[UUID]) -> Iterator[Callable[[], None]]:
    """Ask one journey after the other, in a process that keeps none at hand."""
    loading.EVENTS_MAX = 0
    with our_client(template, database, journeys) as act:
        yield act


@contextmanager
def our_client(template: Request, database: Fresh, journeys: list[UUID]) -> Iterator[Callable[[], None]]:
    """Ask one journey after the other, in a store opened for it."""
    turns, assessment = cycle(journeys), template.command
    assert isinstance(assessment, CompleteAssessment)
    with reopened(database) as store:

        def act() -> None:
            command_id = uuid4()
            command = replace(assessment, assessment_id=command_id)
            answer = store.journeys.execute(
                replace(template, command=command, command_id=command_id, journey_id=next(turns))
            )
            assert answer.status is Status.ACCEPTED, answer

        yield act


@contextmanager
def raw_client(database: Fresh, journeys: list[UUID]) -> Iterator[Callable[[], None]]:
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
