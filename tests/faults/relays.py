"""How is a relay stopped at a phase of its transaction, wherever that is, and how is another waited for?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from kafka.errors import KafkaError

from consumers.deadline import TRY_AGAIN
from consumers.proving import verify
from consumers.published import last_published
from consumers.topics import Topics
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import Held, started
from tests.consumers.reading import assert_exact
from tests.faults.proxy import Act, Fault, Proxy
from tests.servers import until

HOLDS = {
    "before send": "begun",
    "unflushed": "sent",
    "flushed and uncommitted": "flushed",
    "committed": "committed",
}
"""Where the relay's process holds."""
FLIGHTS = {
    "commit in flight, not arrived": Act.HOLD_REQUEST,
    "commit in flight, done": Act.HOLD_REPLY,
}
"""What the proxy holds."""
PHASES = (*HOLDS, *FLIGHTS)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A relay that stands at a phase, and how it goes on from there, if it is let."""

    relay: Held
    go_on: Callable[[], object]


def relay(log: WrittenLog, topics: Topics, *, hold_at: str = "", **environment: str) -> Held:
    """Start a relay as a process."""
    arguments = (log.url, topics.bootstrap, topics.prefix)
    return Held("tests.consumers.relay_process", *arguments, hold_at=hold_at, **environment).wait_for("started")


@contextmanager
def stopped(log: WrittenLog, topics: Topics, phase: str, *, nth: int = 1, **environment: str) -> Iterator[Stopped]:
    """A relay that stands at a phase of its nth transaction."""
    with ExitStack() as open_:
        if phase in HOLDS:
            held = relay(log, topics, hold_at=f"{HOLDS[phase]}:{nth}", **environment)
            open_.enter_context(started(held))
            yield Stopped(held.wait_until_held(), held.go_on)
            return
        proxy = open_.enter_context(Proxy())
        fault = proxy.put(Fault("EndTxn", FLIGHTS[phase], passing=nth - 1))
        held = relay(log, topics, **{"JOURNEY_TEST_PROXY": proxy.url, "JOURNEY_TEST_DEADLINE": "60", **environment})
        open_.enter_context(started(held))
        until(lambda: fault.met.is_set() or not held.running, seconds=60, what="a commit")
        assert held.running, held.end()

        def go_on() -> None:
            fault.released.set()

        yield Stopped(held, go_on)


def published(topics: Topics) -> int:
    """How far the relay says it has come; 0 also while Kafka is away."""
    try:
        place = last_published(topics)
    except KafkaError:
        return 0
    return 0 if place is None else place.position


def wait_until_published(topics: Topics, position: int) -> None:
    """Wait until the relay says it has come so far."""
    until(lambda: published(topics) >= position, seconds=60, what=f"position {position} to be published")


class Supervised:
    """A relay that is started again whenever it asks for it, as a supervisor does."""

    def __init__(self, log: WrittenLog, topics: Topics, **environment: str) -> None:
        """Start it."""
        self._log, self._topics, self._environment = log, topics, environment
        self.ends: list[str] = []
        self.process = relay(log, topics, **environment)

    def kept_running(self) -> bool:
        """Start it again if it has ended and asked for that; whether it had."""
        if self.process.running:
            return False
        code, said = self.process.end()
        assert code == TRY_AGAIN, (code, said)
        self.ends.append(said)
        self.process = relay(self._log, self._topics, **self._environment)
        return True

    def kill(self) -> None:
        """Kill it, and start the next at once."""
        self.process.kill()
        self.process = relay(self._log, self._topics, **self._environment)

    def wait_until_published(self, position: int, *, seconds: float = 90) -> None:
        """Keep it running until it has come so far."""

        def done() -> bool:
            self.kept_running()
            return published(self._topics) >= position

        until(done, seconds=seconds, what=f"position {position} to be published")


@contextmanager
def supervised(log: WrittenLog, topics: Topics, **environment: str) -> Iterator[Supervised]:
    """A relay that is kept running, and ended at last."""
    kept = Supervised(log, topics, **environment)
    try:
        yield kept
    finally:
        kept.process.close()


def proven(topics: Topics, log: WrittenLog) -> None:
    """The topic holds exactly the log, as an independent reader sees it and as `journey relay verify` does."""
    assert_exact(topics, log)
    verdict = verify(log, topics)
    assert (verdict.faults, verdict.position, verdict.records) == ([], log.head(), log.head())


def shuffled(chance: random.Random, phases: Mapping[str, object] | tuple[str, ...], count: int) -> list[str]:
    """So many phases in an order of chance, each as often as the others."""
    every = (list(phases) * count)[:count]
    chance.shuffle(every)
    return every
