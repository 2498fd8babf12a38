"""What do analysts rely on? Views of read models' tables, each column with its type, and what null means there.

A view is published: columns may be added at its end, and nothing else about it changes. What must change is a view of
the next version, beside this one. A column of a table is not published by being there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PLACES = 12
"""Decimal places of every number: a volume and a concentration, to six each, multiply to no more."""


class Type(StrEnum):
    """Of which type a column is. There is none for words: nothing that somebody worded is in a read model."""

    ID = "uuid"
    CODE = "code"  # a word of ours, or of a code system; never of a person
    CODES = "codes"  # several of them
    TIME = "timestamp"  # in UTC
    DAY = "date"  # in the clinic's time
    DECIMAL = "decimal"
    WHOLE = "integer"
    FLAG = "boolean"


@dataclass(frozen=True, slots=True)
class Published:
    """A column of a view: the table's column of its name, unless `sql` says what it is of the table's row `t`.

    `null` says what null means; it is empty where there is always a value. Meaning and unit are those of the table's
    column, unless they are said here.
    """

    name: str
    type: Type
    null: str = ""
    meaning: str = ""
    unit: str = ""
    sql: str = ""


JOURNEY = Published("journey_id", Type.ID, meaning="the journey")
"""The first column of a view, unless its rows are of something else that has a log of its own."""


@dataclass(frozen=True, slots=True)
class View:
    """A view of a table: `row` says what one row is; before its own columns stands whose log it comes from."""

    name: str
    version: int
    table: str
    row: str
    own: tuple[Published, ...]
    subject: Published = JOURNEY

    @property
    def stem(self) -> str:
        """Its name with its version, by which it is asked for."""
        return f"{self.name}_v{self.version}"

    @property
    def in_sql(self) -> str:
        """Its name in the database."""
        return f"analysis_{self.stem}"

    @property
    def columns(self) -> tuple[Published, ...]:
        """All its columns, in order."""
        return (self.subject, *self.own)
