"""How far has a projection come in its feed, and what comes next?"""

from __future__ import annotations

from dataclasses import dataclass

from journey.recorded import Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a partition goes on: the next offset to read, and the log position applied so far."""

    feed: str
    partition: int
    offset: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of a partition; `key` names its journey and `type` its type where the feed knows them.

    `fault` says why it can't be trusted.
    """

    offset: int
    delivery: Delivery
    key: str | None = None
    type: str | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What a partition brought: everything from offset `start` up to, and without, `end`.

    `position` is the log position that is applied once the batch is: it may be ahead of the last entry's.
    """

    partition: int
    start: int
    end: int
    position: int
    entries: tuple[Entry, ...] = ()


class Stopped(Exception):  # noqa: N818 - a state of a partition, told to whoever runs it
    """A partition can't go on: somebody must look."""


class Zombie(Exception):  # noqa: N818 - as Stopped
    """Somebody else moved the place meanwhile: nothing was written; read again from the place."""
