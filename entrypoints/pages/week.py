"""What does the Week page show: who comes on which day, and how full chairs and staff are over the week?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from entrypoints.pages.board import NO_CHAIR
from projections.schedule.load import added
from projections.schedule.use import summed


def by_day(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The visits of each day that has some, by time; `names` gives patients' names where they may be shown."""
    visits = [_visit(row, names) for row in rows]
    return [(day, list(group)) for day, group in groupby(visits, key=lambda visit: str(visit["date"]))]


def _visit(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        **row,
        "chair": row["chair"] or NO_CHAIR,
        "name": names.get(row["patient_id"], "Patient"),
        "said": row["stage"] or row["status"],
    }


def by_chair(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each chair over all days."""
    chairs = dict.fromkeys(row["chair"] for row in rows)
    return [{"chair": chair, **summed(row for row in rows if row["chair"] == chair)} for chair in chairs]


def by_person(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each nurse and provider over all days: what adds up added, the most at once of any day."""
    people = dict.fromkeys((row["role"], row["name"]) for row in rows)
    return [_over_days([row for row in rows if (row["role"], row["name"]) == key]) for key in people]


def _over_days(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        **{name: rows[0][name] for name in ("name", "role", "ratio")},
        **added(rows),
        **{name: max(row[name] for row in rows) for name in ("patients_max", "infusions_max")},
    }
