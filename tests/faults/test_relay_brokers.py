"""Is each event on Kafka exactly once, whichever broker dies, at whatever phase of the relay?"""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from consumers.deadline import TRY_AGAIN
from consumers.topics import Topics, administration, create
from tests.consumers.logs import WrittenLog, written
from tests.faults.fired import Fired
from tests.faults.relays import FLIGHTS, PHASES, proven, published, stopped, supervised
from tests.servers import Cluster, Kafka, until
from tests.servers.cluster import NODES

SHARE = 250
"""Events a fault: three transactions."""
DEADLINE_S = "8"
HUNG = "Kafka did not answer within the deadline"

pytestmark = [
    pytest.mark.soak,
    pytest.mark.timeout(900),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),  # see `nothing_left_open`
]


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    """Let what kafka-python leaves open when a broker refuses it be closed within the test that is to blame."""
    yield
    gc.collect()


def test_the_broker_is_killed_at_each_phase(log: WrittenLog, fired: Fired) -> None:
    """The only broker killed in the middle of a transaction, and started again: all is exact."""
    fired.plan("broker killed", *PHASES)
    bodies = written(SHARE * len(PHASES))
    with Kafka() as broker:
        topics = Topics(bootstrap=broker.bootstrap, replication=1)
        create(topics)
        for number, phase in enumerate(PHASES, 1):
            log.put(bodies[SHARE * (number - 1) : SHARE * number])
            with stopped(log, topics, phase, nth=2, JOURNEY_TEST_DEADLINE="20") as relay:
                broker.kill()
                relay.go_on()
                broker.start()
                goes_on(topics, log, SHARE * number)
            fired.fire("broker killed", phase)
        proven(topics, log)


def goes_on(topics: Topics, log: WrittenLog, position: int) -> list[str]:
    """Another relay takes over and publishes all; how often it had to be started again."""
    with supervised(log, topics, JOURNEY_TEST_DEADLINE=DEADLINE_S) as heir:
        heir.wait_until_published(position)
        assert heir.process.terminate()[0] == 0
        return heir.ends


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Yield three nodes that run."""
    with Cluster() as cluster:
        yield cluster


@pytest.fixture
def replicated(cluster: Cluster, topic_prefix: str) -> Topics:
    """Return topics of three replicas, all of them there."""
    topics = Topics(bootstrap=cluster.bootstrap, prefix=topic_prefix, replication=3)
    create(topics)
    return topics


def test_the_leader_is_killed(cluster: Cluster, replicated: Topics, log: WrittenLog, fired: Fired) -> None:
    """The node that leads a partition dies while the relay writes to it: the others take over, all is exact."""
    phases = ("unflushed", "flushed and uncommitted")
    fired.plan("leader killed", *phases)
    bodies = written(2 * SHARE * len(phases))
    for number, phase in enumerate(phases):
        begin = 2 * SHARE * number
        log.put(bodies[begin : begin + SHARE])
        with stopped(log, replicated, phase, nth=2, JOURNEY_TEST_DEADLINE=DEADLINE_S) as relay:
            leader = cluster.leader(replicated.relay, 0)
            cluster.kill(leader)
            relay.go_on()
            log.put(bodies[begin + SHARE : begin + 2 * SHARE])
            goes_on(replicated, log, begin + 2 * SHARE)  # while the node is away
        cluster.start(leader)
        proven(replicated, log)
        fired.fire("leader killed", phase)


def test_too_few_replicas_are_in_sync(cluster: Cluster, replicated: Topics, log: WrittenLog, fired: Fired) -> None:
    """Without `min.insync.replicas` nothing is published, and nothing is lost: it goes on when they are back."""
    phases = ("one node away of three that are needed", "two nodes away")
    fired.plan("min.insync.replicas lost", *phases)
    log.put(written(SHARE))
    goes_on(replicated, log, SHARE)
    for number, (phase, away) in enumerate(zip(phases, (NODES[:1], NODES[1:]), strict=True), 1):
        with administration(replicated.bootstrap) as admin:
            wanted = {"min.insync.replicas": "3" if len(away) == 1 else "2"}
            topics = [ConfigResource(ConfigResourceType.TOPIC, it, wanted) for it in replicated.wanted]
            admin.alter_configs(topics)
        with supervised(log, replicated, JOURNEY_TEST_DEADLINE=DEADLINE_S) as relay:
            cluster.kill(*away)
            log.put(written(SHARE * (number + 1))[SHARE * number :])
            until(relay.kept_running, seconds=60, what="the relay to give up")
            assert published(replicated) in {0, SHARE * number}
            cluster.start(*away)
            relay.wait_until_published(SHARE * (number + 1))
            assert relay.process.terminate()[0] == 0
        proven(replicated, log)
        fired.fire("min.insync.replicas lost", phase)


def test_the_coordinator_is_killed(cluster: Cluster, replicated: Topics, log: WrittenLog, fired: Fired) -> None:
    """The node that coordinates the relay's transactions dies: the relay ends in time, and the next start is exact."""
    phases = ("flushed and uncommitted", *FLIGHTS)
    fired.plan("coordinator killed", *phases)
    hung = 0
    for number, phase in enumerate(phases, 1):
        log.put(written(SHARE * number)[SHARE * (number - 1) :])
        with stopped(log, replicated, phase, nth=2, JOURNEY_TEST_DEADLINE=DEADLINE_S) as relay:
            coordinator = cluster.coordinator(f"{replicated.prefix}journeys.relay")
            cluster.kill(coordinator)
            relay.go_on()
            goes_on(replicated, log, SHARE * number)
            code, said = relay.relay.end()
            assert code == TRY_AGAIN, said
            hung += HUNG in said
        cluster.start(coordinator)
        proven(replicated, log)
        fired.fire("coordinator killed", phase)
    assert hung, "kafka-python came back each time: is the deadline thread still needed?"


def test_every_node_is_killed_in_turn(cluster: Cluster, replicated: Topics, log: WrittenLog, fired: Fired) -> None:
    """Each of the three nodes dies and comes back while events are written: all is exact."""
    fired.plan("node killed while events flow", *(str(node) for node in NODES))
    bodies = written(SHARE * 4 * len(NODES))
    with supervised(log, replicated, JOURNEY_TEST_DEADLINE=DEADLINE_S) as relay:
        for number, node in enumerate(NODES, 1):
            shares = iter(range(SHARE * 4 * (number - 1), SHARE * 4 * number, SHARE))
            for step in (None, cluster.kill, cluster.start, None):
                begin = next(shares)
                log.put(bodies[begin : begin + SHARE])
                if step is not None:
                    step(node)
                relay.kept_running()
            relay.wait_until_published(SHARE * 4 * number)
            fired.fire("node killed while events flow", str(node))
        assert relay.process.terminate()[0] == 0
    proven(replicated, log)
