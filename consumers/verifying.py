"""Is what stands on the topic exactly what the relay was to send: each event once, in order, unchanged?

Positions 1..N are there once each, they grow within a partition, and each record is, part by part, what the relay would
send of the store's event at that position. So each journey is in order, too: its events have one key, that key has one
partition, and the store gave their positions in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from consumers import outgoing
from consumers.records import position_of

FIRST = 5
"""So many places of each kind of fault are named."""
BYTE = 8


class Kind(StrEnum):
    """What can be wrong."""

    MISSING = "missing"
    """Published by the relay's word, and not there."""
    TWICE = "twice"
    OUT_OF_ORDER = "out_of_order"
    """A position behind a higher one of its partition."""
    FOREIGN = "foreign"
    """A record that says no position: the relay did not write it."""
    NOT_STORED = "not_stored"
    """A position that the store does not have."""
    BEYOND = "beyond"
    """A position that is stored, and was not published by the relay's word."""
    CHANGED = "changed"
    """Other bytes than the store's."""
    WRONG_KEY = "wrong_key"
    WRONG_PARTITION = "wrong_partition"
    WRONG_HEADERS = "wrong_headers"
    WRONG_TIME = "wrong_time"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a fault is; of a position that is missing or beyond, the position alone is known."""

    position: int | None
    partition: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, how often, and where first."""

    kind: Kind
    count: int
    first: tuple[Spot, ...]


class Verification:
    """A fold over the records of a topic, each partition's in order; one bit a position is all it keeps."""

    def __init__(self) -> None:
        """Nothing was seen yet."""
        self.records = 0
        self.highest = 0
        """The last position that was seen."""
        self._seen = bytearray()
        self._lasts: dict[int, int] = defaultdict(int)
        self._counts: dict[Kind, int] = defaultdict(int)
        self._first: dict[Kind, list[Spot]] = defaultdict(list)

    def see(self, record: Any, stored: Mapping[int, outgoing.Record]) -> None:
        """Take a record; `stored` has what the relay would send at its position, if the store has it."""
        self.records += 1
        position = position_of(record)
        if position is None:
            self._note(Kind.FOREIGN, Spot(None, record.partition, record.offset))
            return
        expected = stored.get(position)
        if expected is None:
            self._note(Kind.NOT_STORED, Spot(position, record.partition, record.offset))
            return
        spot = Spot(position, record.partition, record.offset)
        self.highest = max(position, self.highest)
        if self._mark(position):
            self._note(Kind.TWICE, spot)
        elif position < self._lasts[record.partition]:
            self._note(Kind.OUT_OF_ORDER, spot)
        self._lasts[record.partition] = max(position, self._lasts[record.partition])
        for kind in _differences(record, expected):
            self._note(kind, spot)

    def faults(self, published: int, published_since: int) -> list[Fault]:
        """What is wrong, when by the relay's word it had come to a position before, and to another afterwards."""
        for position in _unset(self._seen, published):
            self._note(Kind.MISSING, Spot(position))
        for position in _set_after(self._seen, published_since):
            self._note(Kind.BEYOND, Spot(position))
        return [Fault(kind, self._counts[kind], tuple(self._first[kind])) for kind in Kind if self._counts[kind]]

    def _note(self, kind: Kind, spot: Spot) -> None:
        self._counts[kind] += 1
        if len(self._first[kind]) < FIRST:
            self._first[kind].append(spot)

    def _mark(self, position: int) -> bool:
        """Whether the position was marked before."""
        place, bit = divmod(position, BYTE)
        if place >= len(self._seen):
            self._seen.extend(bytes(place + 1 - len(self._seen)))
        before = self._seen[place] & 1 << bit
        self._seen[place] |= 1 << bit
        return bool(before)


def _differences(record: Any, expected: outgoing.Record) -> Iterator[Kind]:
    if record.value != expected.value:
        yield Kind.CHANGED
    if record.key != expected.key:
        yield Kind.WRONG_KEY
    if record.partition != expected.partition:
        yield Kind.WRONG_PARTITION
    if record.headers != expected.headers:
        yield Kind.WRONG_HEADERS
    if record.timestamp != expected.timestamp_ms:
        yield Kind.WRONG_TIME


def _unset(seen: bytearray, last: int) -> Iterator[int]:
    """The positions from 1 to `last` that are not marked."""
    for place in range(last // BYTE + 1):
        byte = seen[place] if place < len(seen) else 0
        if byte == 0xFF:  # noqa: PLR2004 - all eight
            continue
        for bit in range(BYTE):
            if not byte & 1 << bit and 1 <= place * BYTE + bit <= last:
                yield place * BYTE + bit


def _set_after(seen: bytearray, last: int) -> Iterator[int]:
    """The positions after `last` that are marked."""
    for place in range(last // BYTE, len(seen)):
        for bit in range(BYTE):
            if seen[place] & 1 << bit and place * BYTE + bit > last:
                yield place * BYTE + bit
