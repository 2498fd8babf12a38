"""Is each event on Kafka exactly once, whichever request of the relay is lost, refused or late?"""

from __future__ import annotations

from threading import Thread

import pytest
from kafka.errors import InvalidRecordError, NotLeaderForPartitionError

from consumers.relay import DEADLINE_S, RelayEnded
from consumers.topics import Topics
from tests.consumers.logs import WrittenLog, written
from tests.consumers.reading import publish
from tests.faults.fired import Fired
from tests.faults.proxy import Act, Fault, Proxy
from tests.faults.relays import proven, supervised

SHARE = 120
"""Events that go out through one fault."""
BATCH = 50
STARTS_MAX = 12

STARTING = ("ApiVersions", "Metadata", "DescribeCluster", "FindCoordinator", "InitProducerId", "ListOffsets", "Fetch")
"""What the relay asks before it publishes."""
PUBLISHING = ("AddPartitionsToTxn", "Produce", "EndTxn")
"""What it asks in every transaction."""
WORDS = {Act.RESET: "connection reset", Act.LOSE: "reply lost"}


class Story:
    """A log that grows, and goes out through another fault each time."""

    def __init__(self, log: WrittenLog, topics: Topics) -> None:
        """Publish the first events undisturbed: a relay that starts then reads what is there."""
        self.log, self._topics = log, topics
        self._bodies = written(20 * SHARE)
        self.go_on()

    def grow(self) -> int:
        """Write what comes next; how many events there are."""
        self.log.put(self._bodies[:SHARE])
        del self._bodies[:SHARE]
        return self.log.head()

    def go_on(self) -> list[str]:
        """Publish what comes next, exactly; what the relay said each time it asked to be started again."""
        self.grow()
        ends: list[str] = []
        while len(ends) < STARTS_MAX:
            try:
                publish(self.log, self._topics, batch=BATCH)
            except RelayEnded as ended:
                ends.append(str(ended))
            else:
                proven(self._topics, self.log)
                return ends
        raise AssertionError(f"started again {STARTS_MAX} times in vain: {ends}")


@pytest.fixture
def story(topics: Topics, log: WrittenLog) -> Story:
    """Return a log whose first events are published."""
    return Story(log, topics)


def test_these_are_the_requests_of_the_relay(story: Story, proxy: Proxy) -> None:
    """The relay asks nothing of Kafka that no fault below hits."""
    assert story.go_on() == []
    assert set(proxy.met) == {*STARTING, *PUBLISHING}


@pytest.mark.parametrize("act", WORDS, ids=WORDS.values())
def test_a_connection_is_reset(story: Story, proxy: Proxy, fired: Fired, act: Act) -> None:
    """A connection reset at each API, before the broker saw the request or instead of its answer: all is exact."""
    fired.plan(WORDS[act], *STARTING, *PUBLISHING)
    for api in (*STARTING, *PUBLISHING):
        fault = proxy.put(Fault(api, act, passing=1 if api in PUBLISHING else 0))
        story.go_on()
        assert fault.happened == 1, api
        fired.fire(WORDS[act], api)


def test_replies_are_lost_again_and_again(story: Story, proxy: Proxy, fired: Fired) -> None:
    """Four lost replies of an API in a row cost time, and no event."""
    fired.plan("reply lost four times", *PUBLISHING)
    for api in PUBLISHING:
        fault = proxy.put(Fault(api, Act.LOSE, times=4))
        for _ in range(4):  # each time one at least
            if fault.happened < 4:
                story.go_on()
        assert fault.happened == 4, api
        fired.fire("reply lost four times", api)


def test_the_batch_of_one_partition_is_dropped(story: Story, proxy: Proxy, fired: Fired) -> None:
    """A batch missing of a transaction is sent again, or the transaction is aborted: never does half of it stay."""
    errors = {"to be tried again": NotLeaderForPartitionError, "for good": InvalidRecordError}
    fired.plan("batch dropped", *errors)
    for phase, error in errors.items():
        fault = proxy.put(Fault("Produce", Act.DROP, partition=3, error=error.errno, passing=1))
        ends = story.go_on()
        assert len(ends) == (phase == "for good"), ends
        assert fault.happened == 1
        fired.fire("batch dropped", phase)


