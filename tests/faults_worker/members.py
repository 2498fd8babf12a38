"""How does a test run workers of the real read models beside it, and look into their groups?"""

from __future__ import annotations

from threading import Event, Thread
from typing import Any, Self

from consumers.kafka_feed import KafkaFeed
from consumers.topics import Topics
from consumers.worker import Worker
from projections.models import PROJECTIONS
from tests.consumers.logs import WrittenLog
from tests.faults_worker.built import real_models
from tests.servers import until

SESSION_MS = 6_000


def feeds(topics: Topics, member: str) -> dict[str, KafkaFeed]:
    """Return a member's feeds, one a read model."""
    groups = {it.name: topics.group(it.name, it.version) for it in PROJECTIONS}
    return {name: KafkaFeed(topics, group, member, session_timeout_ms=SESSION_MS) for name, group in groups.items()}


class Member:
    """A worker with a name, in a thread, from its start to its clean stop."""

    def __init__(self, name: str, topics: Topics, models_url: str, log: WrittenLog) -> None:
        """Know everything; start nothing."""
        self.name = name
        self._models = real_models(models_url, log)
        self.feeds = feeds(topics, name)
        self.worker = Worker(self._models, self.feeds)
        self._stop = Event()
        self._thread = Thread(target=self.worker.run, args=(self._stop,), name=f"member {name}")

    def __enter__(self) -> Self:
        """Start it."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it as SIGTERM does."""
        self._stop.set()
        self._thread.join(30)
        self._models.close()
        assert not self._thread.is_alive(), f"member {self.name} did not stop"

    @property
    def assigned(self) -> dict[str, frozenset[int]]:
        """The partitions it reads, by read model."""
        return {name: frozenset(clients._places) for name, feed in self.feeds.items() if (clients := feed._clients)}

    @property
    def generations(self) -> dict[str, int]:
        """The generation of each group as it knows it; -1 while it has joined none."""
        clients = {name: feed._clients for name, feed in self.feeds.items()}
        return {name: _generation(it) for name, it in clients.items()}


def _generation(clients: Any) -> int:
    return -1 if clients is None else int(clients._consumer._coordinator._generation.generation_id)


def shared(*members: Member) -> bool:
    """Whether the members have all partitions of every read model among them, each of them some."""
    for it in PROJECTIONS:
        owned = [member.assigned.get(it.name, frozenset()) for member in members]
        if not all(owned) or sorted(partition for each in owned for partition in each) != list(range(12)):
            return False
    return True


def wait_until_shared(*members: Member) -> None:
    """Wait until they are."""
    until(lambda: shared(*members), seconds=60, what="the members to share the partitions")
