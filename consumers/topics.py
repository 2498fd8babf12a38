"""Which topics are there, how are they set up, and what does a record look like?"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, OffsetSpec
from kafka.cluster import collect_hosts
from kafka.errors import (
    KafkaConnectionError,
    KafkaError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
    for_code,
)
from kafka.partitioner.default import murmur2

CONTENT_TYPE = "application/cloudevents+json"
HEADERS = ("content-type", "type", "position")
"""What a record carries beside its key (the journey's id) and its value (the stored bytes, untouched)."""

EVENTS_PARTITIONS = 12
"""For life: a keyed topic that gets more partitions loses the order of its keys."""

CLIENT = {
    "bootstrap_timeout_ms": 10_000,
    "reconnect_backoff_max_ms": 1_000,  # of 30 seconds, kafka-python's default, a broker that is back is found late
}
"""What every client of ours is made with."""

FETCH_BYTES = 3 * 1024 * 1024
"""What a consumer of ours fetches at once, of one partition or of several together: of a megabyte of each of twelve
reading is a sixth slower, and takes a hundred megabytes more."""

CLOSE_MS = 5_000
"""How long a client that closes waits for a broker that is away."""

BOOTSTRAP_EVERY_S = 0.1
MADE_MS = 30_000
"""How long a broker that is busy may take until it knows a topic that was made."""

Settings = dict[str, str]

KEPT: Settings = {
    "unclean.leader.election.enable": "false",
    "compression.type": "producer",
    "message.timestamp.type": "CreateTime",
}
EVENTS: Settings = {
    **KEPT,
    "cleanup.policy": "delete",
    "retention.ms": "-1",
    "retention.bytes": "-1",
    # A broker refuses timestamps an hour ahead of its clock; ours are the store's, and an event is never refused.
    "message.timestamp.after.max.ms": "9223372036854775807",
}
RELAY: Settings = {**KEPT, "cleanup.policy": "compact"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """An installation's topics on a cluster; the prefix keeps installations on one cluster apart.

    `replication` is 1 where there is one broker, else 3. `epoch` counts how often the log was published anew, each time
    to another topic of events; which one is current is said on Kafka itself, see `published.current`.
    """

    bootstrap: str
    prefix: str = ""
    replication: int = 3
    partitions: int = EVENTS_PARTITIONS
    epoch: int = 1

    @property
    def events(self) -> str:
        """The contract: every event, keyed by its journey."""
        return self._first if self.epoch == 1 else f"{self._first}.e{self.epoch}"

    def of(self, epoch: int) -> Topics:
        """The topics when the log was published for the so-manieth time."""
        return replace(self, epoch=epoch)

    def epoch_of(self, name: str) -> int | None:
        """Which epoch's topic of events has this name; None if it is none of these."""
        found = re.fullmatch(rf"{re.escape(self._first)}(?:\.e([1-9]\d{{0,8}}))?", name)
        return None if found is None else int(found[1] or 1)

    @property
    def _first(self) -> str:
        return f"{self.prefix}journeys.events.v1"

    @property
    def relay(self) -> str:
        """How far the events are published: one record a transaction, keyed by the events topic."""
        return f"{self.prefix}journeys.relay.v1"

    def group(self, projection: str, version: int) -> str:
        """The consumer group of a read model's version."""
        return f"{self.prefix}journeys.{projection}.v{version}"

    @property
    def wanted(self) -> dict[str, tuple[int, Settings]]:
        """Of each topic its partitions and settings."""
        insync = {"min.insync.replicas": str(max(1, self.replication - 1))}
        return {self.events: (self.partitions, EVENTS | insync), self.relay: (1, RELAY | insync)}


def partition_of(journey_id: str, partitions: int) -> int:
    """The partition of a journey, as every Kafka client counts it."""
    hashed: int = murmur2(journey_id.encode())
    return (hashed & 0x7FFFFFFF) % partitions


class KafkaUnavailable(Exception):  # noqa: N818 - a state that passes, told to whoever asks
    """Kafka does not answer, or refuses: says what it was."""


def create(topics: Topics) -> list[str]:
    """Make the topics that are missing; gives their names. What exists is left as it is: see `check`.

    Raises KafkaUnavailable.
    """
    with told(topics), administration(topics.bootstrap) as admin:
        there = {topic["name"] for topic in _described(admin, topics) if not topic["error_code"]}
        missing = [name for name in topics.wanted if name not in there]
        for name in missing:
            partitions, settings = topics.wanted[name]
            asked = {
                "num_partitions": partitions,
                "replication_factor": topics.replication,
                "configs": settings,
            }
            with suppress(TopicAlreadyExistsError):  # somebody else made it meanwhile
                admin.create_topics({name: asked}, wait_for_metadata=False)
            admin.wait_for_topics([name], timeout_ms=MADE_MS)
        return missing


def check(topics: Topics) -> list[str]:
    """What is wrong with the topics, in words; nothing if all is well. Raises KafkaUnavailable."""
    with told(topics), administration(topics.bootstrap) as admin:
        described = {topic["name"]: topic for topic in _described(admin, topics)}
        there = [name for name in topics.wanted if not described[name]["error_code"]]
        found = _settings(admin, there)
    faults = []
    for name, (partitions, settings) in topics.wanted.items():
        if name not in there:
            why = for_code(described[name]["error_code"])
            said = "does not exist" if why is UnknownTopicOrPartitionError else f"can't be read: {why.__name__}"
            faults.append(f"{name} {said}")
            continue
        faults += _shape_faults(described[name], partitions, topics.replication)
        faults += [
            f"{name}: {setting} is {found[name].get(setting)}, not {value}"
            for setting, value in settings.items()
            if found[name].get(setting) != value
        ]
    return faults


def _shape_faults(topic: Mapping[str, Any], partitions: int, replication: int) -> Iterator[str]:
    if (count := len(topic["partitions"])) != partitions:
        yield f"{topic['name']} has {count} partitions, not {partitions}"
    replicas = min((len(partition["replica_nodes"]) for partition in topic["partitions"]), default=0)
    if replicas < replication:
        yield f"{topic['name']} is replicated {replicas} times, not {replication}"


def epochs(admin: KafkaAdminClient, topics: Topics) -> list[int]:
    """The epochs whose topics of events are there."""
    return sorted(epoch for name in admin.list_topics() if (epoch := topics.epoch_of(name)) is not None)


@dataclass(frozen=True, slots=True)
class Identity:
    """Which topic this is: a topic that was deleted and made again has another id."""

    cluster: str
    topic: str
    partitions: int

    @property
    def feed_id(self) -> str:
        """What names the feed that it is, with the places of whoever reads it."""
        return f"{self.cluster}/{self.topic}"


def identify(admin: KafkaAdminClient, name: str) -> Identity:
    """The identity of a topic.

    Raises UnknownTopicOrPartitionError where there is none of that name.
    """
    (topic,) = admin.describe_topics([name])
    if topic["error_code"]:
        raise for_code(topic["error_code"])(f"{name}: make it by `journey topics create`")
    cluster = admin.describe_cluster()["cluster_id"]
    return Identity(cluster, str(topic["topic_id"]), len(topic["partitions"]))


def ends(admin: KafkaAdminClient, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
    """Where partitions end, what is not committed included."""
    found = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST)) if partitions else {}
    return {partition: it.offset for partition, it in found.items()}


@contextmanager
def told(topics: Topics) -> Iterator[None]:
    """Say of whatever Kafka answers, or does not, that it is Kafka. Raises KafkaUnavailable."""
    try:
        yield
    except KafkaError as error:
        raise KafkaUnavailable(f"Kafka at {topics.bootstrap}: {type(error).__name__}") from error


def await_broker(bootstrap: str) -> None:
    """Wait until a broker accepts a connection, before a client is made. Raises KafkaConnectionError.

    A client of kafka-python that finds nobody leaves a thread and its sockets behind, each time that it is tried.
    """
    deadline = time.monotonic() + CLIENT["bootstrap_timeout_ms"] / 1000
    servers = [(host, port) for host, port, _ in collect_hosts(bootstrap)]
    while not any(map(_accepts, servers)):
        if time.monotonic() > deadline:
            raise KafkaConnectionError("no broker accepts a connection")
        time.sleep(BOOTSTRAP_EVERY_S)


def _accepts(server: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(server, timeout=CLIENT["bootstrap_timeout_ms"] / 1000):
            return True
    except OSError:
        return False


@contextmanager
def administration(bootstrap: str) -> Iterator[KafkaAdminClient]:
    """An administrator's client, closed afterwards."""
    admin = administrator(bootstrap)
    try:
        yield admin
    finally:
        admin.close()


def administrator(bootstrap: str) -> KafkaAdminClient:
    """An administrator's client. Raises a KafkaError when no broker answers."""
    await_broker(bootstrap)
    return KafkaAdminClient(bootstrap_servers=bootstrap, **CLIENT)


def _described(admin: KafkaAdminClient, topics: Topics) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = admin.describe_topics(list(topics.wanted))
    return described


def _settings(admin: KafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    described = admin.describe_configs(resources, config_filter="all")
    return {
        name: {setting: it["value"] for setting, it in settings.items()}
        for name, settings in described["topic"].items()
    }
