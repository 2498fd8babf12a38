"""Does the store hold when whatever can befall it does, one thing after another, for minutes?"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest

from journey.clinic import Clinic
from journey.store.keys import Keys
from journey.store.opening import open_store
from tests.faults.fired import Fired
from tests.servers import Postgres, processes
from tests.store.conftest import Clock
from tests.store.faults.load import Load, writing
from tests.store.faults.test_alongside import CARE, IDLE
from tests.store.proxy import Proxy

FAULT = "at random"
TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%stored_events%' AND pid <> "


@dataclass(frozen=True, slots=True)
class Wrecker:
    """Does what befalls a store: to a server, and to what stands before it. Returns once it has happened."""

    server: Postgres
    proxy: Proxy
    load: Load
    chance: random.Random

    def terminate(self) -> None:
        """Kill the sessions of the writers."""
        with self._connected() as connection:
            sql = f"{TERMINATE} {connection.info.backend_pid}"
            processes.until(lambda: connection.execute(sql.encode()).rowcount, seconds=20, what="a session to kill")

    def lose_an_answer(self) -> None:
        """Hang up on somebody whose transaction the server has just committed."""
        before = self.proxy.dropped
        self.proxy.drop_after(b"COMMIT")
        processes.until(lambda: self.proxy.dropped > before, seconds=20, what="an answer to lose")

    def cut(self) -> None:
        """Cut every connection."""
        self.proxy.cut()

    def kill(self) -> None:
        """Kill the server, and start it again."""
        self.server.kill()
        self._away()

    def stop(self) -> None:
        """Stop the server, and start it again."""
        self.server.stop()
        self._away()

    def hold(self) -> None:
        """Hold a lock longer than anybody waits."""
        with psycopg.connect(self.server.url) as idle:
            idle.execute(IDLE[self.chance.choice(list(IDLE))].encode())
            self.load.turn_away(1)

    def care(self) -> None:
        """Care for the tables."""
        with self._connected() as connection:
            for statement in CARE.values():
                connection.execute(statement.encode())

    def _away(self) -> None:
        self.load.turn_away(1)
        self.server.start()

    def _connected(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.server.url, autocommit=True)


ACTS: dict[str, Callable[[Wrecker], None]] = {
    "session killed": Wrecker.terminate,
    "answer lost": Wrecker.lose_an_answer,
    "connections cut": Wrecker.cut,
    "server killed": Wrecker.kill,
    "server stopped": Wrecker.stop,
    "lock held": Wrecker.hold,
    "tables cared for": Wrecker.care,
}


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_whatever_befalls_it(
    server: Postgres,
    keys_apart: Keys,
    monkeypatch: pytest.MonkeyPatch,
    fired: Fired,
    chance: random.Random,
    soak_s: float,
) -> None:
    """Under writers that never rest, fault after fault: each command has one answer, each event one position."""
    monkeypatch.setattr("journey.store.postgres.AWAY_S", 1)
    monkeypatch.setattr("journey.store.postgres.LOCK_TIMEOUT_S", 1)
    fired.plan(FAULT, *ACTS)
    with Proxy(server.url) as proxy:
        store = open_store(proxy.url, keys=keys_apart, clinic=Clinic(), clock=Clock())
        end = time.monotonic() + soak_s
        with writing(store) as load:
            wrecker = Wrecker(server, proxy, load, chance)
            while time.monotonic() < end:
                for act in chance.sample(list(ACTS), len(ACTS)):
                    ACTS[act](wrecker)
                    fired.fire(FAULT, act)
                    load.more(chance.randint(1, 100))
        load.proven()
        store.close()
