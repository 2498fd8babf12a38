"""Are the rows exact, however often kill -9 takes a worker, in whichever phase?"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from consumers.topics import Topics
from projections.database import ReadModels
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import Held, started
from tests.faults.fired import Fired
from tests.faults_worker.built import assert_exact, assert_truthful, caught_up
from tests.faults_worker.worker_process import PHASES, phase_in
from tests.servers import until

pytestmark = pytest.mark.timeout(300)  # real servers, sometimes on a busy machine

ANYWHERE = "anywhere"
KILLED = "worker killed"


class Killing:
    """Kills a worker in planned phases; and another, which shares the partitions, wherever it happens to be."""

    def __init__(self, arguments: Sequence[str], folder: Path, chance: random.Random, fired: Fired) -> None:
        """Start nothing yet."""
        self._arguments = arguments
        self._folder = folder
        self._chance = chance
        self._fired = fired
        self._started: list[Held] = []

    def start(self, member: str, hold_at: str = "") -> Held:
        """Start a worker."""
        file = str(self._folder / member)
        worker = Held("tests.faults_worker.worker_process", *self._arguments, member, file, hold_at=hold_at)
        self._started.append(worker)
        return worker

    def close(self) -> None:
        """Leave no process behind."""
        with started(*self._started):
            pass

    def at(self, phase: str) -> Held:
        """Start the worker that will come to a phase and be held there."""
        return self.start("one", f"{phase}:{self._chance.randint(1, 3)}").wait_for("joined")

    def anywhere(self, worker: Held) -> Held:
        """Kill a worker at a moment that chance gives, and start it again."""
        time.sleep(self._chance.uniform(0, 1))
        self.kill("two", worker)
        return self.start("two")

    def kill(self, member: str, worker: Held) -> None:
        """Kill -9, and note the phase it was in."""
        worker.kill()
        self._fired.fire(KILLED, phase_in(self._folder / member))


@pytest.fixture
def killing(
    log: WrittenLog,
    postgres_schema: str,
    published: Topics,
    tmp_path: Path,
    chance: random.Random,
    fired: Fired,
) -> Iterator[Killing]:
    """Yield the one who kills."""
    arguments = (log.url, postgres_schema, published.bootstrap, published.prefix)
    with closing(Killing(arguments, tmp_path, chance, fired)) as killing:
        yield killing


def planned(chance: random.Random, *, each: int, anywhere: int) -> list[str]:
    """Return every phase so often, and kills at any moment, in an order that chance gives."""
    plan = [*PHASES * each, *[ANYWHERE] * anywhere]
    chance.shuffle(plan)
    return plan


@pytest.mark.parametrize(
    "each, anywhere",
    [
        pytest.param(1, 0, id="4 kills", marks=pytest.mark.slow),
        pytest.param(9, 14, id="50 kills", marks=[pytest.mark.soak, pytest.mark.timeout(1_200)]),
    ],
)
def test_killed_again_and_again(
    each: int,
    anywhere: int,
    killing: Killing,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    fired: Fired,
    chance: random.Random,
) -> None:
    """However often workers are killed, in every phase, whoever goes on makes the rows of a single replay."""
    fired.plan(KILLED, *PHASES, times=each)
    plan = planned(chance, each=each, anywhere=anywhere)
    chunk = len(story) // (len(plan) + 1)
    survivor = killing.start("two").wait_for("joined")
    for phase in plan:
        bodies, story = story[:chunk], story[chunk:]
        if phase == ANYWHERE:
            log.put(bodies)
            survivor = killing.anywhere(survivor)
        else:
            worker = killing.at(phase)
            log.put(bodies)
            killing.kill("one", worker.wait_until_held())
        assert_truthful(built, log)
    log.put(story)
    workers = (killing.start("one"), survivor)
    until(lambda: caught_up(built, log), seconds=60, what="everything to be applied")
    assert [worker.terminate() for worker in workers] == [(0, "")] * 2
    assert_exact(built, log)
