"""Which facts of kafka-python do we lean on, and which of its faults do we step around?

A test that fails after an upgrade says what may be simpler now, or is not safe any more.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import cast

import pytest
from kafka import KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.record import util

from consumers.group import Assignment, member_of
from consumers.published import reader
from consumers.relay import Relay
from consumers.resuming import Log
from consumers.topics import Topics
from tests.consumers.reading import everything
from tests.servers import free_port, until


def test_version_is_the_one_we_know() -> None:
    """3.1 changes the threading that relay and feed lean on."""
    assert version("kafka-python").startswith("3.0.")


def test_checksums_are_native() -> None:
    """Without the crc32c extra every record's checksum is computed in Python: 7,000 records a second."""
    assert util.crc32c_c is not None
    assert util.calc_crc32c(b"123456789") == 0xE3069283


def test_a_failed_connection_leaves_its_socket() -> None:
    """It is left to the collector, without a peer: that, and no more, pyproject.toml lets pass among warnings.

    In a process of its own: what pytest captures of the log keeps the socket alive.
    """
    connecting = f"from kafka import KafkaConsumer; KafkaConsumer(bootstrap_servers='127.0.0.1:{free_port()}'"
    command = [sys.executable, "-W", "always::ResourceWarning", "-c", f"{connecting}, bootstrap_timeout_ms=300)"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    left = [line for line in said.splitlines() if "unclosed <socket.socket" in line]
    assert left
    assert not any("raddr" in line for line in left)


def test_no_client_of_ours_deserializes(topics: Topics) -> None:
    """A deserializer that raised would make the next poll hang: ours hand out bytes, and reset no offset."""
    for consumer in (reader(topics.bootstrap), member_of(topics, f"{topics.prefix}pins", "one", 6_000)):
        assert consumer.config["key_deserializer"] is None
        assert consumer.config["value_deserializer"] is None
        assert consumer.config["enable_auto_commit"] is False
        assert consumer.config["auto_offset_reset"] == "none"
        assert consumer.config["isolation_level"] == "read_committed"
        consumer.close(autocommit=False)


def test_a_commit_succeeds_though_a_record_failed(topics: Topics) -> None:
    """A transaction whose record has failed commits all the same: the relay looks at every future before it commits."""
    producer = KafkaProducer(
        bootstrap_servers=topics.bootstrap, transactional_id=f"{topics.prefix}pins", linger_ms=10_000
    )
    producer.init_transactions()
    producer.begin_transaction()
    kept = producer.send(topics.events, b"kept", partition=0)
    producer.flush()
    lost = producer.send(topics.events, b"lost", partition=1)
    producer._accumulator._batches[TopicPartition(topics.events, 1)][0].created -= 1_000  # it expires
    producer.flush()
    assert (kept.succeeded(), lost.failed()) == (True, True)
    with pytest.raises(KafkaTimeoutError):
        Relay(cast("Log", None), topics)._flush(producer, [kept, lost])
    producer.commit_transaction()
    producer.close()
    assert [record.value for record in everything(topics)[0]] == [b"kept"]


LEFT_BEHIND = """
import threading, warnings
from kafka import KafkaConsumer
warnings.simplefilter("ignore")
try:
    KafkaConsumer(bootstrap_servers="127.0.0.1:{port}", bootstrap_timeout_ms=100)
except Exception as error:
    print(type(error).__name__, *(it.name for it in threading.enumerate() if it.name.startswith("kafka-io")))
"""


def test_a_client_that_finds_nobody_leaves_a_thread() -> None:
    """A client that can't be made leaves its thread: a broker is awaited before one is (`topics.await_broker`)."""
    said = subprocess.run(
        [sys.executable, "-c", LEFT_BEHIND.format(port=free_port())], capture_output=True, text=True, check=True
    )
    assert said.stdout.split()[:1] == ["KafkaTimeoutError"]
    assert len(said.stdout.split()) == 2


def test_a_fenced_static_member_goes_on_polling(topics: Topics) -> None:
    """A member whose name another took is told only when it commits: what protects the rows is their place."""
    consumers = []
    for _ in range(2):
        consumer = member_of(topics, f"{topics.prefix}pins", "one", 6_000)
        consumer.subscribe([topics.events], listener=Assignment(consumer))
        consumer.partitions_for_topic(topics.events)
        until(lambda: consumer.poll(50) == {} and consumer.assignment(), seconds=20, what="an assignment")  # noqa: B023 - asked at once
        consumers.append(consumer)
    fenced, heir = consumers
    assert fenced.poll(50) == {}
    assert fenced.assignment() == heir.assignment()
    with pytest.raises(KafkaError):
        fenced.commit({TopicPartition(topics.events, 0): OffsetAndMetadata(0, "", -1)})
    for consumer in consumers:
        consumer.close(autocommit=False)
