"""What do the tests of read models find ready: an empty database of each kind?"""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def models_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of an empty database of read models, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'models.db'}"
    url: str = request.getfixturevalue("postgres_schema")
    return url
