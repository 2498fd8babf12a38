"""What ends a call to Kafka that may block for ever?"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)

TRY_AGAIN = 75
"""The exit code (EX_TEMPFAIL) of a process that wants to be started again."""


class Deadline:
    """Ends the process when what is inside `within()` has not come back in time.

    A commit has no timeout in kafka-python: it can hang for ever after its coordinator was killed. Nothing is lost by
    ending the process at any moment, because the next start goes on from Kafka's own record.
    """

    def __init__(self, seconds: float, end: Callable[[int], object] = os._exit) -> None:
        """Watch from now on, in a thread of its own."""
        self._seconds = seconds
        self._end = end
        self._due: float | None = None
        self._over = threading.Event()
        threading.Thread(target=self._watch, name="deadline", daemon=True).start()

    @contextmanager
    def within(self, times: float = 1) -> Iterator[None]:
        """Do this in time, or in so many times the time."""
        self._due = time.monotonic() + times * self._seconds
        try:
            yield
        finally:
            self._due = None

    def close(self) -> None:
        """Watch no more."""
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(min(0.5, self._seconds / 4)):
            due = self._due
            if due is not None and time.monotonic() > due:
                log.critical(
                    "Kafka did not answer within the deadline of %g s: ending, to be started again", self._seconds
                )
                self._end(TRY_AGAIN)
