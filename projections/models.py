"""Which read models are there?"""

from __future__ import annotations

from typing import Any

PROJECTIONS: tuple[Any, ...] = ()
