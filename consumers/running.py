"""Which worker runs for which projections, and where has it its events from?"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from threading import Event

from consumers.feed import Feed
from consumers.kafka_feed import KafkaFeed
from consumers.log_feed import Log, LogFeed
from consumers.topics import Topics
from consumers.worker import Worker
from projections.database import ReadModels


def run_worker(
    models: ReadModels, log: Log, names: Sequence[str], stop: Event, *, topics: Topics | None, member: str | None = None
) -> None:
    """Run a worker for some projections: from Kafka where there are topics, else from the log itself.

    `member` names the worker among those of its group; the host's name if it is not said. Raises Superseded.
    """

    def feed(name: str) -> Feed:
        if topics is None:
            return LogFeed(log, log.store_id)
        group = topics.group(name, models.projections[name].version)
        return KafkaFeed(topics, group, member or socket.gethostname())

    Worker(models, {name: feed(name) for name in names}).run(stop)
