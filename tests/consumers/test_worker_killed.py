"""Are the rows exact, whatever kills a worker, wherever, and whoever takes over?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from consumers.topics import Topics
from projections.database import ReadModels
from projections.verifying import dump
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import models
from tests.consumers.processes import Held, started
from tests.consumers.reading import publish
from tests.consumers.test_feeds import position, replayed
from tests.servers import until

COUNT = 1_000
SESSION_S = 6


@pytest.fixture
def published(topics: Topics, log: WrittenLog) -> Topics:
    """Return topics that hold the log."""
    log.put(written(COUNT))
    publish(log, topics, batch=100)
    return topics


@pytest.fixture
def built(postgres_schema: str, log: WrittenLog) -> Iterator[ReadModels]:
    """Yield read models on PostgreSQL."""
    built = models(postgres_schema, log)
    yield built
    built.close()


def worker(log: WrittenLog, models_url: str, topics: Topics, *, hold_at: str = "", member: str = "one") -> Held:
    """Start a worker as a process."""
    arguments = (log.url, models_url, topics.bootstrap, topics.prefix, member)
    return Held("tests.consumers.worker_process", *arguments, hold_at=hold_at).wait_for("started")


def wait_until_applied(built: ReadModels, seconds: float = 30) -> None:
    """Wait until every row is there."""
    until(lambda: position(built) == COUNT, seconds=seconds, what="everything to be applied")


@pytest.mark.parametrize("point", ["polled:1", "written:3", "applied:3"])
def test_killed_and_started_again(
    published: Topics, log: WrittenLog, built: ReadModels, postgres_schema: str, point: str
) -> None:
    """A worker killed at a point and started again under its name has its partitions at once; the rows are exact."""
    first = worker(log, postgres_schema, published, hold_at=point)
    with started(first):
        first.wait_until_held()
        first.kill()
    second = worker(log, postgres_schema, published)
    with started(second):
        wait_until_applied(built, seconds=SESSION_S)
        assert second.terminate() == (0, "")
    assert dump(built, "signs") == replayed(log)


def test_a_zombie_applies_nothing(published: Topics, log: WrittenLog, built: ReadModels, postgres_schema: str) -> None:
    """A worker held with a batch in hand while another did its work changes nothing when it goes on."""
    zombie = worker(log, postgres_schema, published, hold_at="polled:1")
    with started(zombie):
        zombie.wait_until_held()
        heir = worker(log, postgres_schema, published)
        with started(heir):
            wait_until_applied(built)
            expected = dump(built, "signs")
            code, said = zombie.go_on().end()
            assert heir.terminate() == (0, "")
    assert code != 0
    assert "runs under the name one" in said
    assert dump(built, "signs") == expected == replayed(log)


def test_another_takes_over(published: Topics, log: WrittenLog, built: ReadModels, postgres_schema: str) -> None:
    """The partitions of a killed worker are another's after its session has ended, and the rows are exact."""
    first = worker(log, postgres_schema, published, hold_at="written:2", member="one")
    with started(first):
        first.wait_until_held()
        second = worker(log, postgres_schema, published, member="two")
        with started(second):
            first.kill()
            wait_until_applied(built, seconds=SESSION_S + 6)
            assert second.terminate() == (0, "")
    assert dump(built, "signs") == replayed(log)
