"""How is a time written: in an event's bytes, in what was answered, and in the rows of read models?"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

import orjson


@lru_cache(maxsize=8_192)
def moment(at: datetime) -> str:
    """A time in UTC, of fixed width, so that it sorts as text."""
    text = orjson.dumps(at.astimezone(UTC), option=orjson.OPT_UTC_Z)  # isoformat takes thrice as long
    return text[1:-1].decode() if at.microsecond else f"{text[1:-2].decode()}.000000Z"
