"""On which databases do the tests of the store run?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest

from journey.clinic import Clinic
from journey.store.journeys import Journeys
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from tests.given import START

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test sets. `met` runs when the store asks the time: after it has read and before it writes."""

    now: datetime = NOW
    met: Callable[[], object] | None = None

    def __call__(self) -> datetime:
        """Tell the time."""
        met, self.met = self.met, None
        if met is not None:
            met()
        return self.now


@dataclass(frozen=True)
class Place:
    """Where a store and its keys lie."""

    url: str
    keys_url: str
    master_file: Path

    def keys(self) -> Keys:
        """The keys, opened once more."""
        return Keys.open(self.master_file, self.keys_url)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A place on each database."""
    master_file = tmp_path / "master.key"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_schema")
        return Place(url, url, master_file)
    return Place(f"sqlite:///{tmp_path / 'store.sqlite'}", f"sqlite:///{tmp_path / 'keys.sqlite'}", master_file)


@pytest.fixture
def keys(place: Place) -> Iterator[Keys]:
    """The keys of the place."""
    opened = place.keys()
    yield opened
    opened.close()


@pytest.fixture
def keys_apart(tmp_path: Path) -> Iterator[Keys]:
    """Keys that no fault of the store's database touches."""
    keys = Keys.open(tmp_path / "master.key", f"sqlite:///{tmp_path / 'keys.sqlite'}")
    yield keys
    keys.close()


@pytest.fixture
def clock() -> Clock:
    """The store's clock."""
    return Clock()


@pytest.fixture
def store(place: Place, keys: Keys, clock: Clock) -> Iterator[Store]:
    """The store of the place."""
    opened = open_store(place.url, keys=keys, clinic=Clinic(), clock=clock)
    yield opened
    opened.close()


def crossing(store: Store, now: datetime = START) -> Journeys:
    """Return the store's journeys such that two commands cross: the first two have both read before either writes."""
    both, readings = Barrier(2, timeout=20), count()

    def at_the_barrier() -> datetime:
        if next(readings) < 2:
            both.wait()
        return now

    return replace(store.journeys, clock=at_the_barrier)
