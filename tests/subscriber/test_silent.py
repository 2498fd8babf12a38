"""What becomes of a function that is silent for long within its transaction?"""

from __future__ import annotations

from threading import Event, Thread
from typing import Any

import psycopg
import pytest

from consumers import MemoryTopic, Subscriber
from journey.events import VitalsRecorded
from journey.recorded import Recorded
from projections import connection as connections
from tests.consumers.logs import vitals
from tests.servers import until
from tests.subscriber.seeing import WELL

ALIVE = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"


def test_a_silent_function_loses_its_transaction(postgres_schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends the transaction of a function that is silent for long; the batch is done again, once."""
    monkeypatch.setattr(connections, "IDLE_S", 1)
    topic, tries, stop = MemoryTopic(), list[int](), Event()
    topic.tell(vitals(WELL, hr=60), WELL)
    subscriber = Subscriber("silent", postgres_schema, topic)

    def noted(recorded: Recorded[VitalsRecorded], own: psycopg.Connection[Any]) -> None:
        own.execute("INSERT INTO noted VALUES (%s)", (recorded.version,))
        tries.append(own.info.backend_pid)
        if len(tries) == 1:
            until(lambda: not other.execute(ALIVE, (tries[0],)).fetchone(), seconds=30, what="the server to end it")

    subscriber.on(VitalsRecorded)(noted)
    with psycopg.connect(postgres_schema, autocommit=True) as other, subscriber:
        other.execute("CREATE TABLE noted (version int)")
        running = Thread(target=subscriber.run, args=(stop,))
        running.start()
        try:
            until(
                lambda: other.execute("SELECT 1 FROM noted").fetchone(), seconds=30, what="the batch to be done again"
            )
        finally:
            stop.set()
            running.join(20)
        assert other.execute("SELECT version FROM noted").fetchall() == [(1,)]
        assert len(set(tries)) == 2
        assert subscriber.parked() == []
