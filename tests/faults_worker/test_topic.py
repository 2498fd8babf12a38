"""Does a worker stop in words where the topic is not what it was, and go on once its rows are built anew?"""

from __future__ import annotations

import pytest
from kafka import TopicPartition

from consumers.topics import Topics, administration, create, partition_of
from projections.database import ReadModels
from projections.rebuild import rebuild
from projections.status import status
from tests.consumers.logs import WrittenLog
from tests.consumers.reading import publish
from tests.faults.fired import Fired
from tests.faults_worker.built import (
    NAMES,
    assert_exact,
    assert_rows,
    assert_truthful,
    behind,
    caught_up,
    dumps,
    journey_of,
    replayed,
    stale,
)
from tests.faults_worker.members import Member
from tests.servers import until

pytestmark = pytest.mark.timeout(300)  # real servers, sometimes on a busy machine

GOOD = 1_500


def assert_stopped(built: ReadModels, log: WrittenLog, words: str) -> None:
    """Every read model says that it has stopped, and why, and since when its rows are old."""
    assert_truthful(built, log)
    for it in status(built, log):
        assert it["state"] == "stopped"
        assert words in it["stopped"]
    assert all(stale(built, name) for name in NAMES)


def assert_goes_on(built: ReadModels, log: WrittenLog) -> None:
    """Rows that are built anew from the store let the worker go on by itself, to the end."""
    for name in NAMES:
        rebuild(built, name, log)
    until(lambda: caught_up(built, log), seconds=60, what="the worker to go on")
    assert_exact(built, log)


def test_records_deleted_under_the_place(
    topics: Topics, log: WrittenLog, story: list[bytes], built: ReadModels, postgres_schema: str, fired: Fired
) -> None:
    """Where records that were not read are deleted their partition stops, alone, and is never read on elsewhere."""
    fired.plan("offset out of range", "records deleted under the place")
    log.put(story[:GOOD])
    publish(log, topics)
    with Member("one", topics, postgres_schema, log):
        until(lambda: caught_up(built, log), seconds=60, what="the first events")
    log.put(story[GOOD:])
    publish(log, topics)
    number = partition_of(journey_of(story[GOOD]), topics.partitions)
    with administration(topics.bootstrap) as admin:
        admin.delete_records({TopicPartition(topics.events, number): -1})
    fired.fire("offset out of range", "records deleted under the place")
    gone = {it for it in map(journey_of, story[GOOD:]) if partition_of(it, topics.partitions) == number}
    with Member("one", topics, postgres_schema, log) as member:
        until(lambda: behind(built, log) == dict.fromkeys(NAMES, gone), seconds=60, what="the other partitions")
        assert member.worker.halted.keys() == {(name, number) for name in NAMES}
        assert_stopped(built, log, f"partition {number}: it begins at offset")
        assert_rows(dumps(built), replayed(story), but=gone)
        assert_goes_on(built, log)


@pytest.mark.parametrize(
    "anew",
    [
        pytest.param(GOOD, id="as long as it was", marks=[pytest.mark.soak, pytest.mark.timeout(300)]),
        pytest.param(None, id="longer than it was"),
    ],
)
def test_a_topic_recreated_under_a_live_worker(
    anew: int | None,
    topics: Topics,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    fired: Fired,
) -> None:
    """A topic of the same name that is not the same is not read on, however long it is: all partitions stop."""
    fired.plan("topic recreated", "under a live worker")
    log.put(story[:GOOD])
    publish(log, topics)
    member = Member("one", topics, postgres_schema, log)
    until(lambda: member.worker.step(0.05) >= 0 and caught_up(built, log), seconds=60, what="the first events")
    before = dumps(built)
    make_again(topics)
    fired.fire("topic recreated", "under a live worker")
    log.put(story[GOOD:anew])
    publish(log, topics, batch=100)
    with member:
        until(lambda: len(member.worker.halted) == 12 * len(NAMES), seconds=60, what="all partitions to stop")
        assert_stopped(built, log, "was built from another feed")
        assert dumps(built) == before
        log.put(story[GOOD:] if anew else [])
        publish(log, topics)
        assert_goes_on(built, log)


def make_again(topics: Topics) -> None:
    """Delete the topics and make them again, once the broker has forgotten them."""
    with administration(topics.bootstrap) as admin:
        admin.delete_topics([*topics.wanted])
        until(lambda: not {*topics.wanted} & {*admin.list_topics()}, seconds=60, what="the topics to be gone")
    create(topics)
