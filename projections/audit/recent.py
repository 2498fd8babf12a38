"""Which journeys were entered on last?"""

from __future__ import annotations

from typing import Any

from projections.audit.asking import NAME
from projections.audit.timeline import TABLE
from projections.database import ReadModels


def recent(models: ReadModels, limit: int = 50) -> list[dict[str, Any]]:
    """The last entry of each journey, the newest first."""
    last = "t.version = d.version"
    return models.rows(NAME, TABLE.name, last, limit, order="t.position DESC LIMIT ?")
