"""Are the rows exact while members come and go, and does a rolling restart move no partition?"""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import ExitStack

import pytest

from consumers.topics import Topics
from projections.database import ReadModels
from tests.consumers.logs import WrittenLog
from tests.faults.fired import Fired
from tests.faults_worker.built import NAMES, assert_exact, assert_truthful, caught_up
from tests.faults_worker.members import Member, wait_until_shared
from tests.servers import until

pytestmark = pytest.mark.timeout(300)  # real servers, sometimes on a busy machine

REBALANCED = "rebalance"


@pytest.mark.slow
def test_a_rolling_restart_moves_no_partition(
    published: Topics, log: WrittenLog, story: list[bytes], built: ReadModels, postgres_schema: str, fired: Fired
) -> None:
    """Workers restarted in turn under their names keep generation and partitions; a new name is a new generation."""
    fired.plan("rolling restart", "a", "b")
    with ExitStack() as running:
        members: dict[str, Member] = {}

        def start(name: str) -> ExitStack:
            one = running.enter_context(ExitStack())
            members[name] = one.enter_context(Member(name, published, postgres_schema, log))
            return one

        ends = {name: start(name) for name in ("a", "b")}
        wait_until_shared(*members.values())
        log.put(story[:600])
        until(lambda: caught_up(built, log), seconds=60, what="the first events")
        before = known(members)
        for name, end in ends.items():
            end.close()
            story = story[600:]
            log.put(story[:600])
            start(name)
            wait_until_shared(*members.values())
            until(lambda: caught_up(built, log), seconds=60, what="the events meanwhile")
            fired.fire("rolling restart", name)
        assert known(members) == before
        start("new")
        wait_until_newer(members["a"], before["a"][0])
    assert_exact(built, log)


def known(members: Mapping[str, Member]) -> dict[str, tuple[dict[str, int], dict[str, frozenset[int]]]]:
    """Return of each member its generations and partitions."""
    return {name: (it.generations, it.assigned) for name, it in members.items()}


@pytest.mark.parametrize(
    "joins",
    [
        pytest.param(2, id="2 joins", marks=pytest.mark.slow),
        pytest.param(30, id="30 joins", marks=[pytest.mark.soak, pytest.mark.timeout(1_200)]),
    ],
)
def test_a_storm_of_rebalances(
    joins: int,
    published: Topics,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    fired: Fired,
    chance: random.Random,
) -> None:
    """Members that come under new names and go, all the while events come, lose and double nothing."""
    fired.plan(REBALANCED, *NAMES, times=joins)
    chunk = len(story) // (joins + 1)
    with ExitStack() as staying:
        member = staying.enter_context(Member("stays", published, postgres_schema, log))
        wait_until_shared(member)
        guests: list[ExitStack] = []
        for number in range(joins):
            log.put(story[number * chunk : (number + 1) * chunk])
            generations = member.generations
            guests.append(staying.enter_context(ExitStack()))
            guests[-1].enter_context(Member(f"guest {number}", published, postgres_schema, log))
            wait_until_newer(member, generations)
            for name in NAMES:
                fired.fire(REBALANCED, name)
            if len(guests) > 2:
                guests.pop(chance.randrange(len(guests))).close()
            assert_truthful(built, log)
        log.put(story[joins * chunk :])
        until(lambda: caught_up(built, log), seconds=90, what="everything to be applied")
    assert_exact(built, log)


def wait_until_newer(member: Member, than: Mapping[str, int]) -> None:
    """Wait until a member is in a newer generation of every group."""
    until(lambda: all(at > than[name] for name, at in member.generations.items()), seconds=60, what="a rebalance")
