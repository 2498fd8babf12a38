"""What came of each container of the drug, movement by movement, and what was left of it at the end of each day?

One event of a container, one row, made from that event alone: it says itself what is left from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from journey.clinic import Clinic
from journey.events import (
    ContainerDestroyed,
    ContainerDispensed,
    ContainerReceived,
    ContainerTransferredOut,
    ContainerWasted,
    CountRecorded,
    DiscrepancyOpened,
    DiscrepancyResolved,
    Event,
)
from journey.recorded import Recorded
from projections.database import ReadModels
from projections.plain import decimal, local_day, moment
from projections.projection import Column, Kind, Row, Table

CLINIC = Clinic()
LIMIT = 200

TABLE = Table(
    name="drug_ledger",
    meaning="every movement of every container of the drug, one row each",
    columns=(
        Column("position", Kind.WHOLE, "where it lies in the whole log"),
        Column("version", Kind.WHOLE, "the container's events, counted from 1"),
        Column("type", Kind.TEXT, "what it was"),
        Column("at", Kind.TIME, "when it happened"),
        Column("local_day", Kind.TEXT, "the day on which it happened, by the clock of whoever entered it"),
        Column("actor", Kind.TEXT, "who entered it, or for whom it was entered"),
        Column("witnessed_by", Kind.TEXT, "who attested it by a sign-in of their own"),
        Column("change_ml", Kind.NUMBER, "what came into the container; below zero, what left it", "ml"),
        Column("rest_ml", Kind.NUMBER, "what is left of it from then on; unchanged, if null", "ml"),
        Column("mg", Kind.NUMBER, "how much of the drug was drawn, wasted or is missing", "mg"),
        Column("lot", Kind.TEXT, "its lot, where it was received"),
        Column("ndc", Kind.TEXT, "its National Drug Code, where it was received"),
        Column("expires_on", Kind.TEXT, "its last day, where it was received"),
        Column("party", Kind.TEXT, "who delivered it, or to whom it went"),
        Column("of_journey_id", Kind.TEXT, "the journey that it was for"),
        Column("session_id", Kind.TEXT, "the session that it was for"),
        Column("discrepancy_id", Kind.TEXT, "the discrepancy that was opened or resolved"),
        Column("finding", Kind.TEXT, "where the difference showed, or what it came from"),
        Column("deviations", Kind.CODES, "rules that it breaks"),
        Column("site", Kind.TEXT, "where"),
    ),
    indexed=("position", "at"),
)

MOVING = frozenset(
    {
        *(ContainerReceived, ContainerDispensed, ContainerWasted, CountRecorded),
        *(ContainerTransferredOut, ContainerDestroyed, DiscrepancyOpened, DiscrepancyResolved),
    }
)
"""What moves a container."""

BLANK: Row = {column.name: None for column in TABLE.columns}


def row(position: int, recorded: Recorded[Event]) -> Row | None:
    """The row of an event; None if it moves no container."""
    if type(recorded.event) not in MOVING:
        return None
    return {
        **BLANK,
        "position": position,
        "version": recorded.version,
        "type": type(recorded.event).__name__,
        "at": moment(recorded.at),
        "local_day": local_day(recorded.at, recorded.utc_offset_min),
        "actor": recorded.actor.person,
        "deviations": [rule.value for rule in recorded.deviations],
        "site": recorded.site_id,
        **_said(recorded.event),
    }


def _said(event: Event) -> Mapping[str, Any]:  # noqa: PLR0911 - one arm an event
    match event:
        case ContainerReceived():
            about = {"lot": event.lot, "ndc": event.ndc, "expires_on": event.expires_on.isoformat()}
            return about | {"party": event.supplier} | _moved(event.volume_ml, event.rest_ml)
        case ContainerDispensed():
            return _for_session(event) | _moved(-event.volume_ml, event.rest_ml)
        case ContainerWasted():
            return _for_session(event) | _moved(Decimal(0), event.rest_ml)
        case CountRecorded():
            return _moved(event.counted_ml - event.expected_ml, event.rest_ml)
        case ContainerTransferredOut():
            return {"party": event.to} | _moved(-event.ml, event.rest_ml)
        case ContainerDestroyed():
            return {"witnessed_by": event.witnessed_by} | _moved(-event.ml, event.rest_ml)
        case DiscrepancyOpened():
            session = None if event.session_id is None else str(event.session_id)
            about = {"discrepancy_id": str(event.discrepancy_id), "finding": event.kind.value}
            return about | {"session_id": session, "mg": decimal(event.difference_mg)}
        case DiscrepancyResolved():
            return {"discrepancy_id": str(event.discrepancy_id), "finding": event.finding.value}
        case _:
            raise ValueError(type(event).__name__)


def _moved(change_ml: Decimal, rest_ml: Decimal) -> dict[str, Any]:
    return {"change_ml": decimal(change_ml), "rest_ml": decimal(rest_ml)}


def _for_session(event: ContainerDispensed | ContainerWasted) -> dict[str, Any]:
    return {
        "of_journey_id": str(event.journey_id),
        "session_id": str(event.session_id),
        "witnessed_by": event.witnessed_by,
        "mg": decimal(event.mg),
    }


def drug_ledger(
    models: ReadModels,
    *,
    container_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: int = 0,
    limit: int = LIMIT,
    clinic: Clinic = CLINIC,
) -> dict[str, Any]:
    """The ledger in the order of the log, after a position: `{"position", "rows", "next", "days", ...}`.

    `days` are of all that the filters let through: of each container and day of the clinic on which something moved,
    what came and went, and what was left of it at the end. `since` and `until` bound when it happened.
    """
    conditions = list(_conditions(container_id, since, until))
    where, params = " AND ".join(["1 = 1", *(text for text, _ in conditions)]), [value for _, value in conditions]
    with models.database.reading() as session:
        every = models.rows_in(session, "audit", TABLE.name, where, *params, order="t.position")
        position = models.position_in(session, "audit")
        stale = models.stale_in(session, "audit")
    rows = [_told(it, clinic) for it in every]
    shown = [it for it in rows if it["position"] > after]
    return {
        "position": position,
        "rows": shown[:limit],
        "next": shown[limit - 1]["position"] if len(shown) > limit else None,
        "days": _days(rows),
        **(stale.any() if container_id is None else stale.of(str(container_id))),
    }


def _conditions(container_id: UUID | None, since: datetime | None, until: datetime | None) -> Iterable[tuple[str, str]]:
    if container_id is not None:
        yield "t.journey_id = ?", str(container_id)
    if since is not None:
        yield "t.at >= ?", moment(since)
    if until is not None:
        yield "t.at < ?", moment(until)


def _told(found: Mapping[str, Any], clinic: Clinic) -> dict[str, Any]:
    """A row as it is answered: of which container, and on which day of the clinic."""
    day = clinic.site.day(datetime.fromisoformat(found["at"])).isoformat()
    return {"container_id": found["journey_id"], "day": day} | {
        name: value for name, value in found.items() if name not in {"journey_id", "local_day"}
    }


def _days(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Of each container and day, in the order of days: what came, what was drawn and wasted, and what was left."""
    days: dict[tuple[str, str], dict[str, Any]] = {}
    for it in rows:
        key = it["day"], it["container_id"]
        day = days.setdefault(key, dict.fromkeys(("received_ml", "drawn_ml", "wasted_mg"), Decimal(0)) | OPEN)
        amount = Decimal(it["change_ml"] or 0)
        if it["type"] == ContainerReceived.__name__:
            day["received_ml"] += amount
        elif it["type"] == ContainerDispensed.__name__:
            day["drawn_ml"] -= amount
        elif it["type"] == ContainerWasted.__name__:
            day["wasted_mg"] += Decimal(it["mg"])
        day["opened"] += it["type"] == DiscrepancyOpened.__name__
        day["resolved"] += it["type"] == DiscrepancyResolved.__name__
        day["rest_ml"] = it["rest_ml"] or day["rest_ml"]
    return [
        {"day": day, "container_id": container, **{name: _plain(value) for name, value in told.items()}}
        for (day, container), told in sorted(days.items())
    ]


OPEN: dict[str, Any] = {"rest_ml": None, "opened": 0, "resolved": 0}
"""What is not known before the first row of a day."""


def _plain(value: Any) -> Any:
    return decimal(value) if isinstance(value, Decimal) else value
