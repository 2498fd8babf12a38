"""Is nothing handed on that a crash would take back?

A command of one event frees the log's lock before the disk is waited for, so its event is seen a moment too early.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from journey.clinic import Clinic
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from journey.store.request import Status
from tests.store.asking import refer, trial
from tests.store.conftest import Clock
from tests.store.early import is_behind, late_server, seen_early


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server for these tests alone."""
    with late_server() as its_url:
        yield its_url


@pytest.fixture
def store(url: str, keys_apart: Keys) -> Iterator[Store]:
    """A store on it. SQLite lets nobody see what is not on disk."""
    opened = open_store(url, keys=keys_apart, clinic=Clinic(), clock=Clock())
    opened.journeys.execute(refer())
    yield opened
    opened.close()


@pytest.fixture
def early(store: Store, url: str) -> Iterator[psycopg.Connection[Any]]:
    """A session for commits that do not wait for the disk."""
    assert store.log.postgres
    with closing(psycopg.connect(url, autocommit=True)) as session:
        yield session


def _early(session: psycopg.Connection[Any]) -> str:
    return seen_early(session, ((uuid4(), 1, "journey.Written.v1", b"") for _ in count()))


def test_follower_reads_what_is_on_disk(store: Store, early: psycopg.Connection[Any]) -> None:
    """Events that a follower is given are on disk, also where they could be seen before."""
    place = _early(early)
    assert store.log.rows(0, 1)
    assert not is_behind(early, place)


def test_build_reads_what_is_on_disk(store: Store, early: psycopg.Connection[Any]) -> None:
    """Journeys that were read whole are on disk before anything is made of them."""
    place = _early(early)
    assert [*store.log.between(UUID(int=0), UUID(int=2**128 - 1), store.log.head())]
    assert not is_behind(early, place)


def test_answer_told_again_is_on_disk(store: Store, early: psycopg.Connection[Any]) -> None:
    """Who asks again is told what is on disk, though the first who asked may not have been told yet."""
    asked = trial()
    store.journeys.execute(asked)
    place = _early(early)
    assert store.journeys.execute(asked).status is Status.DUPLICATE
    assert not is_behind(early, place)


def test_answer_is_on_disk(store: Store, early: psycopg.Connection[Any]) -> None:
    """A command is answered when it is on disk, with all that was committed before."""
    place = _early(early)
    assert store.journeys.execute(trial()).status is Status.ACCEPTED
    assert not is_behind(early, place)
