"""How do times, numbers and ids stand in a row?"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID


@lru_cache(maxsize=8_192)
def moment(at: datetime) -> str:
    """A time in UTC, of fixed width, so that it sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


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


@lru_cache(maxsize=65_536)
def written(id_: UUID) -> str:
    """An id as text; the same ones return in event after event."""
    return str(id_)


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
