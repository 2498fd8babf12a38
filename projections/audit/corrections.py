"""What was corrected: what did the entry say, what does it say from then on, and what turned stale by it?"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from journey.events import EntryCorrected, Event
from journey.history import stale_entries
from journey.recorded import Recorded
from journey.store.codec import plain, text
from projections.audit.asking import CORRECTIONS, NAME, Asked, Shape, among, answer, page
from projections.audit.course import STALE
from projections.audit.timeline import HEAD, head
from projections.audit.timeline import corrections as holding
from projections.connection import Session
from projections.database import ReadModels
from projections.plain import moment
from projections.projection import Column, Kind, Row, Rows, Table

Log = Sequence[Recorded[Event]]

Said = tuple[datetime, Event] | None
"""When something happened, and what; None of an entry that says nothing any more."""

TABLE = Table(
    CORRECTIONS,
    "every correction, with what it replaced by what",
    (
        *HEAD,
        Column("kind", Kind.TEXT, "amend or retract"),
        Column("why", Kind.TEXT, "the code of the reason"),
        Column("approved_by", Kind.TEXT, "who approved it"),
        Column("entry_version", Kind.WHOLE, "the version of the entry that it corrects"),
        Column("entry_type", Kind.TEXT, "what that entry is"),
        Column("entry_by", Kind.TEXT, "whose entry that is"),
        Column("replaced", Kind.TEXT, "the correction that held before, if there was one"),
        Column("changed", Kind.TEXT, "the fields that differ, each as it was and as it is from then on, as JSON"),
        Column("changed_fields", Kind.CODES, "the fields that differ"),
    ),
    indexed=("position", "corrects"),
)

TURNED_STALE = Table(
    "turned_stale",
    "every entry that turned stale by a correction, whether or not it was made anew since",
    (
        Column("correction_id", Kind.TEXT, "the correction's event"),
        Column("corrected_at", Kind.TIME, "when we heard of the correction"),
        Column("event_id", Kind.TEXT, "the entry's event"),
        Column("entry_version", Kind.WHOLE, "its version"),
        Column("entry_type", Kind.TEXT, "what it is"),
    ),
    indexed=("correction_id",),
)

SHAPE = Shape(table=TABLE, kind="kind", time="recorded_at", order=("position",))


def rows(key: str, line: Row, event: EntryCorrected, log: Log) -> Rows:
    """The rows of a correction that has this line in the timeline, and ends the log."""
    target = next(entry for entry in log if entry.event_id == event.target_event_id)
    former = [(it.event_id, it.event) for it in log[:-1] if isinstance(it.event, EntryCorrected)]
    former = [it for it in former if it[1].target_event_id == target.event_id]
    before = _put(former[-1][1]) if former else (target.at, target.event)
    stale = {entry.version for entry in stale_entries(log[:-1])}
    turned = [entry for entry in stale_entries(log) if entry.version not in stale]
    changes = list(_changes(_plain(before), _plain(_put(event))))
    correction: Row = {
        **head(line),
        "kind": event.kind.value,
        "why": event.reason.value,
        "approved_by": event.approved_by,
        "entry_version": target.version,
        "entry_type": type(target.event).__name__,
        "entry_by": target.actor.person,
        "replaced": str(former[-1][0]) if former else None,
        "changed": text(changes),
        "changed_fields": [change["field"] for change in changes],
    }
    told = {f"{key}:{entry.version:06}": _turned(line, entry) for entry in turned}
    return {TABLE.name: {key: correction}} | ({TURNED_STALE.name: told} if told else {})


def _put(correction: EntryCorrected) -> Said:
    """What a correction puts in place; nothing where it retracts."""
    return None if correction.replacement is None else (correction.replacement.at, correction.replacement.data)


def _plain(said: Said) -> Mapping[str, Any]:
    return {} if said is None else {"at": moment(said[0]), **plain(said[1])}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for field in {**before, **after}:
        if before.get(field) != after.get(field):
            yield {"field": field, "before": before.get(field), "after": after.get(field)}


def _turned(line: Row, entry: Recorded[Event]) -> Row:
    return {
        "correction_id": line["event_id"],
        "corrected_at": line["recorded_at"],
        "event_id": str(entry.event_id),
        "entry_version": entry.version,
        "entry_type": type(entry.event).__name__,
    }


def corrections(models: ReadModels, asked: Asked) -> dict[str, Any]:
    """Corrections in the order of the log; `kind` is amend or retract. Raises ValueError for a false `after`.

    `changed` are the fields that differ, each `before` and `after`; `turned_stale` the entries that turned stale by it,
    each with whether it `is_stale` still; `corrected_by` the correction of the same entry that holds instead.
    """
    with models.database.reading() as session:
        found, following = page(models, session, SHAPE, asked)
        hold = holding(models, session, [row["corrects"] for row in found])
        turned = _turned_stale(models, session, found)
        told = (_told(row, hold[row["corrects"]], turned[row["event_id"]]) for row in found)
        return answer(models, session, asked.journey_id, told, following)


def _turned_stale(
    models: ReadModels, session: Session, found: Sequence[Mapping[str, Any]]
) -> Mapping[str, list[dict[str, Any]]]:
    """Of each of some corrections the entries that turned stale by it, and whether they are so still."""
    turned: dict[str, list[dict[str, Any]]] = {row["event_id"]: [] for row in found}
    if not turned:
        return turned
    where, values = among("t.journey_id", sorted({row["journey_id"] for row in found}))
    stale = {row["event_id"] for row in models.rows_in(session, NAME, STALE.name, where, *values)}
    where, values = among("t.correction_id", sorted(turned))
    for row in models.rows_in(session, NAME, TURNED_STALE.name, where, *values, order="t.entry_version"):
        named = {"event_id": row["event_id"], "version": row["entry_version"], "type": row["entry_type"]}
        turned[row["correction_id"]].append(named | {"is_stale": row["event_id"] in stale})
    return turned


def _told(row: dict[str, Any], holds: str, turned: list[dict[str, Any]]) -> dict[str, Any]:
    corrected_by = None if holds == row["event_id"] else holds
    kept = {name: value for name, value in row.items() if name != "changed_fields"}
    return {**kept, "changed": json.loads(row["changed"]), "turned_stale": turned, "corrected_by": corrected_by}
