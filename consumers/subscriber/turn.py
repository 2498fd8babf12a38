"""Which events of a batch may be handled now, and which have to wait?"""

from __future__ import annotations

from dataclasses import dataclass, field

from consumers.subscriber.reading import Read
from consumers.subscriber.tables import QUEUED, Parked
from projections.place import Stopped
from projections.reading import UNKNOWN_JOURNEY


@dataclass
class Turn:
    """Some journeys' events, one after the other: which may be handled now, and which have to wait."""

    versions: dict[str, int]
    waiting: set[str]
    left_out: dict[str, int]
    from_the_middle: bool
    now: str
    moved: dict[str, int] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)
    filled: dict[str, int] = field(default_factory=dict)
    """Of each journey in which a version is missing that was left out: that version."""

    def admits(self, read: Read) -> bool:
        """Whether an event is the next of its journey; one that can't be yet is parked.

        Raises Stopped at a gap: what is missing may still be somewhere.
        """
        known = self.versions.get(read.journey)
        if read.journey in self.waiting:
            self.park(read, QUEUED)
            return False
        if read.fault:
            self.park(read, read.fault)
            return False
        if known is not None and read.version <= known:
            return False
        missing = 0 if known is None and self.from_the_middle else read.version - (known or 0) - 1
        if missing and not self._was_left_out(read, missing):
            if UNKNOWN_JOURNEY in self.waiting:  # what is missing may be the record that could not be read
                self.park(read, "gap")
                return False
            raise Stopped(f"journey {read.journey}: version {(known or 0) + 1} is missing before {read.version}")
        self.versions[read.journey] = self.moved[read.journey] = read.version
        return True

    def _was_left_out(self, read: Read, missing: int) -> bool:
        """Whether what is missing is what somebody decided to leave out, though it could not be read."""
        for journey in (read.journey, UNKNOWN_JOURNEY):
            if missing <= self.left_out.get(journey, 0):
                self.left_out[journey] -= missing
                self.filled[journey] = read.version - 1
                return True
        return False

    def park(self, read: Read, reason: str) -> None:
        """Let an event wait, and all of its journey that come after it."""
        if self.moved.get(read.journey) == read.version:
            self.versions[read.journey] = self.moved[read.journey] = read.version - 1
        self.waiting.add(read.journey)
        delivery, offset = read.entry.delivery, read.entry.offset
        self.parked.append(
            Parked(
                journey_id=read.journey,
                position=delivery.position,
                offset=offset,
                reason=reason,
                since=self.now,
                body=delivery.body,
            )
        )
