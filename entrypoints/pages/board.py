"""What does the Board show: the day's visits, grouped by chair, with the moments its clocks count from?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from entrypoints.api.problems import RULES
from journey.state import Stage
from journey.values import Role

NO_CHAIR = "no chair"
SAID = frozenset({"vitals", "unsigned"})
"""Tasks that a visit shows as what is due next, and as what is missing."""
OPEN = frozenset({Stage.CHECKED_IN, Stage.CLEARED, Stage.IV_PLACED, Stage.INFUSING, Stage.RECOVERING})


def chairs(
    rows: Iterable[Mapping[str, Any]], names: Mapping[str, str], tasks: Iterable[Mapping[str, Any]], role: Role
) -> list[tuple[str, list[dict[str, Any]]]]:
    """The visits by chair, in the order of the answer; `names` gives patients' names where they may be shown.

    Each has the tasks of its appointment, but what the visit itself says already. What is next is said as it is for
    whoever looks, in a role.
    """
    of: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for task in tasks:
        if task["appointment_id"] is not None and task["task"] not in SAID:
            of[task["appointment_id"]].append(task)
    visits = [_visit(row, names, role) | {"tasks": of[row["appointment_id"] or ""]} for row in rows]
    return [(chair, list(group)) for chair, group in groupby(visits, key=lambda visit: str(visit["chair"]))]


def _visit(row: Mapping[str, Any], names: Mapping[str, str], role: Role) -> dict[str, Any]:
    """A visit, with the clock of its stage: how long the infusion runs, or the recovery, or the wait."""
    stage = row["stage"]
    clock = {
        Stage.CHECKED_IN: ("here for", row["checked_in_at"]),
        Stage.CLEARED: ("cleared for", row["cleared_at"]),
        Stage.IV_PLACED: ("cleared for", row["cleared_at"]),
        Stage.INFUSING: ("infusing for", row["infusion_started_at"]),
        Stage.RECOVERING: ("recovering for", row["infusion_ended_at"]),
    }.get(stage, (None, None))
    return {
        "stale_since": None,
        **row,
        "chair": row["chair"] or NO_CHAIR,
        "name": names.get(row["patient_id"], "Patient"),
        "said": stage or row["status"],
        "open": stage in OPEN,
        "clock_words": clock[0],
        "clock_since": clock[1],
        "mine": role.value in row["next_roles"],
        "lacks": [RULES[code].text for code in row["next_missing"]],
        "missing": row["missing"] if stage is None else [],
    }
