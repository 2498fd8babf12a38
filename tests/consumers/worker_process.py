"""A worker as a process that can be held: `python -m tests.consumers.worker_process LOG MODELS BOOTSTRAP PREFIX`."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event
from typing import Any

from consumers.kafka_feed import KafkaFeed
from consumers.log_feed import histories
from consumers.topics import Topics
from consumers.worker import Worker, stop_on_signals
from journey.store import codec
from projections.connection import Session
from projections.database import ReadModels
from projections.place import Batch, Place
from projections.places import Places
from tests.consumers.logs import WrittenLog
from tests.consumers.models import SIGNS
from tests.consumers.processes import hold


class HeldFeed(KafkaFeed):
    """A feed that can be held when it has brought something, and before it hears that it was applied."""

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Poll, and be held."""
        batches = super().poll(place_of, timeout_s)
        if any(batch.entries for batch in batches):
            hold("polled")
        return batches

    def applied(self, batch: Batch) -> None:
        """Be held."""
        if batch.entries:
            hold("applied")
        super().applied(batch)


class HeldPlaces(Places):
    """Places that can be held once one was moved, with its batch written and not committed."""

    def move(self, *arguments: Any) -> None:
        """Move, and be held."""
        Places.move(self, *arguments)
        hold("written")


class HeldModels(ReadModels):
    """Read models whose places can be held."""

    def places(self, session: Session, name: str) -> Places:
        """Give places that can be held."""
        return HeldPlaces(session, name, self.projections[name].version)


def main(log_url: str, models_url: str, bootstrap: str, prefix: str, member: str = "one") -> int:
    """Work until SIGTERM."""
    logging.basicConfig(level=logging.ERROR)
    stop = Event()
    stop_on_signals(stop)
    log = WrittenLog(log_url)
    topics = Topics(bootstrap=bootstrap, prefix=prefix, replication=1)
    models = HeldModels(
        models_url, [SIGNS], decode=codec.decode, clock=lambda: datetime.now(UTC), history=histories(log)
    )
    feed = HeldFeed(topics, topics.group("signs", 1), member, session_timeout_ms=6_000)
    print("started", flush=True)
    Worker(models, {"signs": feed}).run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
