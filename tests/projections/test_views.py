"""Is each view what was published, is all of it explained, and does it name nobody?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings

from entrypoints.reference.analysis_page import analysis_page
from entrypoints.reference.types import unit
from projections.models import PROJECTIONS
from projections.plain import parsed
from projections.projection import AnyProjection
from projections.views import PLACES, Published, Type, View
from tests.projections.analysts import unusual
from tests.projections.folded import rows_of
from tests.projections.stories import Log, corrected, told

PUBLISHED = Path(__file__).parent / "published"
VIEWS = [(projection, view) for projection in PROJECTIONS for view in projection.views]
EACH = pytest.mark.parametrize("projection, view", VIEWS, ids=[view.stem for _, view in VIEWS])

NAMES_SOMEBODY = frozenset(
    {"patient_id", "actor", "on_behalf_of", "nurse", "provider", "note_id", "sensitivity", "skipped_by", "approved_by"}
    | {"overridden_by", "rationale_id", "entry_by", "changed", "signed_by", "witnessed_by", "party"}
)
"""Columns of read models that are of a person, lead into the vault, or say what the law protects further."""

WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/{}%\[\]-]{0,79}")
"""What a code looks like: no blank, and no beginning of a formula."""


def columns(projection: AnyProjection, view: View) -> list[list[str]]:
    """Return what is promised of a view's columns: name, type and unit, in order."""
    return [[it.name, it.type.value, projection.told(view, it)[1]] for it in view.columns]


@EACH
def test_a_view_is_what_was_published(projection: AnyProjection, view: View) -> None:
    """A column that went, moved, or has another type or unit is no view of this version; new ones are noted here."""
    published = json.loads((PUBLISHED / f"{view.stem}.json").read_text(encoding="utf-8"))
    now = columns(projection, view)
    assert now[: len(published)] == published, f"{view.name} has changed: it is {view.name}_v{view.version + 1} now"
    assert now == published, f"a column was added: add it to {view.stem}.json"


def test_no_view_was_taken_away() -> None:
    """What was published stays, and no two views have one name."""
    stems = [view.stem for _, view in VIEWS]
    assert sorted(stems) == sorted(it.stem for it in PUBLISHED.iterdir())


def rows_of_page() -> dict[str, list[list[str]]]:
    """Return of each view of the page the cells of its columns."""
    found: dict[str, list[list[str]]] = {}
    for section in analysis_page().split("\n### ")[1:]:
        lines = [line for line in section.splitlines() if line.startswith("| `")]
        found[section.split("\n", 1)[0]] = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return found


def test_dictionary_and_views_agree() -> None:
    """Every column of every view is in the dictionary with type, unit, meaning and null, and nothing else is."""
    page = rows_of_page()
    assert list(page) == [view.stem for _, view in VIEWS]
    for projection, view in VIEWS:
        assert [[cells[0].strip("`"), cells[1], cells[2]] for cells in page[view.stem]] == columns(projection, view)
        assert all(len(cells) == 5 and cells[3] and cells[4] for cells in page[view.stem]), view.stem


@EACH
def test_units_are_in_the_names(projection: AnyProjection, view: View) -> None:
    """A unit that a column's name carries is that of the dictionary."""
    for column in view.columns:
        if column.type in {Type.DECIMAL, Type.WHOLE} and (said := unit(column.name)):
            assert projection.told(view, column)[1] == said, column.name


@EACH
def test_columns_are_of_the_table(projection: AnyProjection, view: View) -> None:
    """Each column is one of its table, or says what it is of the table's row."""
    known = {it.name for it in projection.table(view.table).columns}
    assert {it.name for it in view.own if not it.sql} <= known
    assert all(it.meaning for it in view.columns if it.sql)


def test_rows_are_of_journeys_or_of_containers() -> None:
    """Each view begins with the journey, and the drug's ledger with the container."""
    assert {view.columns[0].name for _, view in VIEWS if view.name != "drug_ledger"} == {"journey_id"}
    assert [view.columns[0].name for _, view in VIEWS if view.name == "drug_ledger"] == ["container_id"]


@EACH
def test_nobody_is_named(projection: AnyProjection, view: View) -> None:
    """No column is a person's or leads to one. Patients are told apart by their first journey alone."""
    del projection
    assert not {it.name for it in view.columns} & NAMES_SOMEBODY
    made = [it for it in view.columns if it.sql]
    assert all("patient_id" not in it.sql or it.sql.startswith("first_value(t.journey_id)") for it in made)


def check(column: Published, value: Any) -> None:
    """Fail if a stored value is not of its column's type."""
    if value is None:
        assert column.null, f"{column.name} is null, and is said to be never"
        return
    match column.type:
        case Type.ID:
            assert str(UUID(value)) == value
        case Type.CODE:
            assert WORD.fullmatch(value), value
        case Type.CODES:
            assert all(WORD.fullmatch(it) for it in value), value
        case Type.TIME:
            assert parsed(value).utcoffset() is not None
        case Type.DAY:
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)
        case Type.DECIMAL:
            assert re.fullmatch(rf"-?\d{{1,26}}(\.\d{{1,{PLACES}}})?", value), value
        case Type.WHOLE:
            assert type(value) is int
        case Type.FLAG:
            assert type(value) is bool


def check_rows(log: Log) -> None:
    """Fail if a row that a journey makes is not as its view says."""
    for projection in PROJECTIONS:
        rows = rows_of(projection, log)
        for view in projection.views:
            for row in rows.get(view.table, {}).values():
                for column in view.own:
                    if not column.sql:
                        check(column, row[column.name])


def test_rows_are_as_the_dictionary_says() -> None:
    """In every story each value is of its type, no text is more than a code, and null is where it may be."""
    for log in (*told(), *unusual()):
        check_rows(log)


@settings(max_examples=30, deadline=None)
@given(corrected())
def test_corrected_rows_are_as_the_dictionary_says(log: Log) -> None:
    """Whatever is corrected: a column that is never null is never null."""
    check_rows(log)
