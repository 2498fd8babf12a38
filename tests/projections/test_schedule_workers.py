"""Is each task there once, whoever folds the log: two workers at a time, one that was killed, a build anew?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from projections import schedule
from projections.database import ReadModels
from projections.rebuild import rebuild
from projections.verifying import dump
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import Held, started
from tests.decisions import states
from tests.decisions.test_worked_journey import worked
from tests.given import DAY
from tests.projections.build_process import opened
from tests.projections.reading import NOW, Kept, batch, follow
from tests.projections.reading import opened as opened_on
from tests.projections.stories import Log, as_journey, told
from tests.projections.test_builds import follow as follow_log
from tests.projections.test_builds import replayed

STORIES: tuple[Log, ...] = (
    worked(),
    states.infusing().then_came(states.booking(2), states.WITHDRAWN).log,
    states.induced(2).log,
    states.paused(state=states.booked).log,
    states.relapsed().log,
    states.deceased().log,
)
EVERY = NOW + 400 * DAY


def everything(models: ReadModels) -> Counter[str]:
    """Return how often each task is told, of all that will ever stand."""
    rows = schedule.tasks(models, until=EVERY)["rows"]
    return Counter(json.dumps({name: it for name, it in row.items() if name != "position"}) for row in rows)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[WrittenLog]:
    """Yield a log of some journeys, their events in turns."""
    log = WrittenLog(f"sqlite:///{tmp_path / 'log.db'}")
    log.put([it.body for it in Kept(*(as_journey(it, number) for number, it in enumerate(STORIES * 2))).events])
    yield log
    log.close()


def test_two_workers_and_one_that_was_killed(models_url: str, log: WrittenLog) -> None:
    """One is killed with its rows written and its place not, while a second waits and a third begins."""
    killed = Held("tests.projections.worker_process", log.url, models_url, hold_at="kept:2")
    with started(killed):
        killed.wait_until_held()
        second = Held("tests.projections.worker_process", log.url, models_url)
        with started(second):
            killed.kill()
            with opened(log.url, models_url) as (_, models):
                follow_log(models, log)
                assert second.end()[0] == 0
                found = everything(models)
                assert dump(models, "schedule") == replayed(log, "schedule")
    assert set(found.values()) == {1}
    assert {json.loads(row)["task"] for row in found} >= {"vitals", "stop", "cancel", "unsigned", "missed", "relapse"}


@drawn(seed=st.integers(min_value=0), halves=st.booleans(), logs=st.lists(st.sampled_from(told()), max_size=4))
@settings(max_examples=10)
def test_however_events_come_tasks_are_the_same(seed: int, halves: bool, logs: list[Log]) -> None:
    """Journeys in any turns, batches again or in halves, and built anew: the same tasks, each once."""
    kept = Kept(*(as_journey(it, number) for number, it in enumerate([*logs, STORIES[1]])))
    with opened_on("sqlite:///:memory:", kept, [schedule.PROJECTION]) as models:
        follow(models, kept)
        expected = everything(models)
    assert set(expected.values()) == {1}
    turned = in_turns(kept, Random(seed))
    with opened_on("sqlite:///:memory:", turned, [schedule.PROJECTION]) as models:
        for end in range(1, turned.head() + 2, 7 if halves else 30):
            models.apply("schedule", "store-1", batch(turned, 0, end))
        follow(models, turned)
        assert everything(models) == expected
        rebuild(models, "schedule", turned)
        assert everything(models) == expected


def in_turns(kept: Kept, chance: Random) -> Kept:
    """Return a log with each journey's events in their order, the journeys in any turns."""
    queues = [kept.stream(journey) for journey, _ in kept.journeys(UUID(int=0), 100)]
    turned = Kept()
    while left := [queue for queue in queues if queue]:
        body = chance.choice(left).pop(0).body
        turned.events.append(type(kept.events[0])(len(turned.events) + 1, body))
    return turned
