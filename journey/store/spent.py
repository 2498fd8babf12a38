"""What can be used once only, and was: links to sign in, and sessions that were ended?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from journey.store.statements import Database, Statement

TABLES = ("CREATE TABLE IF NOT EXISTS spent (id TEXT PRIMARY KEY, until TEXT NOT NULL, spender TEXT NOT NULL)",)


@dataclass(frozen=True, slots=True)
class Spent:
    """Ids that count no more; each is forgotten once it would not count anyway."""

    database: Database
    clock: Callable[[], datetime]

    def spend(self, spent_id: str, until: datetime, spender: str) -> bool:
        """Spend an id; whether `spender` has spent it, and nobody before."""
        self.database.write(
            [
                Statement("DELETE FROM spent WHERE until < ?", (_written(self.clock()),)),
                Statement(
                    "INSERT INTO spent (id, until, spender) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    (spent_id, _written(until), spender),
                ),
            ]
        )
        return self.database.read("SELECT spender FROM spent WHERE id = ?", spent_id) == [(spender,)]

    def is_spent(self, spent_id: str) -> bool:
        """Whether an id counts no more."""
        return bool(self.database.read("SELECT 1 FROM spent WHERE id = ?", spent_id))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
