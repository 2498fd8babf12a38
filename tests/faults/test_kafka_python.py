"""Which faults of a network does kafka-python not survive, so that we step around them?

A test that fails after an upgrade says what may be simpler now. Beside `tests/consumers/test_kafka_python.py`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread, current_thread
from typing import Any

import pytest
from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import KafkaError, KafkaTimeoutError

from consumers.group import member_of
from consumers.topics import Topics
from tests.consumers.reading import everything
from tests.faults.proxy import Act, Fault, Proxy
from tests.servers import until

IMPATIENT = {
    "request_timeout_ms": 500,
    "delivery_timeout_ms": 1_500,
    "max_block_ms": 500,
    "linger_ms": 0,
    "retry_backoff_ms": 5,
}
"""Every limit that a producer has, far below `PATIENCE_S`."""
PATIENCE_S = 2.5


@contextmanager
def producing(topics: Topics, proxy: Proxy, **settings: Any) -> Iterator[KafkaProducer]:
    """A producer behind the proxy, thrown away afterwards: one that hangs could not be closed."""
    producer = KafkaProducer(bootstrap_servers=topics.bootstrap, proxy_url=proxy.url, **settings)
    try:
        yield producer
    finally:
        producer._sender.force_close()
        producer._unregister_cleanup()
        producer._closed = True


def test_a_commit_hangs_for_ever_when_nobody_answers(topics: Topics, proxy: Proxy) -> None:
    """No limit of a producer ends a commit: the relay has its deadline thread."""
    with producing(
        topics, proxy, transactional_id=f"{topics.prefix}pins", transaction_timeout_ms=60_000, **IMPATIENT
    ) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(topics.events, b"1", partition=0)
        producer.flush()
        proxy.refuse(1_000_000)
        commit = Thread(target=producer.commit_transaction, daemon=True)
        commit.start()
        commit.join(PATIENCE_S)
        assert commit.is_alive()


def test_a_commit_that_was_not_acknowledged_is_the_end_of_a_producer(topics: Topics, proxy: Proxy) -> None:
    """A commit whose answer is late has happened, and raises: the relay ends, and asks Kafka how far it has come."""
    with producing(topics, proxy, transactional_id=f"{topics.prefix}pins", **IMPATIENT) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        producer.send(topics.events, b"1", partition=0)
        producer.flush()
        proxy.put(Fault("EndTxn", Act.SWALLOW))
        with pytest.raises(KafkaError):
            producer.commit_transaction()
        with pytest.raises(KafkaError, match="error state"):
            producer.begin_transaction()
    assert [record.value for record in everything(topics)[0]] == [b"1"]


def test_an_idempotent_producer_is_dead_after_a_record_expired(topics: Topics, proxy: Proxy) -> None:
    """After one record took too long none is ever sent again: on the first that fails the relay ends."""
    with producing(topics, proxy, enable_idempotence=True, **IMPATIENT) as producer:
        producer.send(topics.events, b"1", partition=0).get(5)
        fault = proxy.put(Fault("Produce", Act.SWALLOW, times=1_000_000))
        with pytest.raises(KafkaTimeoutError, match="Expiring"):
            producer.send(topics.events, b"2", partition=0).get(5)
        fault.times = 0
        with pytest.raises(KafkaTimeoutError):
            producer.send(topics.events, b"3", partition=0).get(PATIENCE_S)


def test_one_batch_of_a_partition_is_in_flight(topics: Topics, proxy: Proxy) -> None:
    """Whatever its setting says, a producer waits for each batch of a partition: the relay makes its batches large."""
    with producing(topics, proxy, max_in_flight_requests_per_connection=5, linger_ms=0) as producer:
        producer.send(topics.events, b"1", partition=0).get(5)
        first = proxy.put(Fault("Produce", Act.HOLD_REPLY))
        second = proxy.put(Fault("Produce", Act.HOLD_REQUEST))
        sent = [producer.send(topics.events, b"2", partition=0)]
        assert first.met.wait(5)
        sent.append(producer.send(topics.events, b"3", partition=0))
        assert not second.met.wait(0.5)
        sent.append(producer.send(topics.events, b"4", partition=1))
        assert second.met.wait(5)  # there was room for another
        first.released.set()
        second.released.set()
        for it in sent:
            it.get(5)


def test_sending_has_no_limit_of_memory(topics: Topics, proxy: Proxy) -> None:
    """What is not sent yet piles up without end and without an error: the relay sends a bounded number and waits."""
    with producing(topics, proxy, linger_ms=20_000, request_timeout_ms=5_000, max_block_ms=500) as producer:
        assert "buffer_memory" not in producer.config
        for _ in range(640):
            producer.send(topics.events, bytes(100_000), partition=0)


DEAF = """
import sys
from kafka import KafkaConsumer, TopicPartition
from kafka.serializer import Deserializer

class Raising(Deserializer):
    def deserialize(self, topic, headers, data):
        raise ValueError(data)

consumer = KafkaConsumer(bootstrap_servers=sys.argv[1], value_deserializer=Raising(), auto_offset_reset="earliest")
consumer.assign([TopicPartition(sys.argv[2], 0)])
try:
    while True:
        consumer.poll(100)
except ValueError as error:
    print("raised", flush=True)
consumer.poll(100)
"""
"""A process of its own: what hangs takes all the time of its processor besides."""


def test_a_deserializer_that_raises_hangs_the_next_poll(topics: Topics, proxy: Proxy) -> None:
    """After one bad value a consumer is deaf for ever: ours hand out bytes, and we decode them."""
    with producing(topics, proxy) as producer:
        producer.send(topics.events, b"bad", partition=0).get(5)
    command = [sys.executable, "-W", "ignore", "-c", DEAF, topics.bootstrap, topics.events]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as deaf:
        try:
            assert deaf.stdout is not None
            assert deaf.stdout.readline() == "raised\n"
            with pytest.raises(subprocess.TimeoutExpired):
                deaf.wait(PATIENCE_S)
        finally:
            deaf.kill()


def test_a_rebalance_is_told_on_the_thread_of_the_network(topics: Topics) -> None:
    """A listener runs where neither a commit nor SQLite may be used: ours only seeks."""
    told: list[str] = []

    class Listening(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
        def on_partitions_revoked(self, revoked: Any) -> None:
            pass

        def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002 - kafka-python names it
            told.append(current_thread().name)

    consumer = KafkaConsumer(
        bootstrap_servers=topics.bootstrap, group_id=f"{topics.prefix}pins", enable_auto_commit=False
    )
    consumer.subscribe([topics.events], listener=Listening())
    until(lambda: consumer.poll(50) == {} and told, seconds=20, what="an assignment")
    consumer.close(autocommit=False)
    assert told[0] != current_thread().name
    assert told[0].startswith("kafka-io")


def test_the_feed_does_not_rebalance_cooperatively(topics: Topics) -> None:
    """That assignor was seen to leave partitions to nobody where brokers delay the first rebalance by three seconds."""
    consumer = member_of(topics, f"{topics.prefix}pins", "one", 6_000)
    assert consumer.config["partition_assignment_strategy"] == (StickyPartitionAssignor,)
    consumer.close(autocommit=False)


def test_nobody_there_is_an_error_of_the_constructor() -> None:
    """A client does not wait for its cluster: it raises, and whoever made it is started again."""
    made = "KafkaProducer(bootstrap_servers='127.0.0.1:1', bootstrap_timeout_ms=300)"
    script = f"from kafka import KafkaProducer; {made}"  # apart, because it also leaves its sockets open
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "KafkaTimeoutError: Unable to bootstrap from 127.0.0.1:1" in done.stderr
