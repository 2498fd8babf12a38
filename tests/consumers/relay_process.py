"""A relay as a process that can be held: `python -m tests.consumers.relay_process URL BOOTSTRAP PREFIX`."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from threading import Event
from typing import Any

from kafka import KafkaProducer

from consumers.deadline import TRY_AGAIN
from consumers.relay import Relay, RelayEnded, RelayRefused
from consumers.topics import Topics
from consumers.worker import stop_on_signals
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import hold


class HeldRelay(Relay):
    """A relay that can be held in its transactions."""

    def _flush(self, producer: KafkaProducer, futures: Sequence[Any]) -> None:
        hold("sent")
        super()._flush(producer, futures)
        hold("flushed")

    def _commit(self, producer: KafkaProducer) -> None:
        super()._commit(producer)
        hold("committed")


def main(url: str, bootstrap: str, prefix: str) -> int:
    """Publish until SIGTERM."""
    logging.basicConfig(level=logging.WARNING)
    stop = Event()
    stop_on_signals(stop)
    print("started", flush=True)
    try:
        topics = Topics(bootstrap=bootstrap, prefix=prefix, replication=1)
        deadline_s = 60 if os.environ.get("JOURNEY_TEST_HOLD") else 4  # whoever is held must not be ended for it
        relay = HeldRelay(WrittenLog(url), topics, batch=100, deadline_s=deadline_s)
        relay.run(stop)
    except RelayRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    except RelayEnded as ended:
        print(ended, file=sys.stderr)
        return TRY_AGAIN
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
