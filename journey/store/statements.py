"""What else is written in the transaction of the events?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with `?` for each parameter, alike on SQLite and PostgreSQL.

    `call` names the procedure of PostgreSQL, if there is one, that runs it, appends one event and commits.
    """

    sql: str
    params: tuple[Any, ...] = ()
    call: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The event that others are appended after: whose, which, and the SHA-256 of its bytes."""

    stream: UUID
    version: int
    digest: bytes


def alike(statements: Sequence[Statement]) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """The statements in order, those with the same text in a row together: the text, and the parameters of each."""
    for sql, same in groupby(statements, key=attrgetter("sql")):
        yield sql, [statement.params for statement in same]


Stored = tuple[str, bytes]
"""An event as it lies in its stream: its type, and its bytes."""


class Database(Protocol):
    """What the store's tables beside the events are read and written through."""

    @property
    def postgres(self) -> bool:
        """Whether it is PostgreSQL, and else SQLite."""

    def read(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        """Give the rows of a question, with `?` for each parameter."""

    def write(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction of their own."""
