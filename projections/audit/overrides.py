"""What was set aside by a prescriber: which check or criterion, what was found there, against which limit?

One row an override of an entry, or of what a correction puts in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from journey.events import EligibilityConfirmed, EntryCorrected, Event, SessionCleared
from projections.audit.asking import Asked, Shape, answer, page
from projections.audit.timeline import HEAD, corrections, head
from projections.database import ReadModels
from projections.plain import maybe_decimal
from projections.projection import Column, Kind, Row, Table

ELIGIBILITY, CLEARANCE = "eligibility", "clearance"

TABLE = Table(
    "overrides",
    "every check or criterion that a prescriber set aside",
    (
        *HEAD,
        Column("n", Kind.WHOLE, "which of its entry's it is, from 1"),
        Column("of_what", Kind.TEXT, "eligibility or clearance"),
        Column("overridden", Kind.TEXT, "the criterion or check that was set aside"),
        Column("overridden_by", Kind.TEXT, "the prescriber who set it aside"),
        Column("rationale_id", Kind.TEXT, "the vault's note that says why"),
        Column("found", Kind.NUMBER, "what was found there, if it is a number"),
        Column("bound", Kind.NUMBER, "the limit that it was held against, if there is one"),
        Column("evidence_ids", Kind.CODES, "the entries that a criterion rests on"),
        Column("session_id", Kind.TEXT, "the session that was cleared"),
    ),
    indexed=("position",),
)

SHAPE = Shape(table=TABLE, kind="overridden", time="recorded_at", order=("position", "n"))


def rows(key: str, line: Row, event: Event) -> dict[str, Row]:
    """The rows of an entry that has this line in the timeline."""
    said = event.replacement.data if isinstance(event, EntryCorrected) and event.replacement else event
    return {f"{key}:{n}": head(line) | {"n": n} | it for n, it in enumerate(_overrides(said), 1)}


def _overrides(said: Event) -> Iterator[dict[str, Any]]:
    if isinstance(said, EligibilityConfirmed):
        criteria = {criterion.id: criterion for criterion in said.criteria}
        for override in said.overrides:
            criterion = criteria.get(override.id)
            evidence = () if criterion is None else criterion.evidence_ids
            yield {
                **_override(ELIGIBILITY, override.id.value, override.by, str(override.note_id)),
                "found": None if criterion is None else maybe_decimal(criterion.value),
                "evidence_ids": [str(id_) for id_ in evidence],
            }
    if isinstance(said, SessionCleared):
        checks = {check.id: check for check in said.checks}
        for set_aside in said.overrides:
            check = checks.get(set_aside.id)
            yield {
                **_override(CLEARANCE, set_aside.id.value, set_aside.by, str(set_aside.note_id)),
                "found": None if check is None else maybe_decimal(check.value),
                "bound": None if check is None else maybe_decimal(check.limit),
                "session_id": str(said.session_id),
            }


def _override(of_what: str, overridden: str, by: str, rationale_id: str) -> dict[str, Any]:
    return {
        "of_what": of_what,
        "overridden": overridden,
        "overridden_by": by,
        "rationale_id": rationale_id,
        "found": None,
        "bound": None,
        "evidence_ids": [],
        "session_id": None,
    }


def overrides(models: ReadModels, asked: Asked) -> dict[str, Any]:
    """What was set aside, in the order of the log; `kind` is a check or criterion.

    Each row is the entry's, with who set aside what, and the correction that holds of the entry, if there is one.
    Raises ValueError for a false `after`.
    """
    with models.database.reading() as session:
        found, following = page(models, session, SHAPE, asked)
        corrected = corrections(models, session, [row["event_id"] for row in found])
        told = ({**row, "corrected_by": corrected.get(row["event_id"])} for row in found)
        return answer(models, session, asked.journey_id, told, following)
