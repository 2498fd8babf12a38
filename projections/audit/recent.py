"""Which journeys were entered on last?"""

from __future__ import annotations

from typing import Any

from projections.audit.timeline import PROJECTION, TABLE
from projections.database import ReadModels


def recent(models: ReadModels, limit: int = 50) -> list[dict[str, Any]]:
    """The last entry of each journey, the newest first."""
    last = "t.version = d.version"
    return models.rows(PROJECTION.name, TABLE.name, last, limit, order="t.position DESC LIMIT ?")
