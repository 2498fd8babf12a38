"""Is every command answered once when PostgreSQL's disk is full, and when there is room again?"""

from __future__ import annotations

import psycopg
import pytest

from journey.clinic import Clinic
from journey.store.keys import Keys
from journey.store.opening import open_store
from tests.faults.fired import Fired
from tests.store.conftest import Clock
from tests.store.faults.load import WRITERS, writing
from tests.store.faults.small_disk import SmallDisk, fill


@pytest.mark.soak
def test_disk_is_full(keys_apart: Keys, fired: Fired) -> None:
    """A full disk turns commands away with nothing of them stored; with room again each of them is answered once."""
    fired.plan("full disk", "PostgreSQL's tables")
    with SmallDisk() as server, psycopg.connect(server.url, autocommit=True) as other:
        store = open_store(server.url, keys=keys_apart, clinic=Clinic(), clock=Clock())
        with writing(store) as load:
            fill(other, leave_kb=200)
            load.turn_away(3 * WRITERS)
            fired.fire("full disk", "PostgreSQL's tables")
            other.execute("DROP TABLE ballast")
            load.more(100)
        load.proven()
        store.close()
