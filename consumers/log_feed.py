"""How do events come from the log itself, with no Kafka in between?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol
from uuid import UUID

from consumers.feed import Unreadable
from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import codec
from projections.place import Batch, Entry, Place
from projections.reading import Decode


class Log(Protocol):
    """What is read of the event store."""

    store_id: str

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""

    def head(self) -> int:
        """Give the last position."""

    def stream(self, journey_id: UUID) -> list[Delivery]:
        """Give a journey's events."""

    def wait(self, after: int, timeout_s: float) -> bool:
        """Wait until the log is longer than a position, at most so long."""


class LogFeed:
    """The log itself as one partition: an event's offset is its position."""

    def __init__(self, log: Log, store_id: str, *, batch: int = 2_000) -> None:
        """Read a store, named by its id, so many events at a time."""
        self._log = log
        self._store_id = store_id
        self._batch = batch
        self._next: int | None = None

    @property
    def feed_id(self) -> str:
        """The store's id."""
        return self._store_id

    @property
    def partitions(self) -> int:
        """The log is one."""
        return 1

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Bring what follows in the log."""
        if self._next is None:
            self._next = self._begun(place_of(0))
        start, after = self._next, max(self._next - 1, 0)
        rows = self._log.rows(after, self._batch)
        if not rows and timeout_s > 0 and self._log.wait(after, timeout_s):
            rows = self._log.rows(after, self._batch)
        if not rows:
            return []
        last = rows[-1].position
        self._next = last + 1
        entries = tuple(Entry(offset=row.position, delivery=row) for row in rows)
        return [Batch(partition=0, start=start, end=self._next, position=last, entries=entries)]

    def _begun(self, place: Place) -> int:
        if place.position > (head := self._log.head()):
            behind = f"the event store ends at position {head}, before the place {place.position}: it was restored"
            raise Unreadable(0, behind)
        return place.offset

    def applied(self, batch: Batch) -> None:
        """Nothing to do: the place is in the database."""

    def lost(self, partition: int) -> None:  # noqa: ARG002 - a log has one partition
        """Read again from the place."""
        self._next = None

    def close(self) -> None:
        """Nothing to do: the store is not ours."""


def feeds(log: Log, names: Iterable[str]) -> dict[str, LogFeed]:
    """A feed of the log for each name; what one has just read the others do not read again."""
    shared = _ReadOnce(log)
    return {name: LogFeed(shared, log.store_id) for name in names}


class _ReadOnce:
    """A log for feeds that follow one another: the last portion is remembered, as long as somebody asks for it."""

    def __init__(self, log: Log) -> None:
        self.store_id = log.store_id
        self.head, self.stream, self.wait = log.head, log.stream, log.wait
        self._rows = log.rows
        self._asked: tuple[int, int] | None = None
        self._found: list[Delivery] = []

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""
        if self._asked != (after, limit) or not self._found:
            self._found = self._rows(after, limit)
            self._asked = after, limit
        return self._found


def histories(log: Log, decode: Decode = codec.decode) -> Callable[[UUID, int], list[Recorded[Event]]]:
    """A journey's events up to a version, for corrections; most were read a moment ago, so decoding may remember."""

    def history(journey_id: UUID, version: int) -> list[Recorded[Event]]:
        return [decode(row.body) for row in log.stream(journey_id)[:version]]

    return history
