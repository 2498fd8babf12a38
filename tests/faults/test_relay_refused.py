"""Does a relay stop, and leave all as it was, when its topic or its store is exchanged while it runs?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from kafka import TopicPartition

from consumers.deadline import TRY_AGAIN
from consumers.republishing import republish
from consumers.topics import Topics, administration, create, identify
from tests.consumers.logs import WrittenLog, written
from tests.consumers.processes import Held, started
from tests.consumers.reading import everything
from tests.faults.fired import Fired
from tests.faults.relays import proven, relay, wait_until_published
from tests.servers import until

EARLY, BEFORE, AFTER = 40, 100, 160


def made_again(topics: Topics, log: WrittenLog) -> None:
    """Delete the topic of events, and make one of that name."""
    assert log.head() == BEFORE
    with administration(topics.bootstrap) as admin:
        was = identify(admin, topics.events).topic
        admin.delete_topics([topics.events])
        until(lambda: topics.events not in admin.list_topics(), seconds=20, what="the topic to be gone")
        create(topics)
        assert identify(admin, topics.events).topic != was


def restored(topics: Topics, log: WrittenLog) -> None:
    """Put an older backup in the place of the store, which then grows past what is published."""
    assert topics.partitions
    log.tamper("DELETE FROM stored_events WHERE rowid > ?", EARLY)
    log.tamper("UPDATE log_head SET position = ?", EARLY)
    log.put(written(AFTER, story=" after the restore")[EARLY:])


def emptied(topics: Topics, log: WrittenLog) -> None:
    """Delete every record of the topic."""
    assert log.head() == BEFORE
    with administration(topics.bootstrap) as admin:
        every = [TopicPartition(topics.events, number) for number in range(topics.partitions)]
        admin.delete_records(dict.fromkeys(every, -1))


CASES: list[tuple[Callable[[Topics, WrittenLog], None], bool, str, int]] = [
    (made_again, True, "was deleted and made again after position 100", 0),
    (made_again, False, "was deleted and made again after position 100", 0),
    (restored, True, "was restored from an older backup", BEFORE),
    (restored, False, "was restored from an older backup", BEFORE),
    (emptied, False, "was emptied", 0),
]


def named(happens: Callable[[Topics, WrittenLog], None], running: bool) -> tuple[str, str]:
    """A fault and its phase, in words."""
    return happens.__name__.replace("_", " "), "under a running relay" if running else "while no relay runs"


@pytest.mark.parametrize(
    "happens, running, words, left",
    [
        pytest.param(*case, id=" ".join(named(*case[:2])), marks=[] if case is CASES[0] else pytest.mark.soak)
        for case in CASES
    ],
)
def test_exchanged(
    topics: Topics,
    log: WrittenLog,
    fired: Fired,
    happens: Callable[[Topics, WrittenLog], None],
    running: bool,
    words: str,
    left: int,
) -> None:
    """The relay says what is wrong and publishes no more; published anew into another topic, all is exact."""
    fault, phase = named(happens, running)
    fired.plan(fault, phase)
    log.put(written(BEFORE))
    first = relay(log, topics)
    with started(first):
        wait_until_published(topics, BEFORE)
        if not running:
            assert first.terminate()[0] == 0
        happens(topics, log)
        code, said = refused(first, topics, log) if running else relay(log, topics).end()
    assert (code, words in said) == (1, True), (code, said)
    assert sum(map(len, everything(topics).values())) == left
    fired.fire(fault, phase)
    anew = topics.of(republish(log, topics).log_epoch)
    heir = relay(log, topics)
    with started(heir):
        wait_until_published(anew, log.head())
        assert heir.terminate()[0] == 0
    proven(anew, log)


def refused(running: Held, topics: Topics, log: WrittenLog) -> tuple[int, str]:
    """How a running relay ends, or the one that its supervisor starts after it."""
    code, said = running.end()
    return relay(log, topics).end() if code == TRY_AGAIN else (code, said)
