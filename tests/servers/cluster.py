"""How do three nodes of Apache Kafka run together, and how does one of them die and come back?

Always on Java, also where a Docker engine answers: a node is killed within milliseconds of what a test waits for.
"""

import shutil
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Self

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.servers import processes
from tests.servers.java import Jvm
from tests.servers.kafka import kafka_id, properties

NODES = (1, 2, 3)
READY_S = 120
REPLICATED = {
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
}


class Cluster:
    """Three nodes, each broker and controller; what they hold is replicated three times, two must have it."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Make the nodes; `settings` are broker properties on top of these. Raises NotToBeHad where no Java is."""
        self._folder = Path(tempfile.mkdtemp(prefix="journey-kafka-"))
        self._ports = {node: processes.free_port() for node in NODES}
        controllers = {node: processes.free_port() for node in NODES}
        quorum = {"controller.quorum.bootstrap.servers": ",".join(f"127.0.0.1:{it}" for it in controllers.values())}
        founders = ",".join(f"{node}@127.0.0.1:{port}:{kafka_id()}" for node, port in controllers.items())
        cluster = kafka_id()

        def made(node: int) -> Jvm:
            own = properties(self._ports[node], controllers[node]) | REPLICATED | quorum | {"node.id": str(node)}
            (folder := self._folder / str(node)).mkdir()
            return Jvm({**own, **(settings or {})}, cluster, folder, founders)

        with ThreadPoolExecutor() as pool:
            self._nodes = dict(zip(NODES, pool.map(made, NODES), strict=True))

    @property
    def bootstrap(self) -> str:
        """The addresses of all nodes."""
        return ",".join(f"127.0.0.1:{port}" for port in self._ports.values())

    def start(self, *nodes: int) -> Self:
        """Start these nodes (all), and return when the cluster has them as brokers that take requests."""
        for node in nodes or NODES:
            self._nodes[node].start()
        processes.until(lambda: self._has(nodes or NODES), seconds=READY_S, what="the nodes to join the cluster")
        return self

    def kill(self, *nodes: int) -> None:
        """Kill -9 these nodes."""
        for node in nodes:
            self._nodes[node].kill()

    def stop(self, *nodes: int) -> None:
        """Stop these nodes as an operator would."""
        for node in nodes:
            self._nodes[node].stop()

    def leader(self, topic: str, partition: int) -> int:
        """Which node leads a partition."""
        with KafkaAdminClient(bootstrap_servers=self.bootstrap) as admin:
            (described,) = admin.describe_topics([topic])
            return next(int(it["leader_id"]) for it in described["partitions"] if it["partition_index"] == partition)

    def coordinator(self, transactional_id: str) -> int:
        """Which node coordinates the transactions of an id."""
        with KafkaAdminClient(bootstrap_servers=self.bootstrap) as admin:
            return int(admin.describe_transactions([transactional_id])[transactional_id].coordinator_id)

    def close(self) -> None:
        """Kill all and remove the data."""
        self.kill(*NODES)
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start all."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Kill all and remove the data."""
        self.close()

    def _has(self, nodes: tuple[int, ...]) -> bool:
        for node in nodes:
            if (log := self._nodes[node].ended()) is not None:
                raise RuntimeError(f"node {node} ended: {log}")
        if not all(processes.answers(self._ports[node]) for node in nodes):
            return False
        try:
            with KafkaAdminClient(bootstrap_servers=self.bootstrap, request_timeout_ms=5_000) as admin:
                return set(nodes) <= {broker["broker_id"] for broker in admin.describe_cluster()["brokers"]}
        except (KafkaError, OSError):
            return False
