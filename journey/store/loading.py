"""What is known of a journey when a command comes, and what of it stays at hand for the next?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from journey.container import Container, folded
from journey.events import Event
from journey.history import NEW, fold, grown
from journey.recorded import Happened
from journey.state import Journey
from journey.store import codec
from journey.store.happened import happened
from journey.store.log import EventLog
from journey.store.statements import Stored
from journey.values import SiteId

EVENTS_MAX = 20_000
"""So many events stay at hand, of the journeys written to last: some 40 MB."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A journey with its log; `digest` is its last event's."""

    log: tuple[Happened[Event], ...] = ()
    journey: Journey = NEW
    digest: str | None = None
    site_id: SiteId | None = None

    def grown(self, entry: Happened[Event], body: bytes) -> Loaded:
        """The journey with one event more, and that event's bytes."""
        log = (*self.log, entry)
        return Loaded(log, grown(self.journey, log), codec.digest(body), self.site_id or codec.site(body))


def loaded(stored: Sequence[Stored]) -> Loaded:
    """The journey of all its stored events. Raises codec.Unreadable."""
    if not stored:
        return Loaded()
    log = tuple([happened(tag, body) for tag, body in stored])
    return Loaded(log, fold(log), codec.digest(stored[-1][1]), codec.site(stored[0][1]))


@dataclass(slots=True)
class AtHand:
    """The journeys written to last, or shown on a board, so that what is next need not read and fold all of them again.

    What is believed is proved by appending after its last event (`Head`). What is loaded is as the store has it: that
    event is read again with what came after, and must be the same to the byte. So neither another process, a crash of
    the server nor a restored backup makes it wrong.
    """

    log: EventLog
    _journeys: OrderedDict[UUID, Loaded] = field(default_factory=OrderedDict)
    _events: int = 0
    _lock: Lock = field(default_factory=Lock)

    def believed(self, journey_id: UUID) -> Loaded | None:
        """Give a journey as it was when it was last written to here; None if it is not at hand."""
        return self._journeys.get(journey_id)

    def load(self, journey_ids: Collection[UUID]) -> dict[UUID, Loaded]:
        """Give journeys as they are now."""
        if len(journey_ids) != 1:
            return {key: loaded(stored) for key, stored in self.log.streams(journey_ids).items()}
        return {key: self._one(key) for key in journey_ids}

    def container(self, container_id: UUID, site_id: SiteId) -> Container | None:
        """Give a container of the drug as it is now; none of another site."""
        found = self.load([container_id])[container_id]
        return folded(found.log) if found.site_id == site_id else None

    def keep(self, journey_id: UUID, it: Loaded) -> None:
        """Have a journey at hand, and no longer those not written to for longest."""
        with self._lock:
            self._forget(journey_id)
            self._journeys[journey_id] = it
            self._events += len(it.log)
            while self._events > EVENTS_MAX:
                self._forget(next(iter(self._journeys)))

    def _forget(self, journey_id: UUID) -> None:
        known = self._journeys.pop(journey_id, None)
        self._events -= 0 if known is None else len(known.log)

    def _one(self, journey_id: UUID) -> Loaded:
        known = self.believed(journey_id)
        if known is None:
            return loaded(self.log.stored(journey_id))
        last, *since = self.log.stored(journey_id, since=len(known.log)) or [("", b"")]
        if codec.digest(last[1]) != known.digest:
            return loaded(self.log.stored(journey_id))
        for tag, body in since:
            known = known.grown(happened(tag, body), body)
        return known
