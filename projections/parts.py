"""Into which parts does the work of a build fall, and which are done?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from journey.recorded import Delivery
from projections.connection import Session
from projections.replaying import Told

FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)
EVENTS = 5_000
"""So many events a part has at least, if no single journey has more: what a process holds in memory at a time."""
PAGE = 10_000


class Journeys(Protocol):
    """What a build asks of the event store."""

    def head(self) -> int:
        """Give the last position."""

    def rows(self, after: int, limit: int) -> list[Delivery]:
        """Give the events after a position."""

    def journeys(self, after: UUID, limit: int) -> list[tuple[UUID, int]]:
        """Give the journeys whose ids follow one, in their order, and how many events each has."""

    def between(self, after: UUID, until: UUID, position: int) -> Iterable[tuple[UUID, list[Told]]]:
        """Give the events up to a position of all journeys after one id and up to another, each in order."""


@dataclass(frozen=True, slots=True)
class Part:
    """Journeys whose ids follow one, up to and with another; about so many events."""

    number: int
    after: UUID
    until: UUID
    events: int


def parted(log: Journeys) -> list[Part]:
    """The journeys of a log in parts that lie side by side: every id there may be is in one."""
    parts: list[Part] = []
    after, events = FIRST, 0
    for journey_id, its_events in _journeys(log):
        events += its_events
        if events >= EVENTS:
            parts.append(Part(len(parts), after, journey_id, events))
            after, events = journey_id, 0
    return [*parts, Part(len(parts), after, LAST, events)]


def _journeys(log: Journeys) -> Iterator[tuple[UUID, int]]:
    page = log.journeys(FIRST, PAGE)
    while page:
        yield from page
        page = log.journeys(page[-1][0], PAGE)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one build of a read model, in a transaction."""

    session: Session
    name: str
    version: int
    build: int

    def plan(self, parts: list[Part]) -> None:
        """Keep what is to be done."""
        self.session.many(
            "INSERT INTO build_parts (projection, version, build, part, after_id, until_id, events, is_done) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            [(*self._own, it.number, str(it.after), str(it.until), it.events) for it in parts],
        )

    def undone(self) -> list[Part]:
        """What is still to be done."""
        sql = f"SELECT part, after_id, until_id, events FROM build_parts WHERE {OWN} AND is_done = 0 ORDER BY part"  # noqa: S608 - a condition of ours
        found = self.session.read(sql, *self._own)
        return [Part(number, UUID(after), UUID(until), events) for number, after, until, events in found]

    def events(self) -> int:
        """About how many events there are in all."""
        return int(self.session.read(f"SELECT COALESCE(SUM(events), 0) FROM build_parts WHERE {OWN}", *self._own)[0][0])  # noqa: S608 - as above

    def done(self, part: Part) -> bool:
        """Say that a part is done; False if somebody else has done it."""
        sql = f"UPDATE build_parts SET is_done = 1 WHERE {OWN} AND part = ? AND is_done = 0"  # noqa: S608 - as above
        return self.session.run(sql, *self._own, part.number) == 1

    def forget(self) -> None:
        """Forget them all."""
        self.session.run(f"DELETE FROM build_parts WHERE {OWN}", *self._own)  # noqa: S608 - as above

    @property
    def _own(self) -> tuple[str, int, int]:
        return self.name, self.version, self.build


OWN = "projection = ? AND version = ? AND build = ?"
