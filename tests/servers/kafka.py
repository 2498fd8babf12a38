"""How is a real Apache Kafka started, stopped, killed and started again?

In a container when a Docker engine answers, else on Java with jars from Maven: one KRaft node, same settings.
"""

import base64
import shutil
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.servers import processes
from tests.servers.containers import Container, engine_answers
from tests.servers.java import Jvm

READY_S = 90


class Node(Protocol):
    """What runs the broker; start after stop or kill goes on with the same data."""

    def start(self) -> None:
        """Begin to run, without waiting for the broker to be ready."""

    def stop(self) -> None:
        """End as an operator would (SIGTERM) and wait for it."""

    def kill(self) -> None:
        """End at once (SIGKILL)."""

    def ended(self) -> str | None:
        """Return the end of the log when it runs no more."""

    def close(self) -> None:
        """Remove all it made."""


class Kafka:
    """A private broker, one node, on a loopback port, with a data folder of its own.

    `start()` after `stop()` or `kill()` goes on with the same data on the same port.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, *, lasting: bool = False) -> None:
        """Make the node; `settings` are broker properties on top of these. One that is `lasting` starts slower."""
        self.port = processes.free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        self._folder = Path(tempfile.mkdtemp(prefix="journey-kafka-"))
        cluster = kafka_id()
        every = {**properties(self.port, processes.free_port()), **(settings or {})}
        self._node: Node = (
            Container(every, cluster) if engine_answers() else Jvm(every, cluster, self._folder, lasting=lasting)
        )

    def start(self) -> Self:
        """Start, and return when it answers with itself as broker."""
        self._node.start()
        processes.until(self._ready, seconds=READY_S, what=f"Kafka to answer on {self.bootstrap}")
        return self

    def stop(self) -> None:
        """Stop as an operator would."""
        self._node.stop()

    def kill(self) -> None:
        """Kill -9."""
        self._node.kill()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop and remove the data; a broker that is thrown away need not say goodbye."""
        self.kill()
        self._node.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop and remove the data."""
        self.close()

    def _ready(self) -> bool:
        if (log := self._node.ended()) is not None:
            raise RuntimeError(f"Kafka ended: {log}")
        return processes.answers(self.port) and knows_itself(self.bootstrap)


def kafka_id() -> str:
    """Return a new id as Kafka writes them."""
    first, *rest = uuid.uuid4().bytes
    # An id that begins with "-" looks like an option to Kafka's storage tool: keep it in the first half.
    return base64.urlsafe_b64encode(bytes([first & 0x7F, *rest])).decode().rstrip("=")


def knows_itself(bootstrap: str) -> bool:
    """Whether the cluster at this address has a broker that takes requests."""
    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5_000)
    except (KafkaError, OSError):
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except (KafkaError, OSError):
        return False
    finally:
        admin.close()


def properties(port: int, controller_port: int) -> dict[str, str]:
    """Return the broker's settings: small, ready soon, back soon after kill -9."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "auto.create.topics.enable": "false",
        "offsets.topic.num.partitions": "4",
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",  # hides a wait of production; nothing asserts it
        "log.cleaner.dedupe.buffer.size": "4194304",
        "broker.session.timeout.ms": "2000",
        "broker.heartbeat.interval.ms": "500",
    }
