"""Is every command answered once when the server is stopped or killed under its writers, and started again?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from journey.store.opening import Store
from tests.faults.fired import Fired
from tests.servers import Postgres
from tests.store.faults.load import writing

WAYS: dict[str, Callable[[Postgres], None]] = {"fast": Postgres.stop, "SIGKILL": Postgres.kill}
TIMES = 2


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_server_is_restarted(own_store: Store, server: Postgres, fired: Fired, way: str) -> None:
    """It is away and back under the writers, again and again: who asked has one answer, and nothing is lost."""
    fired.plan("server restarted", way, times=TIMES)
    with writing(own_store) as load:
        for _ in range(TIMES):
            WAYS[way](server)
            load.turn_away(1)
            server.start()
            load.more(50)
            fired.fire("server restarted", way)
    load.proven()
