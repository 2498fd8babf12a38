"""Does a read model stop once so much can't be folded that it must be our bug, and go on when it is mended?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from journey.events import Event
from journey.recorded import Recorded
from journey.store import codec
from projections import breaker
from projections.breaker import Tripped
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.place import Stopped
from projections.redriving import queues, redrive
from projections.verifying import dump
from tests.decisions.states import infusing
from tests.projections.reading import FEED, NOW, Kept, batch, follow
from tests.projections.stories import as_journey

NAME = "schedule"
JOURNEYS = 30
LOG = Kept(*(as_journey(infusing().log, number) for number in range(JOURNEYS)))
SECOND = JOURNEYS + 1
"""The position of the first journey's second event: from there on the journeys' second ones follow one another."""


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        """Start."""
        self.at = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.at


Open = Callable[..., ReadModels]


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def start(models_url: str, clock: Clock) -> Iterator[Open]:
    """Return what opens the read models, as a version of ours does that can't read the events at some positions."""
    opened: list[ReadModels] = []

    def start(*positions: int) -> ReadModels:
        bodies = {LOG.events[position - 1].body for position in positions}

        def decode(body: bytes) -> Recorded[Event]:
            if body in bodies:
                raise NotImplementedError
            return codec.decode(body)

        opened.append(ReadModels(models_url, PROJECTIONS, decode=decode, clock=clock, history=LOG.history))
        return opened[-1]

    yield start
    for it in opened:
        it.close()


def bring(models: ReadModels, until: int) -> None:
    """Bring one read model to a position, one event a transaction."""
    while (place := models.place(NAME, FEED, 0)).position < until:
        models.apply(NAME, FEED, batch(LOG, place.offset, place.position + 2))


def waiting(models: ReadModels) -> int:
    """Return how many journeys wait."""
    return len(queues(models, NAME))


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the share say nothing, so that the burst is tried alone."""
    monkeypatch.setattr(breaker, "SHARE_FROM", 1_000)


def test_a_burst_stops(start: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twentieth event in five minutes is not parked any more: everything stops, in words."""
    few(monkeypatch)
    models = start(*range(SECOND, SECOND + 25))
    with pytest.raises(Tripped, match="20 events in 5 minutes could not be folded: it is our bug"):
        bring(models, LOG.head())
    assert waiting(models) == 19
    assert models.place(NAME, FEED, 0).position == SECOND + 18
    assert "it is our bug" in str(models.stopped(NAME, FEED, 0))


def test_a_burst_in_one_batch_parks_nothing(start: Open) -> None:
    """All of a batch that breaks is undone."""
    models = start(*range(SECOND, SECOND + 25))
    with pytest.raises(Tripped):
        models.apply(NAME, FEED, batch(LOG, 0, LOG.head() + 1))
    assert waiting(models) == 0
    assert models.place(NAME, FEED, 0).position == 0


def test_slowly_is_no_burst(start: Open, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many over a longer time are parked, each journey by itself."""
    few(monkeypatch)
    models = start(*range(SECOND, SECOND + 25))
    for position in range(1, LOG.head() + 1):
        clock.at += timedelta(seconds=16)
        bring(models, position)
    assert waiting(models) == 25


@pytest.mark.parametrize("faults, trips", [(9, False), (10, True)])
def test_a_share_of_all_stops(start: Open, clock: Clock, faults: int, trips: bool) -> None:
    """More than one of a hundred journeys stops, however slowly, but never fewer than ten."""
    models = start(*range(SECOND, SECOND + faults))
    bring(models, SECOND - 1)
    clock.at += timedelta(hours=1)
    if trips:
        with pytest.raises(Tripped, match="more than one of a hundred journeys"):
            bring(models, LOG.head())
    else:
        bring(models, LOG.head())
        assert waiting(models) == faults


def test_queued_events_are_no_faults(start: Open) -> None:
    """One journey's fault counts once, however much waits behind it."""
    models = start(SECOND)
    bring(models, LOG.head())
    (queue,) = queues(models, NAME)
    assert queue.events == len(infusing().log) - 1
    assert queue.events > 1


def tripped(start: Open) -> ReadModels:
    """Return read models that have stopped as a whole."""
    models = start(*range(SECOND, SECOND + 25))
    with pytest.raises(Tripped):
        bring(models, LOG.head())
    return models


def test_nothing_more_is_applied(start: Open, clock: Clock) -> None:
    """Once it is open, no partition moves, in no process and at no later time, poisoned or not."""
    tripped(start)
    clock.at += timedelta(days=1)
    models = start()
    place = models.place(NAME, FEED, 0)
    with pytest.raises(Stopped, match="it is our bug"):
        models.apply(NAME, FEED, batch(LOG, place.offset, LOG.head() + 1))
    with pytest.raises(Stopped, match="it is our bug"):
        models.apply(NAME, "another feed", batch(LOG, 0, 1))
    assert models.place(NAME, FEED, 0) == place


def test_other_read_models_go_on(start: Open) -> None:
    """A read model that stopped holds no other up."""
    models = tripped(start)
    models.apply("audit", FEED, batch(LOG, 0, SECOND))
    assert models.place("audit", FEED, 0).position == SECOND - 1


def test_a_mended_version_goes_on(start: Open) -> None:
    """After a redrive by a version that reads them, the rows are a replay's."""
    tripped(start)
    mended = start()
    for queue in queues(mended, NAME):
        redrive(mended, NAME, queue.journey_id)
    assert mended.stopped(NAME, FEED, 0) is None
    bring(mended, LOG.head())
    assert dump(mended, NAME) == replayed()


def replayed() -> dict[str, Any]:
    """Return the rows that one process makes of the log in one go."""
    once = ReadModels("sqlite:///:memory:", PROJECTIONS, decode=codec.decode, clock=lambda: NOW, history=LOG.history)
    follow(once, LOG, size=10_000)
    rows = dump(once, NAME)
    once.close()
    return rows


def test_the_same_version_stays_stopped(start: Open) -> None:
    """A redrive that mends nothing lets nothing go on."""
    models = tripped(start)
    held = queues(models, NAME)
    for queue in held:
        redrive(models, NAME, queue.journey_id)
    assert queues(models, NAME) == held
    assert "it is our bug" in str(models.stopped(NAME, FEED, 0))


def test_a_partition_that_stopped_for_another_reason_stays(start: Open) -> None:
    """What the breaker did not stop, a redrive does not let go."""
    models = start(SECOND)
    bring(models, SECOND)
    models.stop(NAME, FEED, 0, "version 3 is missing")
    redrive(start(), NAME, str(UUID(queues(models, NAME)[0].journey_id)))
    assert models.stopped(NAME, FEED, 0) == "version 3 is missing"
