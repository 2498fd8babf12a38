"""What do a batch's events make of the journeys they belong to?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from journey.events import Event
from journey.recorded import Recorded
from projections.place import Entry, Stopped
from projections.projection import AnyProjection, Rows, joined
from projections.reading import PASSING, UNKNOWN_JOURNEY, Read, tried
from projections.tables import Stored

Changes = list[tuple[str, Rows, Rows]]
"""Of a journey its old and its new rows."""

History = Callable[[UUID, int], Sequence[Recorded[Event]]]

NOTHING = Stored(0, 0, "")
"""How far a journey has come of which nothing is known."""

QUEUED = "queued"
"""Why an event waits that is no fault itself: another of its journey waits before it."""


class Memory:
    """Documents, with their rows, by the text they are stored as: reading one back is no work while it is remembered.

    What is remembered of a text is true of it whoever wrote it, so nothing has to be forgotten but for want of room.
    """

    def __init__(self, room: int = 5_000) -> None:
        """Remember so many documents."""
        self._room = room
        self._known: OrderedDict[str, tuple[Any, Rows]] = OrderedDict()

    def keep(self, body: str, document: Any, rows: Rows) -> None:
        """Remember a document."""
        self._known[body] = document, rows
        if len(self._known) > self._room:
            self._known.popitem(last=False)

    def take(self, body: str) -> tuple[Any, Rows] | None:
        """Give a document and its rows, and forget them: it is about to change."""
        return self._known.pop(body, None)


class RowsFailed(Exception):  # noqa: N818 - says which step to do again, with care
    """The rows of some document could not be made."""


@dataclass(frozen=True, slots=True)
class Parked:
    """An entry that waits, and why; `fault` is what the record itself lacks, whatever it waits for."""

    journey: str
    reason: str
    entry: Entry
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody left out of a journey: these versions, and so many events whose version nobody knows."""

    versions: frozenset[int] = frozenset()
    unknown: int = 0

    def covers(self, missing: range) -> bool:
        """Whether that is all that is missing."""
        return len(set(missing) - self.versions) <= self.unknown


Leaving = Callable[[str], Left]
"""Of a journey what was left out of it: asked only where something is missing."""


@dataclass(slots=True)
class _Open:
    """A journey while a batch is folded into it; its whole log so far, if all of that is in the batch."""

    stored: Stored
    first: Any
    before: Rows
    document: Any
    version: int
    position: int
    log: list[Recorded[Event]] | None
    after: Rows = field(default_factory=dict)
    entered: list[Rows] = field(default_factory=list)

    @property
    def is_moved(self) -> bool:
        """Whether an event was folded into it."""
        return self.version > self.stored.version

    @property
    def is_as_before(self) -> bool:
        """Whether none of them said anything that this projection keeps."""
        return self.document is self.first and bool(self.stored.body)


@dataclass(slots=True)
class Fold:
    """Folds a batch in memory: nothing is written here.

    `careful` makes the rows after every event, so that one whose rows fail is parked and not its batch.
    """

    projection: AnyProjection
    history: History
    stored: Mapping[str, Stored]
    waiting: set[str]
    leaving: Leaving
    memory: Memory
    careful: bool = False
    parked: list[Parked] = field(default_factory=list)
    _open: dict[str, _Open] = field(default_factory=dict)

    def add(self, read: Read) -> None:
        """Fold one entry, or park it.

        Raises Stopped at a gap in a journey's versions: what is missing may still be somewhere.
        """
        if read.journey in self.waiting and read.journey != UNKNOWN_JOURNEY:
            self._park(read, QUEUED)
        elif read.recorded is None:
            self._park(read, read.fault)
        else:
            self._fold(read, read.recorded)

    def changes(self) -> Changes:
        """The old and the new rows of every journey that moved."""
        moved = {journey: it for journey, it in self._open.items() if it.is_moved}
        try:
            for it in moved.values():
                it.after = it.before if it.is_as_before else tried(self.projection.rows, it.document)
        except PASSING:
            raise
        except Exception as error:
            raise RowsFailed from error
        return [
            (journey, it.before, joined([it.after, *it.entered]) if it.entered else it.after)
            for journey, it in moved.items()
            if it.entered or it.after is not it.before
        ]

    def documents(self) -> dict[str, Stored]:
        """The documents to keep."""
        return {
            journey: Stored(it.version, it.position, self._body(it))
            for journey, it in self._open.items()
            if it.is_moved
        }

    def _body(self, it: _Open) -> str:
        body = it.stored.body if it.is_as_before else self.projection.encode(it.document)
        self.memory.keep(body, it.document, it.after)
        return body

    def _fold(self, read: Read, recorded: Recorded[Event]) -> None:
        opened = self._opened(read.journey)
        if recorded.version <= opened.version:
            return
        missing = range(opened.version + 1, recorded.version)
        if missing and not self.leaving(read.journey).covers(missing):
            if UNKNOWN_JOURNEY not in self.waiting:
                raise Stopped(f"journey {read.journey}: version {missing.start} is missing before {missing.stop}")
            self._park(read, "gap")  # what is missing may be the record that could not be read
            return
        if missing:
            opened.log = None
        elif opened.log is not None:
            opened.log.append(recorded)
        log = self._log(opened, recorded) if self.projection.is_refolded(recorded) else None
        try:
            document, entered = tried(self._folded, opened.document, read.entry.delivery.position, recorded, log)
        except PASSING:
            raise
        except Exception as error:  # noqa: BLE001 - it failed as often as it was tried: the journey waits for us
            self._park(read, f"fold:{type(error).__name__}")
            return
        opened.document, opened.version = document, recorded.version
        if entered:
            opened.entered.append(entered)
        opened.position = read.entry.delivery.position

    def _folded(
        self, document: Any, position: int, recorded: Recorded[Event], log: Sequence[Recorded[Event]] | None
    ) -> tuple[Any, Rows]:
        """The document after one more event, and the rows that the event makes by itself."""
        folded = self.projection.evolve(document, position, recorded) if log is None else self.projection.refold(log)
        if self.careful:
            self.projection.rows(folded)
        return folded, self.projection.entered(position, recorded, log or ())

    def _log(self, opened: _Open, recorded: Recorded[Event]) -> Sequence[Recorded[Event]]:
        """The journey's log up to an event: from the store, but where the batch holds all of it."""
        if opened.log is not None:
            return opened.log
        log = self.history(recorded.journey_id, recorded.version)
        if len(log) != recorded.version or log[-1] != recorded:
            behind = f"journey {recorded.journey_id}: the store is behind or foreign at version {recorded.version}"
            raise Stopped(behind)
        return log

    def _opened(self, journey: str) -> _Open:
        if journey not in self._open:
            stored = self.stored.get(journey, NOTHING)
            document, rows = (self.projection.new(), {}) if not stored.body else self._recalled(stored.body)
            log: list[Recorded[Event]] | None = None if stored.version else []
            self._open[journey] = _Open(stored, document, rows, document, stored.version, stored.position, log)
        return self._open[journey]

    def _recalled(self, body: str) -> tuple[Any, Rows]:
        known = self.memory.take(body)
        if known is not None:
            return known
        document = self.projection.decode(body)
        return document, self.projection.rows(document)

    def _park(self, read: Read, reason: str) -> None:
        self.parked.append(Parked(read.journey, reason, read.entry, read.lacks))
        self.waiting.add(read.journey)
