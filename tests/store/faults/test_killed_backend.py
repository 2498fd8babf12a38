"""Is a command answered once, at whichever point of it the database kills the session?"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial

import psycopg
import pytest

from journey.store.opening import Store
from journey.store.request import Request
from tests.faults.fired import Fired
from tests.given import DAY, START
from tests.servers import Postgres
from tests.store.asking import book, refer, trial
from tests.store.faults.gate import Gate, at_a_standby, at_insert, at_the_log
from tests.store.faults.load import Load, writing

FAULT = "session killed"
POINTS: dict[str, Callable[[str], AbstractContextManager[Gate]]] = {
    "waiting for the log": at_the_log,
    "answer written": partial(at_insert, table="commands"),
    "event written": partial(at_insert, table="stored_events"),
    "committing": partial(at_insert, table="commands", commit=True),
}
ASKED: dict[str, Callable[[], Request]] = {
    "one statement": trial,
    "many": book,
    "no event": lambda: trial(at=START + DAY),
}
NOT_REACHED = {("no event", "waiting for the log"), ("no event", "event written")}
"""A refusal takes no position."""


def killed(load: Load, asked: Request, gate: AbstractContextManager[Gate]) -> None:
    """Ask, and kill the session that is held at the gate; whoever asked hears of an answer and of nothing else."""
    with ThreadPoolExecutor(1) as pool:
        with gate as held:
            answer = pool.submit(load.ask, asked)
            held.terminate(held.held())
        answer.result()
    assert load.turned_away == 0
    load.proven()


@pytest.mark.parametrize(
    "kind, point", [(kind, point) for kind in ASKED for point in POINTS if (kind, point) not in NOT_REACHED]
)
def test_session_is_killed(shared_store: Store, postgres_schema: str, fired: Fired, kind: str, point: str) -> None:
    """The session dies at a point of the append: the command is done once and answered as what it is."""
    fired.plan(FAULT, point)
    load = Load(shared_store)
    load.ask(refer())
    killed(load, ASKED[kind](), POINTS[point](postgres_schema))
    fired.fire(FAULT, point)


@pytest.mark.parametrize("kind", ASKED)
def test_session_is_killed_after_its_commit(own_store: Store, server: Postgres, fired: Fired, kind: str) -> None:
    """The session commits and dies before it says so: what it did is done, and its answer is found again."""
    fired.plan(FAULT, "committed")
    load = Load(own_store)
    load.ask(refer())
    killed(load, ASKED[kind](), at_a_standby(server.url))
    fired.fire(FAULT, "committed")


def test_crash_of_one_session_ends_all(own_store: Store, server: Postgres, fired: Fired) -> None:
    """One session is killed -9: the server cuts all others and recovers by itself, and all goes on, nothing is lost."""
    fired.plan(FAULT, "kill -9")
    with writing(own_store) as load:
        with psycopg.connect(server.url) as victim:
            os.kill(victim.info.backend_pid, signal.SIGKILL)
            with pytest.raises(psycopg.OperationalError):
                victim.execute("SELECT pg_sleep(30)")
        fired.fire(FAULT, "kill -9")
        load.more(100)
    load.proven()
