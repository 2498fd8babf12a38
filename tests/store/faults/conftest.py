"""Which stores do the faults befall?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from journey.clinic import Clinic
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from tests.servers import Postgres
from tests.store.conftest import Clock


@pytest.fixture
def shared_store(postgres_schema: str, keys_apart: Keys) -> Iterator[Store]:
    """A store in a schema of the PostgreSQL that all share: for faults that befall nobody else."""
    store = open_store(postgres_schema, keys=keys_apart, clinic=Clinic(), clock=Clock())
    yield store
    store.close()


@pytest.fixture
def impatient_store(postgres_schema: str, keys_apart: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The same, opened by somebody who waits for no lock longer than a test can."""
    monkeypatch.setattr("journey.store.postgres.LOCK_TIMEOUT_S", 0.3)
    store = open_store(postgres_schema, keys=keys_apart, clinic=Clinic(), clock=Clock())
    yield store
    store.close()


@pytest.fixture
def server() -> Iterator[Postgres]:
    """A PostgreSQL of one's own: for faults that befall all of it."""
    with Postgres() as started:
        yield started


@pytest.fixture
def own_store(server: Postgres, keys_apart: Keys, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store on it, which waits for a server that is away no longer than a test can."""
    monkeypatch.setattr("journey.store.postgres.AWAY_S", 1)
    store = open_store(server.url, keys=keys_apart, clinic=Clinic(), clock=Clock())
    yield store
    store.close()
