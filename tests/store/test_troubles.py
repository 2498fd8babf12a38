"""Is the last trouble of a relay known when the relay is gone?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from journey.store.opening import Store
from journey.store.statements import Statement
from journey.store.troubles import TABLE, Trouble, Troubles
from journey.store.unavailable import StoreUnavailable
from tests.store.conftest import NOW, Clock


def test_the_last_one_is_kept(store: Store) -> None:
    """Of each topic's relay the last trouble is kept with its time, whoever opens the store."""
    clock = Clock()
    troubles, others = (Troubles(store.log, clock, topic) for topic in ("journeys.relay.v1", "other.relay.v1"))
    assert troubles.last() is None
    troubles.note("Kafka: NoBrokersAvailable")
    clock.now = NOW + timedelta(minutes=1)
    others.note("another")
    troubles.note("journeys.events.v1 was emptied")
    assert troubles.last() == Trouble(NOW + timedelta(minutes=1), "journeys.events.v1 was emptied")
    assert others.last() == Trouble(NOW + timedelta(minutes=1), "another")


def test_an_older_store_is_to_be_migrated(store: Store) -> None:
    """A store that was made before there was a table for it says what brings it."""
    store.log.write([Statement(f"DROP TABLE {TABLE}")])
    with pytest.raises(StoreUnavailable, match="journey migrate"):
        Troubles(store.log, Clock(), "journeys.relay.v1").last()
