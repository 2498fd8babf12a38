"""What do the tests of the subscriber find ready: an empty database of each kind, topics, a log?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.consumers.conftest import log, topics

__all__ = ["log", "topics"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'own.db'}"
    url: str = request.getfixturevalue("postgres_schema")
    return url
