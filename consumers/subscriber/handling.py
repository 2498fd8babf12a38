"""Which function handles which event?"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from consumers.subscriber.reading import Read
from journey.events import EVENTS, Event
from journey.recorded import Recorded

Connection = Any
"""The transaction's own connection, of whichever driver: `sqlite3.Connection` or `psycopg.Connection`."""

Many = Callable[[Sequence[Recorded[Any]], Connection], None]


@dataclass(frozen=True, slots=True)
class Handlers:
    """Functions by the names of events."""

    by_name: dict[str, Many]

    def add(self, kinds: Sequence[type[Event]], handler: Many) -> None:
        """Let a function handle some types of event. One type has one function: what it does is then in order."""
        for kind in kinds:
            if kind.__name__ not in EVENTS:
                raise TypeError(f"{kind.__name__} is no event of a journey")
            if kind.__name__ in self.by_name:
                raise TypeError(f"{kind.__name__} has a handler already")
            self.by_name[kind.__name__] = handler

    def handle(self, reads: Sequence[Read], connection: Connection) -> None:
        """Handle events in their order: what follows one another for the same function is given to it at once."""
        for handler, run in groupby(self._due(reads), key=lambda it: it[0]):
            handler([recorded for _, recorded in run], connection)

    def _due(self, reads: Sequence[Read]) -> Iterator[tuple[Many, Recorded[Event]]]:
        for read in reads:
            if read.recorded is not None:
                yield self.by_name[type(read.recorded.event).__name__], read.recorded


def each(handler: Callable[[Recorded[Any], Connection], None]) -> Many:
    """One event at a time."""

    def handled(many: Sequence[Recorded[Any]], connection: Connection) -> None:
        for recorded in many:
            handler(recorded, connection)

    return handled


def fault_of(error: Exception) -> str:
    """What went wrong and where, without what was handled: an error's own words may repeat it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"handler: {type(error).__name__} in {place.name} ({Path(place.filename).name}:{place.lineno})"
