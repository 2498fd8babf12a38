"""Is each event on Kafka exactly once, at whatever phase a relay is killed or frozen, and however many start?"""

from __future__ import annotations

import random
import signal
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from consumers.deadline import TRY_AGAIN
from consumers.topics import Topics, create
from tests.consumers.logs import WrittenLog, written
from tests.consumers.processes import started
from tests.faults.fired import Fired
from tests.faults.relays import FLIGHTS, PHASES, proven, relay, shuffled, stopped, wait_until_published
from tests.servers import until

SHARE = 250
"""Events a kill: three transactions."""
KILLS = 50


def kill_all(
    topics: Topics, log: WrittenLog, fired: Fired, chance: random.Random, fault: str, phases: list[str]
) -> None:
    """Kill a relay at each of these phases, another being started beside it before or after; all must be exact."""
    bodies = written(SHARE * len(phases))
    for end, phase in zip(count(SHARE, SHARE), phases, strict=False):
        log.put(bodies[end - SHARE : end])
        with stopped(log, topics, phase, nth=chance.randint(1, 3)) as victim:
            early = chance.random() < 0.5
            if not early:
                victim.relay.kill()
            heir = relay(log, topics)
            with started(heir):
                if early:
                    victim.relay.kill()
                if phase in FLIGHTS and chance.random() < 0.5:
                    victim.go_on()  # what was on its way arrives after the relay's death
                wait_until_published(topics, end)
                assert heir.terminate()[0] == 0
        fired.fire(fault, phase)
    proven(topics, log)


def test_relay_killed_in_a_commit(topics: Topics, log: WrittenLog, fired: Fired, chance: random.Random) -> None:
    """A relay killed while its commit is on its way, there or back, has published each event once."""
    fired.plan("relay killed", *FLIGHTS)
    kill_all(topics, log, fired, chance, "relay killed", list(FLIGHTS))


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_relay_killed_fifty_times(topics: Topics, postgres_schema: str, fired: Fired, chance: random.Random) -> None:
    """A relay killed fifty times, another started beside it each time: each event is there once, in order."""
    fired.plan("relay killed", *PHASES, times=3)
    log = WrittenLog(postgres_schema)
    kill_all(topics, log, fired, chance, "relay killed", shuffled(chance, PHASES, KILLS))
    log.close()


ALONE = "relay frozen until Kafka gave its transaction up"
REPLACED = "relay frozen while another took over"
EXPIRING = ("unflushed", "flushed and uncommitted", "commit in flight, not arrived")
"""Where a transaction is open that Kafka gives up after a while."""

REPLACED_BY = "another relay has taken over"
LATE = "RequestTimedOutError"
ENDINGS = {"unflushed": (REPLACED_BY, LATE)} | dict.fromkeys(FLIGHTS, ("",))
"""What a relay says that was woken too late: where a request was under way, that may end it first."""


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_frozen_relay_is_woken_as_a_zombie(topics: Topics, tmp_path: Path, fired: Fired) -> None:
    """Relays frozen at each phase (SIGSTOP) and woken when it is too late add nothing, and end."""
    fired.plan(ALONE, *EXPIRING)
    fired.plan(REPLACED, *PHASES)
    scenes = [(ALONE, phase) for phase in EXPIRING] + [(REPLACED, phase) for phase in PHASES]
    with ExitStack() as open_:
        frozen = []
        for number, (fault, phase) in enumerate(scenes):
            own = replace(topics, prefix=f"{topics.prefix}{number}.")
            create(own)
            log = WrittenLog(f"sqlite:///{tmp_path / str(number)}.db")
            open_.callback(log.close)
            log.put(written(SHARE))
            victim = open_.enter_context(stopped(log, own, phase, nth=2, JOURNEY_TEST_DEADLINE="300"))
            if phase in EXPIRING:
                until(partial(stands, own, "Ongoing"), seconds=20, what="Kafka to know of the transaction")
            victim.relay.signal(signal.SIGSTOP)
            if fault == REPLACED:
                publish_by_another(log, own)
            frozen.append((fault, phase, own, log, victim))
        for fault, _, own, _, _ in frozen:
            if fault == ALONE:
                until(partial(stands, own, "CompleteAbort"), seconds=90, what="Kafka to give it up")
        for fault, phase, own, log, victim in frozen:
            victim.relay.signal(signal.SIGCONT)
            victim.go_on()
            code, said = victim.relay.end()
            assert code == TRY_AGAIN, (fault, phase, said)
            assert any(words in said for words in ENDINGS.get(phase, (REPLACED_BY,))), (fault, phase, said)
            publish_by_another(log, own)
            proven(own, log)
            fired.fire(fault, phase)


def publish_by_another(log: WrittenLog, topics: Topics) -> None:
    """Let another relay publish all, and stop."""
    heir = relay(log, topics)
    with started(heir):
        wait_until_published(topics, SHARE)
        assert heir.terminate()[0] == 0


def stands(topics: Topics, state: str) -> bool:
    """Whether Kafka says this of the relay's transaction."""
    name = f"{topics.prefix}journeys.relay"
    with KafkaAdminClient(bootstrap_servers=topics.bootstrap) as admin:
        return bool(admin.describe_transactions([name])[name].state.value == state)
