"""Do relay and worker go on when the broker was away?"""

from __future__ import annotations

from pathlib import Path

import pytest

from consumers.deadline import TRY_AGAIN
from consumers.topics import Topics, create
from projections.verifying import dump
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import models
from tests.consumers.processes import Held, started
from tests.consumers.reading import assert_exact
from tests.consumers.test_feeds import position, replayed
from tests.servers import Kafka, until


class Supervised:
    """A relay, started again when it asks for it, as a supervisor does."""

    def __init__(self, log: WrittenLog, topics: Topics) -> None:
        """Start it."""
        self._arguments = (log.url, topics.bootstrap, topics.prefix)
        self.codes: list[int] = []
        self._start()

    def _start(self) -> None:
        self.process = Held("tests.consumers.relay_process", *self._arguments).wait_for("started")

    def kept_running(self) -> bool:
        """Start it again if it has ended; whether it had."""
        if self.process.running:
            return False
        self.codes.append(self.process.end()[0])
        self._start()
        return True


@pytest.mark.slow
def test_broker_killed_and_back(tmp_path: Path, log: WrittenLog) -> None:
    """A broker killed in the middle: the relay is started again and the worker goes on; topic and rows are exact."""
    models_url = f"sqlite:///{tmp_path / 'models.db'}"
    built = models(models_url, log)
    bodies = written(900)
    log.put(bodies[:300])
    with Kafka() as broker:
        topics = Topics(bootstrap=broker.bootstrap, replication=1)
        create(topics)
        relay = Supervised(log, topics)
        worker = Held("tests.consumers.worker_process", log.url, models_url, topics.bootstrap, "").wait_for("started")
        with started(relay.process, worker):
            until(lambda: position(built) == 300, seconds=30, what="the first events")
            broker.kill()
            log.put(bodies[300:600])
            until(relay.kept_running, seconds=40, what="the relay to end by its deadline")
            broker.start()

            def caught_up() -> bool:
                relay.kept_running()
                return position(built) == 600

            until(caught_up, seconds=60, what="what was written while the broker was away")
            log.put(bodies[600:])
            until(lambda: position(built) == 900, seconds=30, what="what was written after")
            assert relay.process.terminate()[0] == 0
            assert worker.terminate()[0] == 0
        assert set(relay.codes) == {TRY_AGAIN}
        assert_exact(topics, log)
    assert dump(built, "signs") == replayed(log)
    built.close()
