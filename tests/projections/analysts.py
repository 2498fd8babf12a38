"""How do the tests read analysts' views: as any program would, on a connection of its own?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from projections.outcome import PROJECTION as OUTCOME
from projections.projection import AnyProjection, Column, Kind
from projections.views import Published, Type
from tests.decisions.states import aborted, infusing, reviewed
from tests.decisions.test_worked_journey import worked
from tests.projections.reading import Kept
from tests.projections.stories import as_journey

Ask = Callable[[str], list[tuple[Any, ...]]]


def kept(journeys: int, first: int = 0) -> Kept:
    """Return a log of so many journeys."""
    told = (worked(), reviewed().log, infusing().log, aborted().log)
    return Kept(*(as_journey(told[number % len(told)], number) for number in range(first, first + journeys)))


@contextmanager
def asking(url: str, user: str | None = None, begin: str | None = None) -> Iterator[Ask]:
    """Ask in SQL, each question a transaction of its own, or all of them in one that begins so; nothing is written."""
    with closing(_connection(url, user)) as connection:
        if begin is not None:
            connection.execute(begin)
        yield lambda sql: [tuple(row) for row in connection.execute(sql).fetchall()]


def _connection(url: str, user: str | None) -> Any:
    if url.startswith("sqlite"):
        return sqlite3.connect(f"file:{url.removeprefix('sqlite:///')}?mode=ro", uri=True, isolation_level=None)
    return psycopg.connect(url if user is None else make_conninfo(url, user=user), autocommit=True)


MARK = "newer"


def newer() -> AnyProjection:
    """Return the outcome of a later release: other rows, and a column more."""

    def rows(document: Any) -> dict[str, Mapping[str, Any]]:
        made = {name: dict(of_table) for name, of_table in OUTCOME.rows(document).items()}
        made["infusions"] = {key: {**row, "part": MARK, "more": MARK} for key, row in made["infusions"].items()}
        made["journeys"] = {key: {**row, "rule_id": MARK} for key, row in made["journeys"].items()}
        return dict(made)

    tables = tuple(
        replace(it, columns=(*it.columns, Column("more", Kind.TEXT, "one more"))) if it.name == "infusions" else it
        for it in OUTCOME.tables
    )
    views = tuple(
        replace(it, own=(*it.own, Published("more", Type.CODE, null="it is of an earlier version")))
        if it.name == "infusions"
        else it
        for it in OUTCOME.views
    )
    return replace(OUTCOME, version=OUTCOME.version + 1, rows=rows, tables=tables, views=views)


MARKS = f"""
    SELECT part = '{MARK}' FROM analysis_infusions_v1
    UNION SELECT rule_id = '{MARK}' FROM analysis_journeys_v1 WHERE rule_id IS NOT NULL
"""  # noqa: S608 - a mark of ours
"""Whether rows of two views are of the later release, in one question."""
