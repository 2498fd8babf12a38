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
from itertools import cycle, islice, product
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
from tests.bench.raw_commands import LIMITS, Limit, fill_alike, fill_raw, renamed

LINES = 19
"""So many lines of the worked journey make 20 events; an assessment of anxiety is then one event more."""
ASKED = 4
SPREAD = 5
"""So many times the usual journeys, that none grows by much."""
ALL = 1_000_000
"""More events than are made here: none of the journeys that should be at hand is put away for those written to last."""
CLIENTS = {SQLITE: (1,), POSTGRES: (1, 8, 32)}


def measure(postgres_url: str, size: Size) -> Iterator[Figure]:
    """Measure on SQLite with one client, on PostgreSQL with one, eight and thirty-two."""
    for kind, counts in CLIENTS.items():
        with stored(kind, postgres_url) as (database, store):
            template, events = twentieth(store)
            many = [uuid5(corpus.COPIES, f"of twenty {number}") for number in range(size.journeys * SPREAD)]
            fill(store.log, many, events)
            fill_raw(database, many, events)
            if kind == SQLITE:
                fill_alike(database)
            left = iter(many)
            for clients in counts:
                for maker, limit in product((read_whole, at_hand), LIMITS[kind]):
                    name = f"Commands, {kind}, {_counted(clients)}, {maker.__name__.replace('_', ' ')}{limit.named}"
                    own = islice(left, max(size.journeys, clients))  # that nobody has made longer yet
                    journeys = list(own) if maker is at_hand else many
                    ours = [partial(maker, template, database, it) for it in shared(journeys, clients)]
                    raw = [partial(limit.client, database, it) for it in shared(many, clients)]
                    yield from _compared(name, database, store.log, ours, raw, size, limit)


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
    limit: Limit,
) -> Iterator[Figure]:
    """Rate and times of our clients and as many of the driver's, in turns."""
    with ExitStack() as opened:
        connection = opened.enter_context(closing(database.connect()))
        us = opened.enter_context(processes(ours, log.head))
        they = opened.enter_context(processes(raw, partial(limit.count, connection)))
        windows = [(they.window(size.seconds), us.window(size.seconds)) for _ in range(size.turns)]
    for more, unit, part in PARTS:
        yield figured(f"{name}{more}", unit, [(part(they), part(us)) for they, us in windows], limit.words)


PARTS: tuple[tuple[str, str, Callable[[Window], float]], ...] = (
    ("", "commands/s", lambda it: it.rate),
    (", p50", "ms", lambda it: it.p50_ms),
    (", p99", "ms", lambda it: it.p99_ms),
)
"""What is told of windows."""


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


@contextmanager
def at_hand(template: Request, database: Fresh, journeys: list[UUID]) -> Iterator[Callable[[], None]]:
    """Ask one journey after the other, each asked before, in a process that keeps all of them at hand."""
    loading.EVENTS_MAX = ALL
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
