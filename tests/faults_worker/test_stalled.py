"""Does a worker apply nothing that polled too late, or that froze in the middle of a transaction?"""

from __future__ import annotations

import os
import signal
from functools import partial
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from consumers import group
from consumers.topics import Topics
from projections import connection
from projections.connection import TRANSIENT
from projections.database import ReadModels
from projections.place import Batch
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import Held, started
from tests.faults.fired import Fired
from tests.faults_worker.built import assert_exact, caught_up, dumps, positions
from tests.faults_worker.members import Member, shared
from tests.faults_worker.worker_process import WRITTEN
from tests.servers import until

pytestmark = pytest.mark.timeout(300)  # real servers, sometimes on a busy machine

POLL_INTERVAL_MS = 3_000


@pytest.mark.slow
def test_a_worker_that_polls_too_late_applies_nothing(
    published: Topics,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    monkeypatch: pytest.MonkeyPatch,
    fired: Fired,
) -> None:
    """A worker with batches in hand past `max.poll.interval` loses its partitions; what it then applies is nothing."""
    fired.plan("poll stall", "batches in hand")
    impatient = partial(KafkaConsumer, max_poll_interval_ms=POLL_INTERVAL_MS)
    late = Member("late", published, postgres_schema, log)
    with monkeypatch.context() as patched:  # the heir, on a busy machine, is as patient as in production
        patched.setattr(group, "KafkaConsumer", impatient)
        until(lambda: late.worker.step(0.05) >= 0 and shared(late), seconds=60, what="its partitions")
    log.put(story[:1_000])
    in_hand = {name: until(partial(with_events, late, name), seconds=60, what="batches") for name in late.feeds}
    with Member("heir", published, postgres_schema, log):
        until(lambda: caught_up(built, log), seconds=60, what="the heir to do its work")
        before = dumps(built), positions(built)
        for name, batches in in_hand.items():
            for batch in batches:
                late.worker._apply(name, late.feeds[name], batch)
                fired.fire("poll stall", "batches in hand")
        assert (dumps(built), positions(built)) == before
        with late:
            log.put(story[1_000:])
            until(lambda: caught_up(built, log), seconds=60, what="everything to be applied")
    assert_exact(built, log)


def with_events(member: Member, name: str) -> list[Batch]:
    """Return what a read model's feed brings now, if an event is among it: else it may be that a place alone moves."""
    batches = member.worker.poll(name, member.feeds[name], 0.05)
    return batches if any(batch.entries for batch in batches) else []


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_worker_frozen_in_a_transaction_is_not_waited_for_for_ever(
    published: Topics,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    tmp_path: Path,
    fired: Fired,
) -> None:
    """A worker that is frozen with rows written and the place locked is overtaken; woken, it changes nothing."""
    fired.plan("worker frozen", WRITTEN)
    arguments = (log.url, postgres_schema, published.bootstrap, published.prefix)
    module = "tests.faults_worker.worker_process"
    frozen = Held(module, *arguments, "frozen", str(tmp_path / "frozen"), hold_at=f"{WRITTEN}:2").wait_for("joined")
    with started(frozen):
        log.put(story[:1_000])
        frozen.wait_until_held()
        os.kill(frozen._process.pid, signal.SIGSTOP)
        fired.fire("worker frozen", WRITTEN)
        with Member("heir", published, postgres_schema, log):
            until(lambda: caught_up(built, log), seconds=120, what="the heir to do its work")
            expected = dumps(built)
            os.kill(frozen._process.pid, signal.SIGCONT)
            frozen.go_on()
            log.put(story[1_000:1_100])
            until(lambda: caught_up(built, log), seconds=60, what="both to go on")
            assert frozen.running
            code, said = frozen.terminate()
            assert code == 0, said
            late = [line.startswith("ERROR:kafka.") for line in said.splitlines()]
            assert all(late), said  # of requests that were under way: kafka-python tells of them, and nothing of ours
        assert expected != dumps(built)
    assert_exact(built, log)


def test_a_silent_transaction_holds_nobody_up(
    published: Topics,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    monkeypatch: pytest.MonkeyPatch,
    fired: Fired,
) -> None:
    """The server ends a transaction that locked the places and is silent; its owner hears of it as of what passes."""
    fired.plan("worker frozen", "places locked")
    monkeypatch.setattr(connection, "IDLE_S", 1)
    with Member("one", published, postgres_schema, log):
        log.put(story[:200])
        until(lambda: caught_up(built, log), seconds=60, what="the first events")
        with pytest.raises(TRANSIENT), built.database.writing() as silent:  # noqa: PT012 - it is raised by the last line
            silent.read("SELECT 1 FROM places FOR UPDATE")
            fired.fire("worker frozen", "places locked")
            log.put(story[200:400])
            until(lambda: caught_up(built, log), seconds=60, what="the worker to go on")
            silent.run("UPDATE places SET position = 0")
    assert_exact(built, log)
