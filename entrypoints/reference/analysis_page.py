"""docs/analysis.md: which views are there for analysts, and what does every column say?"""

from __future__ import annotations

from collections.abc import Iterator

from entrypoints.exporting.dictionary import dictionary
from entrypoints.reference.markdown import GENERATED, table, text
from projections.models import PROJECTIONS
from projections.views import PLACES, Type

INTRODUCTION = """# Analysis

{generated}

Views of the read models for whoever reads rows: in SQL, as CSV, or as Parquet. Rates with their denominators and
intervals are answered ready-made (`journey outcome ...`). How a role that reads only these views is made, and how files
are taken out: [operations](operations.md), "Analysts".

- **Stable.** A view bears its version. Columns may be added at its end; what else must change is a view of the next
  version beside it.
- **Live.** A view shows the build of its read model that is live, in the moment of whoever reads: all views of one
  statement, or of one `REPEATABLE READ` transaction, show one moment, and no rebuild is noticed. A later version of a
  read model takes the place of an earlier one once it has come as far. Rows follow the events within seconds, and each
  read model by itself.
- **Nobody is named.** Rows are of journeys, by the journey's id; there is no patient's id, no name of staff, and no
  text that somebody worded. Days and times are real: with other sources they can tell who somebody is, so treat
  rows as a limited data set and not as anonymous.
- A corrected entry is shown as it is known now. Views of the audit keep what was entered, and its correction beside it.

The first column of every view is the journey, or the container of the drug in its ledger; views are joined by it and
by the ids they share.

## Types
"""

TYPES = {
    Type.ID: ("`uuid`", "text", "string"),
    Type.CODE: ("`text`", "text", "string"),
    Type.CODES: ("`text[]`", "a JSON list", "list of strings"),
    Type.TIME: ("`timestamptz`", "text in UTC, `2026-03-02T17:00:00.000000Z`", "timestamp, microseconds, UTC"),
    Type.DAY: ("`date`", "text, `2026-03-02`", "date"),
    Type.DECIMAL: ("`numeric`, exact", "`REAL`, the nearest", f"decimal of {PLACES} places, exact"),
    Type.WHOLE: ("`bigint`", "`INTEGER`", "64-bit integer"),
    Type.FLAG: ("`boolean`", "1 or 0", "boolean"),
}
"""Of each type what it is on PostgreSQL, on SQLite, and in Parquet."""

CSV = """CSV is UTF-8 with a line of names: times as on SQLite, decimals to their last digit, `true` and `false`, codes
as a JSON list, null as an empty cell. A code that could begin a spreadsheet's formula is preceded by an apostrophe;
words of people, in which one could be planted, are in no column.

## Views
"""


def analysis_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    head = ("Type", "PostgreSQL", "SQLite", "Parquet")
    yield from table(head, ((kind.value, *written) for kind, written in TYPES.items()))
    yield CSV
    told = dictionary(PROJECTIONS)
    yield from table(
        ("View", "In SQL", "Read model", "One row"),
        ((f"[{it['view']}](#{it['view']})", f"`{it['sql']}`", it["read_model"], it["row"]) for it in told),
    )
    for view in told:
        yield from (f"### {view['view']}", "", f"One row: {view['row']}.", "")
        yield from table(("Column", "Type", "Unit", "Meaning", "Null means"), map(_row, view["columns"]))


def _row(column: dict[str, str | None]) -> tuple[str, ...]:
    unit = column["unit"]
    return (
        f"`{column['column']}`",
        f"{column['type']}",
        unit or "",
        f"{column['meaning']}",
        column["null"] or "never null",
    )
