"""How do times, numbers and ids stand in a row?"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

from journey.store.times import moment as moment  # noqa: PLC0414 - rows are written with it as well


def maybe_moment(at: datetime | None) -> str | None:
    """A time that may be missing."""
    return None if at is None else moment(at)


def parsed(text: str) -> datetime:
    """The time of a row."""
    return datetime.fromisoformat(text)


def later(since: str, passed: timedelta) -> str:
    """The time so long after that of a row."""
    return moment(parsed(since) + passed)


def decimal(number: Decimal) -> str:
    """A decimal in plain digits, without trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def maybe_decimal(number: Decimal | None) -> str | None:
    """A decimal that may be missing."""
    return None if number is None else decimal(number)


def written(id_: UUID) -> str:
    """An id as text."""
    return orjson.dumps(id_)[1:-1].decode()  # `str` takes thrice as long, and there are some in every event


def maybe_written(id_: UUID | None) -> str | None:
    """An id that may be missing."""
    return None if id_ is None else written(id_)


def row_of(item: Any) -> dict[str, Any]:
    """The row that a dataclass is: its fields, by name."""
    return dict(vars(item))


def local_day(at: datetime, offset_min: int) -> str:
    """The day of a moment where the clock is so many minutes ahead of UTC."""
    return (at.astimezone(UTC) + timedelta(minutes=offset_min)).date().isoformat()


def noon(day: date, offset_min: int) -> str:
    """The noon of a day there: no change of clocks moves it to another day."""
    return moment(datetime.combine(day, time(12), UTC) - timedelta(minutes=offset_min))
