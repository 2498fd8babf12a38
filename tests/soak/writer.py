"""How do many processes write one log at the same time, each its own journeys?

`python -m tests.soak.writer URL NUMBER SEED` writes until its input ends, and tells how many events it stored.
"""

from __future__ import annotations

import random
import sys
from itertools import count
from threading import Event, Thread
from uuid import uuid5

from tests.consumers.logs import CLINIC, WrittenLog, written

ROUND = 200
"""Events of a handful of journeys; then others."""


def main(url: str, number: str, seed: str) -> int:
    """Write until told to stop; how many events are stored."""
    chance = random.Random(f"{number} {seed}")
    over = Event()
    Thread(target=_wait, args=(over,), daemon=True).start()
    log = WrittenLog(url)
    print("started", flush=True)
    stored = 0
    for turn in count():
        bodies = written(ROUND, journeys=5, clinic=uuid5(CLINIC, f"{number} {seed} {turn}"))
        while bodies:
            if over.is_set():
                log.close()
                return stored
            many = chance.choice((1, 1, 1, 2, 5))
            log.put(bodies[:many])
            stored += len(bodies[:many])
            del bodies[:many]
    raise AssertionError("turns do not end")


def _wait(over: Event) -> None:
    sys.stdin.read()
    over.set()


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
