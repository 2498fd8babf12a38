"""How do readers in this process hear that the log has grown?"""

from __future__ import annotations

from threading import Condition


class Nudge:
    """Wakes everybody who waits; who asks with a count that is past does not wait at all."""

    def __init__(self) -> None:
        """Nothing has happened yet."""
        self._condition = Condition()
        self.count = 0

    def give(self) -> None:
        """Wake whoever waits."""
        with self._condition:
            self.count += 1
            self._condition.notify_all()

    def wait(self, seen: int, timeout_s: float) -> None:
        """Wait for the next nudge after those that were seen, at most so long."""
        with self._condition:
            self._condition.wait_for(lambda: self.count != seen, timeout_s)
