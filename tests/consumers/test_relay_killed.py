"""Is each event on Kafka exactly once, whatever kills a relay, wherever, and however many run?"""

from __future__ import annotations

import pytest

from consumers.deadline import TRY_AGAIN
from consumers.published import last_published
from consumers.topics import Topics
from tests.consumers.logs import WrittenLog, written
from tests.consumers.processes import Held, started
from tests.consumers.reading import assert_exact
from tests.servers import until

COUNT = 1_000
POINTS = ["sent:4", "flushed:4", "committed:4"]


def relay(log: WrittenLog, topics: Topics, hold_at: str = "") -> Held:
    """Start a relay as a process."""
    arguments = (log.url, topics.bootstrap, topics.prefix)
    return Held("tests.consumers.relay_process", *arguments, hold_at=hold_at).wait_for("started")


def wait_until_published(topics: Topics) -> None:
    """Wait until everything is there."""

    def done() -> bool:
        place = last_published(topics)
        return place is not None and place.position == COUNT

    until(done, seconds=30, what="everything to be published")


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_another_starts(topics: Topics, log: WrittenLog, point: str) -> None:
    """A relay killed at a point, with a second and a third started at the same time: the topic is the log."""
    log.put(written(COUNT))
    first = relay(log, topics, hold_at=point)
    with started(first):
        first.wait_until_held()
        second, third = relay(log, topics), relay(log, topics)
        with started(second, third):
            first.kill()
            wait_until_published(topics)
            ends = [second.terminate(), third.terminate()]
    assert sorted(code for code, _ in ends) in ([0, 0], [0, TRY_AGAIN]), ends
    assert_exact(topics, log)


@pytest.mark.parametrize("point", POINTS)
def test_a_zombie_commits_nothing(topics: Topics, log: WrittenLog, point: str) -> None:
    """A relay that was held while another took over ends as soon as it goes on, and has added nothing."""
    log.put(written(COUNT))
    zombie = relay(log, topics, hold_at=point)
    with started(zombie):
        zombie.wait_until_held()
        heir = relay(log, topics)
        with started(heir):
            wait_until_published(topics)
            code, said = zombie.go_on().end()
            assert heir.terminate() == (0, "")
    assert code == TRY_AGAIN
    assert "another relay has taken over" in said
    assert_exact(topics, log)


def test_sigterm_finishes_what_was_begun(topics: Topics, log: WrittenLog) -> None:
    """A relay told to stop in the middle of a transaction finishes it and ends well; the next goes on after it."""
    log.put(written(COUNT))
    stopped = relay(log, topics, hold_at="sent:4")
    with started(stopped):
        stopped.wait_until_held()
        stopped.signal()
        code, said = stopped.go_on().end()
    assert (code, said) == (0, "")
    place = last_published(topics)
    assert place is not None
    assert 300 < place.position < COUNT
    heir = relay(log, topics)
    with started(heir):
        wait_until_published(topics)
        assert heir.terminate() == (0, "")
    assert_exact(topics, log)
