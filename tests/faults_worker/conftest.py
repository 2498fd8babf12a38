"""What do the tests of worker faults find ready: a clinic's log, its relay, empty read models?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from consumers.relay import Relay, run_relay
from consumers.topics import Topics
from projections.database import ReadModels
from tests.consumers.conftest import log, topics
from tests.consumers.logs import WrittenLog
from tests.faults_worker.built import lived, real_models

__all__ = ["log", "topics"]


@pytest.fixture(scope="session")
def story() -> list[bytes]:
    """Return the events of a clinic's journeys, in turns."""
    return lived()


@contextmanager
def relaying(log: WrittenLog, topics: Topics) -> Iterator[None]:
    """Publish whatever is written to a log, meanwhile."""
    stop = Event()
    relay = Thread(target=run_relay, args=(Relay(log, topics), stop))
    relay.start()
    try:
        yield
    finally:
        stop.set()
        relay.join(20)
        assert not relay.is_alive()


@pytest.fixture
def published(log: WrittenLog, topics: Topics) -> Iterator[Topics]:
    """Yield topics to which whatever is written to the log is published at once."""
    with relaying(log, topics):
        yield topics


@pytest.fixture
def built(postgres_schema: str, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield the real read models, empty, on PostgreSQL."""
    built = real_models(postgres_schema, log)
    yield built
    built.close()
