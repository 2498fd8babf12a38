"""Which days does a question about several days mean?"""

from __future__ import annotations

from datetime import date, timedelta

from projections.schedule import monday

DAYS_MAX = 62


class TooLong(ValueError):  # noqa: N818 - what is wrong with the days
    """More days than are counted at once, or none."""

    def __init__(self) -> None:
        """Say how many there may be."""
        super().__init__(f"from and until span between 1 and {DAYS_MAX} days.")


def period(today: date, first: date | None, until: date | None) -> tuple[date, date]:
    """The first and the last day: the week from the first on, or the last day's week up to it. Raises TooLong."""
    begins = first or monday(until or today)
    ends = until or begins + timedelta(days=6)
    if not 0 <= (ends - begins).days < DAYS_MAX:
        raise TooLong
    return begins, ends
