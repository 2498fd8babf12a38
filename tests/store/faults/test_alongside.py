"""Do commands go on, each answered once, while somebody else works on the same tables?"""

from __future__ import annotations

import psycopg
import pytest

from journey.store.opening import Store
from tests.faults.fired import Fired
from tests.store.faults.load import WRITERS, writing

CARE = {
    "VACUUM": "VACUUM stored_events",
    "VACUUM ANALYZE, all": "VACUUM (ANALYZE)",
    "VACUUM FULL, log": "VACUUM FULL stored_events",
    "VACUUM FULL, answers": "VACUUM FULL commands",
    "CREATE INDEX CONCURRENTLY": "CREATE INDEX CONCURRENTLY IF NOT EXISTS by_topic ON stored_events (topic)",
    "REINDEX CONCURRENTLY": "REINDEX TABLE CONCURRENTLY stored_events",
    "DROP INDEX CONCURRENTLY": "DROP INDEX CONCURRENTLY by_topic",
}
"""What an administrator does to a live database, in this order."""
TIMES = 3


def test_care_of_the_database(shared_store: Store, postgres_schema: str, fired: Fired) -> None:
    """Care of the tables hinders no command for long: nobody is turned away, each is answered once."""
    fired.plan("care", *CARE, times=TIMES)
    with writing(shared_store) as load, psycopg.connect(postgres_schema, autocommit=True) as carer:
        for _ in range(TIMES):
            for name, statement in CARE.items():
                load.more(5)  # writers are at work
                carer.execute(statement.encode())
                fired.fire("care", name)
        load.more(5)
    assert load.turned_away == 0
    load.proven()


IDLE = {
    "next position": "UPDATE log_head SET position = position",
    "log's table": "LOCK TABLE stored_events IN EXCLUSIVE MODE",
    "answers' table": "LOCK TABLE commands IN SHARE MODE",
}
"""What an idle transaction holds that every command wants."""


@pytest.mark.parametrize("held", IDLE)
def test_idle_transaction_that_holds_a_lock(
    impatient_store: Store, postgres_schema: str, fired: Fired, held: str
) -> None:
    """Commands behind somebody's idle transaction are turned away in time; once it ends each is answered once."""
    fired.plan("idle transaction", held)
    with writing(impatient_store) as load:
        with psycopg.connect(postgres_schema) as idle:
            idle.execute(IDLE[held].encode())
            load.turn_away(WRITERS)
            before = impatient_store.log.head()
            load.turn_away(2 * WRITERS)
            assert impatient_store.log.head() == before
            fired.fire("idle transaction", held)
        load.more(20)
    load.proven()


def test_idle_transaction_that_only_read(shared_store: Store, postgres_schema: str, fired: Fired) -> None:
    """A reader that forgot to end its transaction hinders nobody."""
    fired.plan("idle transaction", "reading")
    with writing(shared_store) as load, psycopg.connect(postgres_schema) as idle:
        idle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        before = idle.execute("SELECT count(*) FROM stored_events").fetchone()
        load.more(200)
        assert idle.execute("SELECT count(*) FROM stored_events").fetchone() == before
        fired.fire("idle transaction", "reading")
    assert load.turned_away == 0
    load.proven()
