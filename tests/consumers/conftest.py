"""What do the tests of consumers find ready: topics of their own, a log, databases?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.topics import Topics, create
from tests.consumers.logs import WrittenLog


@pytest.fixture
def topics(kafka_bootstrap: str, topic_prefix: str) -> Topics:
    """Return topics that are this test's own."""
    topics = Topics(bootstrap=kafka_bootstrap, prefix=topic_prefix, replication=1)
    create(topics)
    return topics


@pytest.fixture
def log(tmp_path: Path) -> Iterator[WrittenLog]:
    """Yield an empty event log."""
    log = WrittenLog(f"sqlite:///{tmp_path / 'log.db'}")
    yield log
    log.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def models_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of read models, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'models.db'}"
    url: str = request.getfixturevalue("postgres_schema")
    return url
