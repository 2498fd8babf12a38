"""What else is written in the transaction of the events?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with `?` for each parameter, alike on SQLite and PostgreSQL."""

    sql: str
    params: tuple[Any, ...] = ()


class Database(Protocol):
    """What the store's tables beside the events are read and written through."""

    @property
    def postgres(self) -> bool:
        """Whether it is PostgreSQL, and else SQLite."""

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question, with `?` for each parameter."""

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction of their own."""
