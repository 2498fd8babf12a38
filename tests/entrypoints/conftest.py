"""What do the tests of the front door find ready?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints.app import App, open_app
from entrypoints.settings import Settings


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    """Yield an empty installation, on each kind of database."""
    urls: dict[str, Any] = {}
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_schema")
        urls = {"store_url": url, "projections_url": url}
    with open_app(Settings(data=tmp_path, **urls), create=True) as opened:
        yield opened
