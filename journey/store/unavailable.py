"""What is a store that can't be used just now?"""

from __future__ import annotations


class StoreUnavailable(Exception):  # noqa: N818 - a state that passes, told to whoever asks
    """The store can't be reached or written: nothing was stored."""


class Unacknowledged(StoreUnavailable):
    """The store went away while it was written: whether it was stored is told by the command's key."""
