"""Is everything that was acknowledged there, whole, after a process or the server was killed?"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from journey.clinic import Clinic
from journey.store.opening import Store, open_store
from journey.store.request import Status
from tests.given import DAY, HOUR, START
from tests.servers import Postgres
from tests.store.asking import TOMORROW, book, refer, trial
from tests.store.conftest import Clock, Place
from tests.store.whole import whole

ENOUGH = 25
"""Answers before the kill."""
WRITER = "from tests.store.test_killed import write; write({!r}, {!r}, {!r}, {!r})"


def opened(place: Place) -> Store:
    """Open the store of a place."""
    return open_store(place.url, keys=place.keys(), clinic=Clinic(), clock=Clock())


def write(url: str, keys_url: str, master_file: str, journey: str) -> None:
    """Ask commands for ever, with a booking among them, and tell each answer's position."""
    store, journey_id = opened(Place(url, keys_url, Path(master_file))), UUID(journey)
    store.journeys.execute(refer(journey_id, journey_id=journey_id))
    days = 0
    while True:
        days += 1
        asked = [trial(journey_id=journey_id, note="words"), book(TOMORROW + days * DAY / 6, journey_id=journey_id)]
        for answer in [store.journeys.execute(it) for it in asked]:
            print(answer.position or 0, flush=True)


def acknowledged(writer: subprocess.Popen[str]) -> Iterator[int]:
    """Give the positions that a writer told of."""
    assert writer.stdout is not None
    return (int(line) for line in writer.stdout if line.endswith("\n"))


def writing(place: Place, journey: str) -> subprocess.Popen[str]:
    """Start a writer."""
    script = WRITER.format(place.url, place.keys_url, str(place.master_file), journey)
    quiet = subprocess.DEVNULL  # a killed server is told of there
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=quiet, text=True)


@pytest.mark.slow
def test_writer_is_killed(place: Place) -> None:
    """Two writers are killed in the middle: all they told of is stored, nothing by halves, and the store goes on."""
    opened(place).close()
    last = 0
    for number in (1, 2):
        with writing(place, str(UUID(int=number))) as writer:
            for count, position in enumerate(acknowledged(writer)):
                last = max(last, position)
                if count >= ENOUGH:
                    writer.kill()
                    break
            last = max(last, *acknowledged(writer), 0)
    store = opened(place)
    whole(store, last)
    assert store.journeys.execute(trial(journey_id=UUID(int=1), at=START - HOUR)).status is Status.ACCEPTED
    store.close()


@pytest.mark.slow
def test_server_is_killed(tmp_path: Path) -> None:
    """PostgreSQL itself is killed in the middle: all that was told of is there when it is back, nothing by halves."""
    with Postgres() as server:
        place = Place(server.url, f"sqlite:///{tmp_path / 'keys.sqlite'}", tmp_path / "master.key")
        opened(place).close()
        last = 0
        with writing(place, str(UUID(int=1))) as writer:
            for count, position in enumerate(acknowledged(writer)):
                last = max(last, position)
                if count >= ENOUGH:
                    server.kill()
                    writer.kill()
                    break
            last = max(last, *acknowledged(writer), 0)
        server.start()
        store = opened(place)
        whole(store, last)
        store.close()
