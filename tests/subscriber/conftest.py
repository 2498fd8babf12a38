"""What do the tests of the subscriber find ready: an empty database of each kind, topics, a log?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from consumers import MemoryTopic
from tests.consumers.conftest import log, topics
from tests.subscriber.seeing import Seeing

__all__ = ["log", "topics"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.db'}"
    url: str = request.getfixturevalue("postgres_schema")
    return url


@pytest.fixture(params=[False, True], ids=["one", "many"])
def open_seeing(request: pytest.FixtureRequest, database: str) -> Iterator[Callable[..., Seeing]]:
    """Yield what opens a subscriber, with a handler of each kind, as a process that starts does."""
    opened = []

    def opening(topic: MemoryTopic, **given: object) -> Seeing:
        opened.append(Seeing(database, topic, many=request.param, **given))
        return opened[-1]

    yield opening
    for seeing in opened:
        seeing.close()
