"""A worker of the real read models as a process whose phase outlives it.

python -m tests.faults_worker.worker_process LOG MODELS BOOTSTRAP PREFIX MEMBER PHASE_FILE
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from consumers.kafka_feed import KafkaFeed
from consumers.topics import Topics
from consumers.worker import Worker, stop_on_signals
from projections.connection import Database, Session
from projections.models import PROJECTIONS
from projections.place import Batch, Place
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import hold
from tests.faults_worker.built import real_models

POLLED = "polled"
WRITTEN = "written-uncommitted"
COMMITTED = "committed-unacknowledged"
BETWEEN = "between"
PHASES = (POLLED, WRITTEN, COMMITTED, BETWEEN)

SESSION_MS = 10_000
"""Whoever is started again within it has its partitions at once, on a busy machine too."""


class Phase:
    """Notes in a file where the process is: what is written there, no kill -9 takes back."""

    def __init__(self, file: Path) -> None:
        """Begin between two batches."""
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT)
        self.now = BETWEEN
        self.is_joined = False
        self.at(BETWEEN)

    def at(self, phase: str) -> None:
        """Come to a phase, and be held there if it is asked and the worker has its partitions."""
        self.now = phase
        os.pwrite(self._file, phase.ljust(40).encode(), 0)
        if self.is_joined:
            hold(phase)

    def joined(self) -> None:
        """Say that the worker has its partitions."""
        if not self.is_joined:
            self.is_joined = True
            print("joined", flush=True)


def phase_in(file: Path) -> str:
    """Return the phase that a process noted last."""
    return file.read_text().strip()


class PhasedFeed(KafkaFeed):
    """A feed that notes what its worker has in hand."""

    phase: Phase
    has_brought = False

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Poll: before it all that was brought is done with, after it there may be something."""
        if self.has_brought:
            self.phase.at(BETWEEN)
        batches = super().poll(place_of, timeout_s)
        self.has_brought = any(batch.entries for batch in batches)
        if self.has_brought:
            self.phase.at(POLLED)
        return batches

    def applied(self, batch: Batch) -> None:
        """Hear that a batch is committed, and go on to the next in hand."""
        if batch.entries:
            self.phase.at(COMMITTED)
        super().applied(batch)
        if batch.entries:
            self.phase.now = POLLED

    @property
    def is_assigned(self) -> bool:
        """Whether it has partitions."""
        return self._clients is not None and bool(self._clients._places)


class PhasedDatabase(Database):
    """A database that notes when a batch is written and not committed."""

    def __init__(self, url: str, phase: Phase) -> None:
        """Know the URL."""
        super().__init__(url)
        self._phase = phase

    @contextmanager
    def writing(self, *, again: bool = False) -> Iterator[Session]:
        """One transaction that writes."""
        with super().writing(again=again) as session:
            yield session
            if self._phase.now == POLLED:  # else it is no batch
                self._phase.at(WRITTEN)


class PhasedWorker(Worker):
    """A worker that says when it has its partitions."""

    phase: Phase

    def step(self, timeout_s: float = 0) -> int:
        """Poll every feed once."""
        applied = super().step(timeout_s)
        if all(isinstance(feed, PhasedFeed) and feed.is_assigned for feed in self.feeds.values()):
            self.phase.joined()
        return applied


def main(log_url: str, models_url: str, bootstrap: str, prefix: str, member: str, file: str) -> int:
    """Work until SIGTERM."""
    logging.basicConfig(level=logging.ERROR)
    stop = Event()
    stop_on_signals(stop)
    phase = Phase(Path(file))
    models = real_models(models_url, WrittenLog(log_url))
    models.database = PhasedDatabase(models_url, phase)
    topics = Topics(bootstrap=bootstrap, prefix=prefix, replication=1)
    groups = {it.name: topics.group(it.name, it.version) for it in PROJECTIONS}
    feeds = {name: PhasedFeed(topics, it, member, session_timeout_ms=SESSION_MS) for name, it in groups.items()}
    for feed in feeds.values():
        feed.phase = phase
    worker = PhasedWorker(models, feeds)
    worker.phase = phase
    worker.run(stop)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
