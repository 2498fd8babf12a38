"""What do the tests of the front door find ready?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints.app import App, open_app
from entrypoints.settings import Settings
from tests.entrypoints.command_line import CommandLine

WORKED = Path(__file__).parents[2] / "examples" / "worked-journey.ndjson"


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    """Yield an empty installation, on each kind of database."""
    urls: dict[str, Any] = {}
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_schema")
        urls = {"store_url": url, "projections_url": url}
    with open_app(Settings(data=tmp_path, **urls), create=True) as opened:
        yield opened


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    """Return the command line of an empty installation."""
    return CommandLine(tmp_path / "kept", {})


@pytest.fixture(scope="session")
def worked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an installation that has read the worked file; to be looked at alone."""
    folder = tmp_path_factory.mktemp("worked")
    assert CommandLine(folder, {})("import", WORKED).code == 0
    return folder


@pytest.fixture
def worked(worked_folder: Path) -> CommandLine:
    """Return the command line of an installation that has read the worked file."""
    return CommandLine(worked_folder, {})
