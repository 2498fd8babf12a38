"""What does the Week page show: who sits where on which day, and how full chairs and staff are over the week?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from entrypoints.pages.board import NO_CHAIR
from projections.schedule.load import added
from projections.schedule.use import summed


def grid(answer: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, list[list[dict[str, Any]]]]]:
    """The visits of each chair, day by day; `names` gives patients' names where they may be shown."""
    days = [day["date"] for day in answer["days"]]
    visits = [_visit(row, names) for row in answer["rows"]]
    return [
        (chair, [[it for it in visits if (it["chair"], it["date"]) == (chair, day)] for day in days])
        for chair in sorted({it["chair"] for it in visits})
    ]


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
