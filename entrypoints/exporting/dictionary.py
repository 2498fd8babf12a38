"""What does each view say, column by column? The dictionary, for programs and for the page made of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.projection import AnyProjection
from projections.views import Published, View


def dictionary(projections: Iterable[AnyProjection]) -> list[dict[str, Any]]:
    """Every view with its columns."""
    return [_view(projection, view) for projection in projections for view in projection.views]


def _view(projection: AnyProjection, view: View) -> dict[str, Any]:
    return {
        "view": view.stem,
        "sql": view.in_sql,
        "read_model": projection.name,
        "row": view.row,
        "columns": [_column(projection, view, it) for it in view.columns],
    }


def _column(projection: AnyProjection, view: View, column: Published) -> dict[str, Any]:
    meaning, unit = projection.told(view, column)
    return {
        "column": column.name,
        "type": column.type.value,
        "unit": unit or None,
        "meaning": meaning,
        "null": column.null or None,
    }
