"""Who entered what, when did it happen, when did we hear of it, and why so late?

One event, one row, made from that event alone and never changed. That an entry was corrected is found when it is
asked for: the correction's own row names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from journey.clinic import Clinic
from journey.events import EligibilityConfirmed, EntryCorrected, Event, SessionCleared
from journey.recorded import Recorded
from journey.values import Origin
from projections.audit.asking import CORRECTIONS, LIMIT, NAME, among, answer
from projections.connection import Session
from projections.database import ReadModels
from projections.plain import maybe_written, moment, written
from projections.projection import Column, Kind, Row, Table

CLINIC = Clinic()
DAY_S = 86_400

COLUMNS = (
    Column("position", Kind.WHOLE, "where it lies in the whole log"),
    Column("version", Kind.WHOLE, "the journey's events, counted from 1"),
    Column("event_id", Kind.TEXT, "the event's id"),
    Column("type", Kind.TEXT, "what it was"),
    Column("at", Kind.TIME, "when it happened"),
    Column("recorded_at", Kind.TIME, "when we heard of it"),
    Column("delay_s", Kind.WHOLE, "from the one to the other, rounded up", "s"),
    Column("actor", Kind.TEXT, "who entered it"),
    Column("role", Kind.TEXT, "the role it was entered in"),
    Column("on_behalf_of", Kind.TEXT, "for whom, if not for themselves"),
    Column("on_behalf_of_role", Kind.TEXT, "that person's role"),
    Column("origin", Kind.TEXT, "where the entry came from"),
    Column("reason", Kind.TEXT, "why it was recorded late"),
    Column("imported", Kind.FLAG, "whether it was imported"),
    Column("deviations", Kind.CODES, "rules that it breaks"),
    Column("overrides", Kind.CODES, "checks and criteria set aside by a prescriber"),
    Column("corrects", Kind.TEXT, "the event that it corrects"),
    Column("note_id", Kind.TEXT, "the vault's note that belongs to it"),
    Column("site", Kind.TEXT, "where"),
    Column("policy_version", Kind.TEXT, "the policy of its day, that it was decided by"),
    Column("sensitivity", Kind.CODES, "segments that the law protects further"),
)

TABLE = Table(
    name="timeline",
    meaning="every event of every journey, one row each",
    columns=COLUMNS,
    indexed=("position", "recorded_at", "actor", "on_behalf_of", "delay_s"),
    partly={
        "on_behalf_of": "on_behalf_of IS NOT NULL",  # most enter for themselves
        "delay_s": "imported = 0",  # an import is told long afterwards, and not late: it would hide what is
    },
)

OVERRIDING = frozenset({SessionCleared, EligibilityConfirmed, EntryCorrected})
"""What may hold an override."""

OWN = frozenset({"delay_s", "imported", "deviations", "overrides", "sensitivity"})
HEAD = tuple(column for column in COLUMNS if column.name not in OWN)
"""What a row about an entry says of the entry, in whichever table it stands."""


def head(line: Row) -> dict[str, Any]:
    """What a row about an entry says of the entry."""
    return {column.name: line[column.name] for column in HEAD}


def row(position: int, recorded: Recorded[Event]) -> Row:
    """An event's row."""
    event, actor, early = recorded.event, recorded.actor, recorded.at - recorded.recorded_at
    return {
        "position": position,
        "version": recorded.version,
        "event_id": written(recorded.event_id),
        "type": type(event).__name__,
        "at": moment(recorded.at),
        "recorded_at": moment(recorded.recorded_at),
        "delay_s": -(early.days * DAY_S + early.seconds),  # whole seconds of `early` are rounded down: this is up
        "actor": actor.user,
        "role": str(actor.role),
        "on_behalf_of": actor.on_behalf_of,
        "on_behalf_of_role": None if actor.on_behalf_of_role is None else str(actor.on_behalf_of_role),
        "origin": str(recorded.origin),
        "reason": None if recorded.reason is None else str(recorded.reason),
        "imported": recorded.origin is Origin.IMPORT,
        "deviations": [rule.value for rule in recorded.deviations] if recorded.deviations else [],
        "overrides": overrides(event) if type(event) in OVERRIDING else [],
        "corrects": written(event.target_event_id) if isinstance(event, EntryCorrected) else None,
        "note_id": maybe_written(recorded.note_id),
        "site": recorded.site_id,
        "policy_version": recorded.policy_version,
        "sensitivity": [segment.value for segment in recorded.sensitivity] if recorded.sensitivity else [],
    }


