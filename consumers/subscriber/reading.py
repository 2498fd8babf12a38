"""What does a record say to a subscriber that handles some events and passes over the others?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from journey.events import Event
from journey.recorded import Recorded
from journey.store import at_once, codec, opened
from projections.place import Entry
from projections.reading import UNKNOWN_JOURNEY


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it could be read: whose it is, and its event if somebody handles it; or why it can't be."""

    entry: Entry
    journey: str
    version: int = 0
    recorded: Recorded[Event] | None = None
    fault: str = ""


class Reader:
    """Reads records; the events that nobody handles are not read further than to their place in the journey."""

    def __init__(self, handled: Collection[str]) -> None:
        """Read the events of these names."""
        self._handled = handled

    def read(self, entry: Entry) -> Read:
        """Read a record. One of a type or version that is not known is a fault only if its type is handled."""
        if entry.fault is not None:
            return Read(entry, entry.key or UNKNOWN_JOURNEY, fault=entry.fault)
        if entry.key is not None and entry.type is not None and _name(entry.type) in self._handled:
            recorded = at_once.recorded(entry.type, entry.key, entry.delivery.body)
            if recorded is not None:
                return Read(entry, entry.key, recorded.version, recorded)
        return self._read_patiently(entry)

    def _read_patiently(self, entry: Entry) -> Read:
        journey, version = entry.key or UNKNOWN_JOURNEY, 0
        try:
            attributes = codec.parsed(entry.delivery.body)
            tagged, subject, version = attributes["type"], attributes["subject"], attributes["streamversion"]
            if entry.key not in {None, subject}:
                return Read(entry, journey, fault="key_differs")
            if entry.type not in {None, tagged}:
                return Read(entry, journey, fault="type_differs")
            return Read(entry, subject, version, self._handled_event(tagged, attributes))
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever bytes do to a reader, they would do it again
            return Read(entry, journey, version, fault=f"decode:{type(error).__name__}")

    def _handled_event(self, tagged: str, attributes: dict[str, Any]) -> Recorded[Event] | None:
        return opened.recorded(attributes) if _name(tagged) in self._handled else None


@cache
def _name(tagged: str) -> str:
    """The name of an event's type, whatever its version."""
    return tagged.partition(".")[2].partition(".v")[0]
