"""What went wrong with the relay, last? Kept here, so that it is known when the relay and Kafka are gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from journey.store import codec
from journey.store.statements import Database, Statement
from journey.store.unavailable import StoreUnavailable

TABLE = "relay_troubles"
TABLES = (f"CREATE TABLE IF NOT EXISTS {TABLE} (topic TEXT PRIMARY KEY, at TEXT NOT NULL, words TEXT NOT NULL)",)
NOTE = (
    f"INSERT INTO {TABLE} (topic, at, words) VALUES (?, ?, ?) "  # noqa: S608 - a table of ours
    "ON CONFLICT (topic) DO UPDATE SET at = excluded.at, words = excluded.words"
)


class Tables(Database, Protocol):
    """A database that can be asked what is in it."""

    def holds(self, table: str) -> bool:
        """Whether there is such a table."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong, and when."""

    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Troubles:
    """The last trouble of the relay that writes to a topic; one that was got over stays until the next."""

    database: Tables
    clock: Callable[[], datetime]
    topic: str

    def note(self, words: str) -> None:
        """Keep this in the place of the one before. Raises StoreUnavailable."""
        self.database.write([Statement(NOTE, (self.topic, codec.plain(self.clock()), words))])

    def last(self) -> Trouble | None:
        """The last one there was. Raises StoreUnavailable."""
        if not self.database.holds(TABLE):
            raise StoreUnavailable("The store was made by an older program: `journey migrate` brings what is missing.")
        sql = f"SELECT at, words FROM {TABLE} WHERE topic = ?"  # noqa: S608 - a table of ours
        rows = self.database.read(sql, self.topic)
        return Trouble(datetime.fromisoformat(rows[0][0]), rows[0][1]) if rows else None