def test_an_answer_is_two_seconds_late(story: Story, proxy: Proxy, fired: Fired) -> None:
    """An answer that is late is waited for."""
    apis = ("InitProducerId", "Produce", "EndTxn")
    fired.plan("two seconds late", *apis)
    for api in apis:
        fault = proxy.put(Fault(api, Act.DELAY))
        assert story.go_on() == []
        assert fault.happened == 1
        fired.fire("two seconds late", api)


def test_connections_are_refused(story: Story, proxy: Proxy, fired: Fired) -> None:
    """A relay that is refused at its start, or cut off while it commits and then refused, goes on when let in."""
    fired.plan("connections refused", "at the start", "in a commit")
    proxy.refuse(5)
    story.go_on()
    assert proxy.refused == 5
    fired.fire("connections refused", "at the start")
    fault = proxy.put(Fault("EndTxn", Act.HOLD_REQUEST, passing=1))
    relay = Thread(target=story.go_on)
    relay.start()
    assert fault.met.wait(20)
    proxy.refuse(5)
    fault.released.set()
    relay.join(60)
    assert not relay.is_alive()
    assert story.go_on() == []
    assert proxy.refused == 10
    fired.fire("connections refused", "in a commit")


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_every_answer_is_two_seconds_late(story: Story, topics: Topics, proxy: Proxy, fired: Fired) -> None:
    """A network that takes two seconds for everything makes the relay slow, and nothing else: no deadline ends it."""
    fired.plan("two seconds late", "every answer")
    fault = proxy.put(Fault(None, Act.DELAY, times=100_000))
    position = story.grow()
    with supervised(story.log, topics, JOURNEY_TEST_PROXY=proxy.url, JOURNEY_TEST_DEADLINE=str(DEADLINE_S)) as relay:
        relay.wait_until_published(position, seconds=280)
        assert relay.ends == []
    fault.times = 0
    assert {*STARTING, *PUBLISHING} <= set(proxy.met)
    assert fault.happened > 0
    proven(topics, story.log)
    fired.fire("two seconds late", "every answer")


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_an_answer_never_comes(topics: Topics, log: WrittenLog, fired: Fired) -> None:
    """A broker that takes a request and is silent costs the relay its patience, at whichever API, and no event."""
    fired.plan("answer never comes", *STARTING, *PUBLISHING)
    bodies = written(SHARE * len(STARTING + PUBLISHING))
    with (
        Proxy() as proxy,  # before the relay alone: no question of this test's is swallowed in place of one of its
        supervised(log, topics, JOURNEY_TEST_PROXY=proxy.url, JOURNEY_TEST_DEADLINE="20") as relay,
    ):
        for number, api in enumerate((*STARTING, *PUBLISHING), 1):
            fault = proxy.put(Fault(api, Act.SWALLOW, passing=1 if api in PUBLISHING else 0))
            relay.kill()  # the next asks everything from the beginning, and only it has something to publish
            log.put(bodies[SHARE * (number - 1) : SHARE * number])
            relay.wait_until_published(SHARE * number)
            assert fault.happened == 1, api
            fired.fire("answer never comes", api)
    proven(topics, log)


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_a_batch_of_one_partition_never_arrives(story: Story, proxy: Proxy, fired: Fired) -> None:
    """A batch that is dropped until it expires aborts its transaction; the next start publishes it."""
    fired.plan("batch dropped", "until it expires")
    fault = proxy.put(Fault("Produce", Act.DROP, partition=3, error=NotLeaderForPartitionError.errno, times=100_000))
    relay = Thread(target=story.go_on)
    relay.start()
    assert fault.met.wait(20)
    relay.join(28)  # longer than its delivery may take
    fault.times = 0
    relay.join(60)
    assert not relay.is_alive()
    assert len(story.go_on()) == 0
    assert fault.happened > 1
    fired.fire("batch dropped", "until it expires")
