"""How is the audit read model asked: about whom, by whom, where, when, of which kind, page by page?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.connection import Session
from projections.database import ReadModels
from projections.plain import moment
from projections.projection import Kind, Table

NAME = "audit"
LIMIT = 200
CORRECTIONS = "corrections"
"""The table of corrections: whatever was corrected is found there."""

Condition = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which rows are wanted: a filter that is left out lets all through; `after` is the `next` of the page before.

    `actor` is whoever did it or for whom it was done.
    """

    journey_id: UUID | None = None
    site: str | None = None
    actor: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str | None = None
    limit: int = LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a table is asked: which column is its kind, which its time, and in which order its rows are told."""

    table: Table
    kind: str
    time: str
    order: tuple[str, ...]


def page(
    models: ReadModels, session: Session, shape: Shape, asked: Asked, *more: Condition
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of a page, and what `after` takes for the following ones. Raises ValueError for an `after` of nobody."""
    conditions = [*_conditions(shape, asked), *more]
    where = " AND ".join(["1 = 1", *(text for text, _ in conditions)])
    params = [value for _, values in conditions for value in values]
    order = f"{', '.join(f't.{name}' for name in shape.order)} LIMIT ?"
    found = models.rows_in(session, NAME, shape.table.name, where, *params, asked.limit + 1, order=order)
    rows = found[: asked.limit]
    following = "~".join(str(rows[-1][name]) for name in shape.order) if len(found) > asked.limit else None
    return rows, following


def _conditions(shape: Shape, asked: Asked) -> Iterator[Condition]:
    if asked.journey_id is not None:
        yield "t.journey_id = ?", (str(asked.journey_id),)
    if asked.site is not None:
        yield "t.site = ?", (asked.site,)
    if asked.actor is not None:
        yield "(t.actor = ? OR t.on_behalf_of = ?)", (asked.actor, asked.actor)
    if asked.kind is not None:
        yield f"t.{shape.kind} = ?", (asked.kind,)
    if asked.since is not None:
        yield f"t.{shape.time} >= ?", (moment(asked.since),)
    if asked.until is not None:
        yield f"t.{shape.time} < ?", (moment(asked.until),)
    if asked.after is not None:
        names = ", ".join(f"t.{name}" for name in shape.order)
        yield f"({names}) > ({', '.join('?' * len(shape.order))})", _place(shape, asked.after)


def _place(shape: Shape, after: str) -> tuple[str | int, ...]:
    kinds = {column.name: column.kind for column in shape.table.columns}
    said = zip(shape.order, after.split("~"), strict=True)
    return tuple(int(text) if kinds.get(name) is Kind.WHOLE else text for name, text in said)


def answer(
    models: ReadModels,
    session: Session,
    journey_id: UUID | None,
    rows: Iterable[Mapping[str, Any]],
    following: object,
) -> dict[str, Any]:
    """An answer as it is told: `{"position", "rows", "next", "left_out"}`, and since when it is stale if it is.

    `left_out` are entries that have no row, because somebody decided so.
    """
    stale = models.stale_in(session, NAME)
    skipped = models.parking(session, NAME).skipped()
    return {
        "position": models.position_in(session, NAME),
        "rows": list(rows),
        "next": following,
        "left_out": [asdict(it) for it in skipped if journey_id is None or it.journey_id == str(journey_id)],
        **(stale.any() if journey_id is None else stale.of(str(journey_id))),
    }


def among(column: str, values: Sequence[str]) -> Condition:
    """A condition: the column is one of some values."""
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(values)
