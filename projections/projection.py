"""What is a projection: a journey's document, and the rows of its tables?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, reduce
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from journey.events import EntryCorrected, Event
from journey.history import effective
from journey.recorded import Recorded
from projections.views import Published, View

D = TypeVar("D")

Value = str | int | bool | list[str] | None
Row = Mapping[str, Value]
Rows = Mapping[str, Mapping[str, Row]]
"""Of each table its rows, by a key that is unique within the journey."""


class Kind(StrEnum):
    """How a column is read; every value is kept as text or whole number, equally on SQLite and PostgreSQL."""

    TEXT = "text"
    TIME = "time"  # UTC, of fixed width: sorts as text
    NUMBER = "number"  # a decimal as text: nothing is rounded on the way
    WHOLE = "whole"
    FLAG = "flag"
    CODES = "codes"  # a list of codes, as JSON


@dataclass(frozen=True, slots=True)
class Column:
    """A column, declared once for the database, the documents and the queries."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a projection; beside these columns stand `journey_id` and `key`."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    indexed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Projection(Generic[D]):
    """A pure fold from a journey's events to rows.

    `evolve` never sees a correction: the document is then made anew by `refold`, from the journey's whole log.
    A projection that `appends` makes one row an event from that event alone; it sees corrections as they come, and
    no document is kept. One that is `lean` reads no more of an event than what is `Happened`: less has to be decoded
    when it is built anew.
    """

    name: str
    version: int
    document: type[D]
    new: Callable[[], D]
    evolve: Callable[[D, int, Recorded[Event]], D]
    rows: Callable[[D], Rows]
    tables: tuple[Table, ...]
    appends: bool = False
    lean: bool = False
    after_correction: Callable[[D, Sequence[Recorded[Event]]], D] | None = None
    views: tuple[View, ...] = ()

    @cached_property
    def _adapter(self) -> TypeAdapter[D]:
        return TypeAdapter(self.document)

    def encode(self, document: D) -> str:
        """The document as JSON."""
        return self._adapter.dump_json(document).decode()

    def decode(self, body: str) -> D:
        """The document of its JSON."""
        return self._adapter.validate_json(body)

    def is_refolded(self, recorded: Recorded[Event]) -> bool:
        """Whether the document is made anew from the whole log, up to this event."""
        return not self.appends and isinstance(recorded.event, EntryCorrected)

    def refold(self, log: Sequence[Recorded[Event]]) -> D:
        """The document of a journey's whole log, corrections applied. Not for a projection that appends."""
        document = reduce(lambda folded, entry: self.evolve(folded, 0, entry), effective(log), self.new())
        return document if self.after_correction is None else self.after_correction(document, log)

    def table(self, name: str) -> Table:
        """A table by its name."""
        return next(table for table in self.tables if table.name == name)

    def told(self, view: View, column: Published) -> tuple[str, str]:
        """What a view's column means, and its unit."""
        own = next((it for it in self.table(view.table).columns if it.name == column.name), None)
        meaning, unit = ("", "") if own is None else (own.meaning, own.unit)
        return column.meaning or meaning, column.unit or unit


AnyProjection = Projection[Any]
