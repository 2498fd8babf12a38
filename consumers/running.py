"""Which worker runs for which projections, and where has it its events from?"""

from __future__ import annotations

from collections.abc import Sequence

from consumers.feed import Feed
from consumers.kafka_feed import KafkaFeed
from consumers.log_feed import Log, feeds
from consumers.topics import Topics
from consumers.worker import Worker
from projections.database import ReadModels


def worker_of(models: ReadModels, log: Log, names: Sequence[str], topics: Topics | None) -> Worker:
    """A worker for some projections: from Kafka where there are topics, else from the log itself."""
    if topics is None:
        return Worker(models, feeds(log, names))

    def feed(name: str) -> Feed:
        group = topics.group(name, models.projections[name].version)
        return KafkaFeed(topics, group, models.member)

    return Worker(models, {name: feed(name) for name in names})
