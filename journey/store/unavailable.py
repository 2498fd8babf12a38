"""What is a store that can't be used just now, or not as it was asked?"""

from __future__ import annotations


class StoreUnavailable(Exception):  # noqa: N818 - a state that passes, told to whoever asks
    """The store can't be reached or written: nothing was stored."""


class Unacknowledged(StoreUnavailable):
    """The store went away while it was written: whether it was stored is told by the command's key."""


class Conflict(Exception):  # noqa: N818 - says which uniqueness was broken; the command is done again
    """Somebody else was faster."""

    def __init__(self, table: str) -> None:
        """Name the table whose uniqueness was broken."""
        super().__init__(table)
        self.table = table
