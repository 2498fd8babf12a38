"""A process that hands rows of a table on to Kafka by the drivers alone, as soon as it hears of them.

python -m tests.bench.handing_on URL BOOTSTRAP TOPIC
"""

from __future__ import annotations

import signal
import sys
from threading import Event

import psycopg
from kafka import KafkaProducer

CHANNEL = "raw_events"
HEAR_S = 0.2


def main(url: str, bootstrap: str, topic: str) -> int:
    """Hand on until SIGTERM: each time what is new, with no transaction, place or check."""
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    producer = KafkaProducer(bootstrap_servers=bootstrap, metrics_enabled=False)
    last = 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        while not stop.is_set():
            rows = connection.execute(
                "SELECT number, body FROM raw_events WHERE number > %s ORDER BY 1", [last]
            ).fetchall()
            for number, body in rows:
                producer.send(topic, body, headers=[("position", b"%d" % number)], partition=number % 12)
                last = number
            producer.flush()
            if not rows:
                list(connection.notifies(timeout=HEAR_S, stop_after=1))
    producer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
