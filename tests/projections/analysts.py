"""How do the tests read analysts' views: as any program would, on a connection of its own?"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from projections.outcome import PROJECTION as OUTCOME
from projections.projection import AnyProjection, Column, Kind
from projections.views import Published, Type
from tests.decisions.states import aborted, check_in, checked_in, infusing, reviewed, withholding
from tests.decisions.test_worked_journey import worked
from tests.projections.reading import Kept
from tests.projections.stories import Log, as_journey
from tests.projections.test_audit_corrections import version_of
from tests.projections.test_audit_drug import ledger
from tests.projections.test_audit_marks import NOT_TWICE_FAILED, SET_ASIDE, corrected

Ask = Callable[[str], list[tuple[Any, ...]]]


def kept(journeys: int, first: int = 0, also: Sequence[Log] = ()) -> Kept:
    """Return a log of so many journeys, and of others."""
    told = (worked(), reviewed().log, infusing().log, aborted().log)
    return Kept(*(as_journey(told[number % len(told)], number) for number in range(first, first + journeys)), *also)


def unusual() -> tuple[Log, Log]:
    """Return a journey with a thing of each kind that auditors ask for, and the log of a container of the drug.

    A criterion and two checks were set aside; the weight was corrected once the session was cleared, and once more; the
    patient left, and nobody signed.
    """
    state = checked_in().then_came(NOT_TWICE_FAILED, SET_ASIDE, withholding())
    version = version_of(state, "PatientCheckedIn")
    for weight_kg in (Decimal(71), Decimal(72)):
        state = corrected(state, version, check_in(weight_kg=weight_kg))
    return state.log, ledger()


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
