"""What does a loop of the subscriber's own get hold of: some events, and the transaction that they are handled in?"""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Any

from consumers.feed import Feed
from consumers.subscriber.effects import Effects
from consumers.subscriber.handling import Connection
from journey.recorded import Recorded
from projections.place import Batch


class Given(AbstractContextManager[tuple[list[Recorded[Any]], Connection]]):
    """Some events of a partition, in order: entered once, committed when the block ends well."""

    def __init__(self, effects: Effects, feed: Feed, batch: Batch) -> None:
        """Nothing is begun yet."""
        self._effects = effects
        self._feed = feed
        self._batch = batch
        self._transaction = ExitStack()
        self._is_applied = False

    def __enter__(self) -> tuple[list[Recorded[Any]], Connection]:
        """Begin the transaction; an event that can't be read is parked, with all that follows of its journey."""
        reads = [self._effects.reader.read(entry) for entry in self._batch.entries]
        begun = self._transaction.enter_context(self._effects.begun(self._feed.feed_id, self._batch, reads))
        events = [read.recorded for read in begun.admitted() if read.recorded is not None]
        return events, begun.session.connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or undo."""
        self._transaction.__exit__(kind, error, trace)
        self._is_applied = kind is None

    def pass_over(self) -> None:
        """Move the place alone, where there are no events."""
        with self:
            pass

    def settle(self) -> None:
        """Let the feed know what became of it."""
        if self._is_applied:
            self._feed.applied(self._batch)
        else:
            self._feed.lost(self._batch.partition)
