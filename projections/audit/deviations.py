"""Which rules were broken, by which entries, and was that put right?

One row a rule that an entry breaks. An entry that was corrected keeps its rows: they name the correction, and what the
correction still breaks has rows of its own.
"""

from __future__ import annotations

from typing import Any

from journey.errors import Rule
from projections.audit.asking import Asked, Shape, answer, page
from projections.audit.timeline import HEAD, corrections, head
from projections.database import ReadModels
from projections.projection import Column, Kind, Row, Table

TABLE = Table(
    "deviations",
    "every rule that an entry breaks",
    (*HEAD, Column("n", Kind.WHOLE, "which of its entry's it is, from 1"), Column("rule", Kind.TEXT, "the rule")),
    indexed=("position",),
)

SHAPE = Shape(table=TABLE, kind="rule", time="recorded_at", order=("position", "n"))


def rows(key: str, line: Row, rules: tuple[Rule, ...]) -> dict[str, Row]:
    """The rows of an entry that has this line in the timeline."""
    return {f"{key}:{n}": head(line) | {"n": n, "rule": rule.value} for n, rule in enumerate(rules, 1)}


def deviations(models: ReadModels, asked: Asked) -> dict[str, Any]:
    """Rules that were broken, in the order of the log; `kind` is a rule's code. Raises ValueError for a false `after`.

    Each row is the entry's, with the rule, its text, and the correction that holds of the entry, if there is one.
    """
    with models.database.reading() as session:
        found, following = page(models, session, SHAPE, asked)
        corrected = corrections(models, session, [row["event_id"] for row in found])
        told = (_told(row, corrected.get(row["event_id"])) for row in found)
        return answer(models, session, asked.journey_id, told, following)


def _told(row: dict[str, Any], corrected_by: str | None) -> dict[str, Any]:
    return {**row, "text": Rule[row["rule"].upper()].text, "corrected_by": corrected_by}
