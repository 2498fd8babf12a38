"""Which journeys were entered on last? Containers of the drug are none."""

from __future__ import annotations

from typing import Any

from journey.events import OF_CONTAINER
from projections.audit.asking import NAME
from projections.audit.timeline import TABLE
from projections.database import ReadModels


def recent(models: ReadModels, limit: int = 50) -> list[dict[str, Any]]:
    """The last entry of each journey, the newest first."""
    marks = ", ".join("?" * len(OF_CONTAINER))
    last = f"t.version = d.version AND t.type NOT IN ({marks})"
    types = sorted(kind.__name__ for kind in OF_CONTAINER)
    return models.rows(NAME, TABLE.name, last, *types, limit, order="t.position DESC LIMIT ?")