def overrides(event: Event) -> list[str]:
    """What a prescriber set aside in an entry, or in what a correction put in its place."""
    said = event.replacement.data if isinstance(event, EntryCorrected) and event.replacement else event
    if isinstance(said, (SessionCleared, EligibilityConfirmed)):
        return [override.id.value for override in said.overrides]
    return []


def timeline(  # noqa: PLR0913 - each filter by its own name, as it is asked everywhere
    models: ReadModels,
    *,
    journey_id: UUID | None = None,
    actor: str | None = None,
    types: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    site: str | None = None,
    after: int = 0,
    limit: int = LIMIT,
    clinic: Clinic = CLINIC,
) -> dict[str, Any]:
    """Entries in the order of the log, after a position: `{"position", "rows", "next", "left_out"}`.

    `actor` is whoever entered it or for whom it was entered; `since` and `until` bound when we heard of it. An entry
    is `late` when it was recorded so long after it happened, by the policy of its day; an imported one is `imported`
    instead.
    `corrected_by` names the correction that holds. `next` is where the following rows begin, if there are any.
    `left_out` are entries that have no row, because somebody decided so.
    """
    conditions = list(_conditions(journey_id, actor, types, since, until, site))
    where = " AND ".join(["t.position > ?", *(text for text, _ in conditions)])
    params = [after, *(value for _, values in conditions for value in values)]
    with models.database.reading() as session:
        found = models.rows_in(session, NAME, TABLE.name, where, *params, limit + 1, order="t.position LIMIT ?")
        corrected = corrections(models, session, [row["event_id"] for row in found])
        rows = [told(row, corrected, clinic) for row in found[:limit]]
        following = rows[-1]["position"] if len(found) > limit else None
        return answer(models, session, journey_id, rows, following)


def _conditions(
    journey_id: UUID | None,
    actor: str | None,
    types: Sequence[str],
    since: datetime | None,
    until: datetime | None,
    site: str | None,
) -> Iterable[tuple[str, tuple[Any, ...]]]:
    if journey_id is not None:
        yield "t.journey_id = ?", (str(journey_id),)
    if actor is not None:
        yield "(t.actor = ? OR t.on_behalf_of = ?)", (actor, actor)
    if types:
        yield f"t.type IN ({', '.join('?' * len(types))})", tuple(types)
    if since is not None:
        yield "t.recorded_at >= ?", (moment(since),)
    if until is not None:
        yield "t.recorded_at < ?", (moment(until),)
    if site is not None:
        yield "t.site = ?", (site,)


def corrections(models: ReadModels, session: Session, event_ids: Sequence[str]) -> dict[str, str]:
    """Of each corrected event among some the correction that holds: the last one."""
    if not event_ids:
        return {}
    where, values = among("t.corrects", sorted(set(event_ids)))
    found = models.rows_in(session, NAME, CORRECTIONS, where, *values, order="t.position")
    return {row["corrects"]: row["event_id"] for row in found}


def told(row: Mapping[str, Any], corrected: Mapping[str, str], clinic: Clinic) -> dict[str, Any]:
    """A row as it is answered, with what is found at the asking."""
    return {**row, "late": is_late(row, clinic), "corrected_by": corrected.get(row["event_id"])}


def is_late(row: Mapping[str, Any], clinic: Clinic) -> bool:
    """Whether an entry was recorded long after it happened; an imported one is marked as such instead."""
    return bool(row["delay_s"] > clinic.policy_of(row["policy_version"]).late_after_min * 60 and not row["imported"])
