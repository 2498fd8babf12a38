"""How does a view come out of the database whole, a piece at a time?

From the live build's table itself, as this version reads it: in the order of its keys, and numbers to their last digit
on SQLite, too, where a view can only give the nearest binary one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from projections.connection import Session
from projections.database import ReadModels
from projections.projection import AnyProjection
from projections.views import View

Piece = list[tuple[Any, ...]]
"""Some rows, as they are stored: times, decimals and lists of codes as text, flags as 0 and 1."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A view as of one moment: how many rows, up to which position, since when old if it is, and the rows."""

    projection: AnyProjection
    view: View
    rows: int
    position: int
    stale: Mapping[str, str]
    pieces: Iterator[Piece]


def find(models: ReadModels, stem: str) -> tuple[AnyProjection, View] | None:
    """A view by its name with its version; None if there is none."""
    return next((it for it in views(models) if it[1].stem == stem), None)


def views(models: ReadModels) -> Iterator[tuple[AnyProjection, View]]:
    """Every view, with its read model."""
    for projection in models.projections.values():
        for view in projection.views:
            yield projection, view


@contextmanager
def exported(models: ReadModels, projection: AnyProjection, view: View) -> Iterator[Exported]:
    """A view in a transaction of its own, which lasts as long as it is read."""
    with models.database.reading() as session:
        yield Exported(
            projection=projection,
            view=view,
            rows=_count(models, session, projection, view),
            position=models.position_in(session, projection.name),
            stale=models.stale_in(session, projection.name).any(),
            pieces=_pieces(models, session, projection, view),
        )


def _count(models: ReadModels, session: Session, projection: AnyProjection, view: View) -> int:
    source = models.live(session, projection.name).name(view.table)
    return int(session.read(f"SELECT COUNT(*) FROM {source}")[0][0])  # noqa: S608 - a name of ours


def _pieces(models: ReadModels, session: Session, projection: AnyProjection, view: View) -> Iterator[Piece]:
    source = models.live(session, projection.name).name(view.table)
    columns = ", ".join(it.sql or f"t.{it.name}" for it in view.columns)
    sql = f"SELECT {columns} FROM {source} t ORDER BY t.journey_id, t.key"  # noqa: S608 - names of ours
    return session.pieces(sql)
