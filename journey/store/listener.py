"""How does a process hear that another has appended, on PostgreSQL?"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

POLL_S = 1.0
"""How often a reader looks, should a notification be lost."""


class Listener(Thread):
    """Hears of every append, on a connection of its own; what it misses while that is away, readers find by polling."""

    def __init__(self, connect: dict[str, Any], channel: str, heard: Callable[[], None]) -> None:
        """Nothing is opened yet."""
        super().__init__(name="journey-listener", daemon=True)
        self._connect, self._channel, self._heard = connect, channel, heard
        self._ended = Event()

    def run(self) -> None:
        """Listen until stopped."""
        while not self._ended.is_set():
            try:
                self._hear()
            except psycopg.Error:
                self._ended.wait(POLL_S)

    def _hear(self) -> None:
        with psycopg.connect(**self._connect, autocommit=True) as conn:
            conn.execute(SQL("LISTEN {}").format(Identifier(self._channel)))
            self._heard()  # of what was appended before we listened
            while not self._ended.is_set():
                for _ in conn.notifies(timeout=0.2, stop_after=1):
                    self._heard()

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self._ended.set()
        self.join()
