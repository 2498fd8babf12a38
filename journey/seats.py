"""In which steps are chairs and people held, and where is one of them free for long enough?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from journey.values import ResourceId

SLOT_S = 300
ONE = ord("1")

Held = tuple[str, int, Iterable[int]]
"""A seat of a resource, and slots for which it is held."""


def slots(start: datetime, end: datetime) -> range:
    """The slots that a time touches: five minutes each, counted from 1970."""
    return range(int(start.timestamp()) // SLOT_S, -(-ceil(end.timestamp()) // SLOT_S))


@dataclass(frozen=True, slots=True)
class Seats:
    """What is held in a span of slots: of each seat of a resource the slots, as bits from the span's first one on."""

    span: range
    held: Mapping[tuple[str, int], int]

    @classmethod
    def of(cls, span: range, held: Iterable[Held]) -> Seats:
        """The seats of which these are held, as far as it concerns the span."""
        marks: dict[tuple[str, int], bytearray] = defaultdict(lambda: bytearray(b"0" * (len(span) + 1)))
        for resource, seat, taken in held:
            mark = marks[resource, seat]
            for slot in taken:
                if slot in span:
                    mark[span.start - slot - 1] = ONE  # the first slot is the last digit
        return cls(span, {key: int(mark, 2) for key, mark in marks.items()})

    def bit(self, start: datetime) -> int:
        """Which bit stands for the slot that a time begins in."""
        return int(start.timestamp()) // SLOT_S - self.span.start

    def free(self, resource: ResourceId, capacity: int, length: timedelta) -> int:
        """Where one seat is free for so long on end, as bits: whoever sits stays in the same seat."""
        whole, found = (1 << len(self.span)) - 1, 0
        for seat in range(1, capacity + 1):
            found |= _runs(whole & ~self.held.get((resource, seat), 0), ceil(length.total_seconds() / SLOT_S))
        return found


def _runs(free: int, length: int) -> int:
    """The bits at which so many on end begin; in steps that double."""
    have = 1
    while have < length:
        step = min(have, length - have)
        free &= free >> step
        have += step
    return free
