"""A relay as a process that can be held: `python -m tests.consumers.relay_process URL BOOTSTRAP PREFIX`.

JOURNEY_TEST_PROXY names a proxy its clients go through, JOURNEY_TEST_DEADLINE the seconds that Kafka may take.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from threading import Event
from typing import Any, cast

from kafka import KafkaProducer

from consumers.deadline import TRY_AGAIN
from consumers.published import Published
from consumers.relay import Relay, RelayEnded, RelayRefused
from consumers.topics import CLIENT, Topics
from consumers.worker import stop_on_signals
from journey.recorded import Delivery
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import hold


class HeldRelay(Relay):
    """A relay that can be held in its transactions."""

    def _send(self, producer: KafkaProducer, place: Published, rows: Sequence[Delivery]) -> tuple[list[Any], Published]:
        hold("begun")
        return super()._send(producer, place, rows)

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
    logging.getLogger("kafka").setLevel(logging.ERROR)  # it warns of a busy machine, which is no fault of a relay
    stop = Event()
    stop_on_signals(stop)
    print("started", flush=True)
    try:
        topics = Topics(bootstrap=bootstrap, prefix=prefix, replication=1)
        patience = "60" if os.environ.get("JOURNEY_TEST_HOLD") else "4"  # whoever is held must not be ended for it
        deadline_s = float(os.environ.get("JOURNEY_TEST_DEADLINE", patience))
        if proxy := os.environ.get("JOURNEY_TEST_PROXY"):
            cast("dict[str, Any]", CLIENT)["proxy_url"] = proxy
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
