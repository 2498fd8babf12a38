"""What is a projection: a journey's document, and the rows of its tables?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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


def joined(rows: Iterable[Rows]) -> dict[str, dict[str, Row]]:
    """The rows of several together."""
    whole: dict[str, dict[str, Row]] = {}
    for some in rows:
        for table, found in some.items():
            if table in whole:
                whole[table].update(found)
            else:
                whole[table] = dict(found)
    return whole


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
    """A table of a projection; beside these columns stand `journey_id` and `key`.

    `partly` says of an indexed column which rows its index holds, where that is not all.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    indexed: tuple[str, ...] = ()
    partly: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Projection(Generic[D]):
    """A pure fold from a journey's events to rows.

    `evolve` never sees a correction: the document is then made anew by `refold`, from the journey's whole log.
    A projection that `enters` makes rows of each event besides, once and for ever, in tables of their own: from that
    event alone, and of a correction from the journey's log up to it. No document holds them. One that is `lean` reads
    no more of an event than what is `Happened`: less has to be decoded when it is built anew.
    """

    name: str
    version: int
    document: type[D]
    new: Callable[[], D]
    evolve: Callable[[D, int, Recorded[Event]], D]
    rows: Callable[[D], Rows]
    tables: tuple[Table, ...]
    enters: Callable[[int, Recorded[Event], Sequence[Recorded[Event]]], Rows] | None = None
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
        return isinstance(recorded.event, EntryCorrected)

    def refold(self, log: Sequence[Recorded[Event]]) -> D:
        """The document of a journey's whole log, corrections applied."""
        document = reduce(lambda folded, entry: self.evolve(folded, 0, entry), effective(log), self.new())
        return document if self.after_correction is None else self.after_correction(document, log)

    def entered(self, position: int, recorded: Recorded[Event], log: Sequence[Recorded[Event]]) -> Rows:
        """The rows that an event makes by itself; the log up to it is given with a correction alone."""
        return {} if self.enters is None else self.enters(position, recorded, log)

    def table(self, name: str) -> Table:
        """A table by its name."""
        return next(table for table in self.tables if table.name == name)

    def told(self, view: View, column: Published) -> tuple[str, str]:
        """What a view's column means, and its unit."""
        own = next((it for it in self.table(view.table).columns if it.name == column.name), None)
        meaning, unit = ("", "") if own is None else (own.meaning, own.unit)
        return column.meaning or meaning, column.unit or unit


AnyProjection = Projection[Any]
