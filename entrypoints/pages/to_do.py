"""What do the pages say of tasks: what, whose, since when, and what settles it?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from projections.schedule import KINDS

OWNERS = tuple(dict.fromkeys(kind.owner for kind in KINDS.values()))
"""The roles that have tasks."""

MOST = 200
"""So many are shown, the earliest due."""


def shown(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The tasks with what each is about in words; `names` gives patients' names where they may be shown."""
    return [
        {
            **row,
            "meaning": KINDS[row["task"]].meaning,
            "name": names.get(row["patient_id"] or "", "Patient"),
        }
        for row in rows
    ]
