"""What does an entry of a feed say, and if it can't be read, why not?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from journey.events import Event
from journey.recorded import Recorded
from journey.store import at_once, codec
from projections.connection import TRANSIENT
from projections.place import Entry

V = TypeVar("V")

Decode = Callable[[bytes], Recorded[Event]]

UNKNOWN_JOURNEY = "?"
"""Where records are parked that name no journey."""

UNDECODED = "decode:"
REMEMBERED = 5_000
TRIES = 3
PASSING = (*TRANSIENT, MemoryError)
"""What is no fault of an event, wherever it is met: it passes, and nothing is parked for it."""


@dataclass(frozen=True, slots=True)
class Read:
    """An entry as it could be read: its event, or why not; and the journey as far as it is known."""

    entry: Entry
    journey: str
    recorded: Recorded[Event] | None = None
    fault: str = ""

    @property
    def lacks(self) -> str | None:
        """What is wrong with the record, whoever reads its bytes; None if another version of ours may read it."""
        return None if self.fault.startswith(UNDECODED) or not self.fault else self.fault


def remembered(decode: Decode) -> Decode:
    """Decoding that remembers: read models read the same events in turn, and a correction reads its journey again."""
    return lru_cache(maxsize=REMEMBERED)(decode)


def readable(entries: Iterable[Entry], decode: Decode) -> list[Read]:
    """The entries decoded; what can't be is marked as poisoned."""
    return [_read(entry, decode) for entry in entries]


def tried(act: Callable[..., V], *given: object) -> V:
    """What a pure function gives; what fails three times on the same is believed to fail for ever.

    Raises at once what passes by itself.
    """
    for _ in range(TRIES - 1):
        try:
            return act(*given)
        except PASSING:
            raise
        except Exception:  # noqa: BLE001, S112 - the last try's own is raised
            continue
    return act(*given)


def _read(entry: Entry, decode: Decode) -> Read:
    if entry.fault is not None:
        return Read(entry, _subject(entry), fault=entry.fault)
    try:
        if entry.key is not None and entry.type is not None:
            told = at_once.recorded(entry.type, entry.key, entry.delivery.body)
            if told is not None:  # it is what the feed says it is, and need not be asked
                return Read(entry, entry.key, told)
        recorded = tried(decode, entry.delivery.body)
    except PASSING:
        raise
    except Exception as error:  # noqa: BLE001 - whatever bytes do to a decoder, they would do it again
        return Read(entry, _subject(entry), fault=f"{UNDECODED}{type(error).__name__}")
    journey = str(recorded.journey_id)
    if entry.key not in {None, journey}:
        return Read(entry, str(entry.key), fault="key_differs")
    if entry.type not in {None, codec.tag(recorded.event)} and entry.type != codec.head(entry.delivery.body)[0]:
        return Read(entry, journey, fault="type_differs")
    return Read(entry, journey, recorded)


def _subject(entry: Entry) -> str:
    """The journey of a record that can't be read whole."""
    if entry.key is not None:
        return entry.key
    try:
        return str(UUID(json.loads(entry.delivery.body)["subject"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        return UNKNOWN_JOURNEY
