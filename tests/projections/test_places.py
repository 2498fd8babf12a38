"""Do the places of quiet partitions move together, and only where nothing else has happened to them?"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from projections.database import ReadModels
from projections.place import Batch, Place, Zombie
from tests.decisions.states import infusing
from tests.projections.reading import Kept, batch, opened
from tests.projections.stories import as_journey

NAME, FEED = "schedule", "kafka"
LOG = Kept(as_journey(infusing().log, 1))


@pytest.fixture
def models(models_url: str) -> Iterator[ReadModels]:
    """Yield read models that know three partitions."""
    with opened(models_url, LOG) as models:
        models.begin(NAME, FEED, 3)
        yield models


def quiet(partition: int, start: int = 0, end: int = 1, position: int = 7) -> Batch:
    """Return what a partition brings that brought nothing: the marks of a transaction, and a position."""
    return Batch(partition=partition, start=start, end=end, position=position)


def places(models: ReadModels) -> list[tuple[int, int]]:
    """Return offset and position of each partition."""
    found = [models.place(NAME, FEED, number) for number in range(3)]
    return [(it.offset, it.position) for it in found]


def test_all_move(models: ReadModels) -> None:
    """Quiet partitions come to the position that holds for them, in one go."""
    models.pass_by(NAME, FEED, [quiet(it) for it in range(3)])
    assert places(models) == [(1, 7)] * 3


def other_moved(models: ReadModels) -> None:
    """Another worker has moved the second partition."""
    models.pass_by(NAME, FEED, [quiet(1, end=4, position=9)])


def ahead(models: ReadModels) -> None:
    """The second partition's position is beyond that."""
    models.pass_by(NAME, FEED, [quiet(1, start=0, end=0, position=9)])


def stopped(models: ReadModels) -> None:
    """The second partition has stopped."""
    models.stop(NAME, FEED, 1, "version 3 is missing")


@pytest.mark.parametrize("happened", [other_moved, ahead, stopped], ids=lambda it: it.__name__)
def test_none_moves_if_one_can_not(models: ReadModels, happened: object) -> None:
    """A place that is not where it was, is ahead, or has stopped keeps all of them where they are."""
    assert callable(happened)
    happened(models)
    before = places(models)
    with pytest.raises(Zombie):
        models.pass_by(NAME, FEED, [quiet(it) for it in range(3)])
    assert places(models) == before


def test_a_partition_nobody_knows_is_not_moved(models: ReadModels) -> None:
    """A place that was never begun can't be passed by."""
    with pytest.raises(Zombie):
        models.pass_by(NAME, FEED, [quiet(5)])


def test_what_moves_nothing_is_no_progress(models: ReadModels) -> None:
    """A batch that was applied already does not make a partition look as if it moved."""
    models.apply(NAME, FEED, batch(LOG, 0, 5))
    with models.database.reading() as session:
        before = models.places(session, NAME).standing()
    assert models.apply(NAME, FEED, batch(LOG, 0, 5)) == Place(feed=FEED, partition=0, offset=5, position=4)
    with models.database.reading() as session:
        assert models.places(session, NAME).standing() == before
