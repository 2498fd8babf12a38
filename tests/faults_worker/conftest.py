"""What do the tests of worker faults find ready: a clinic's log, its relay, empty read models?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consumers.relay import Relay
from consumers.topics import Topics
from projections.database import ReadModels
from tests.consumers.conftest import log, topics
from tests.consumers.logs import WrittenLog
from tests.consumers.reading import relaying
from tests.faults_worker.built import lived, real_models

__all__ = ["log", "topics"]


@pytest.fixture(scope="session")
def story() -> list[bytes]:
    """Return the events of a clinic's journeys, in turns."""
    return lived()


@pytest.fixture
def published(log: WrittenLog, topics: Topics) -> Iterator[Topics]:
    """Yield topics to which whatever is written to the log is published at once."""
    with relaying(Relay(log, topics)):
        yield topics


@pytest.fixture
def built(postgres_schema: str, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield the real read models, empty, on PostgreSQL."""
    built = real_models(postgres_schema, log)
    yield built
    built.close()
