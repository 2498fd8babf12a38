"""What brings events, and what can be wrong with it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from journey.store.unavailable import StoreUnavailable
from projections.connection import TRANSIENT as AWAY
from projections.place import Batch, Place, Stopped

TRANSIENT = (*AWAY, StoreUnavailable)
"""What passes by itself or by an administrator's hand, in whichever database."""


class Unreadable(Stopped):
    """A partition can't be read on: somebody must look. The others go on."""

    def __init__(self, partition: int, why: str) -> None:
        """Say which, and why."""
        super().__init__(why)
        self.partition = partition


class Superseded(Exception):  # noqa: N818 - says what happened
    """Another process took this one's place: it has to end."""


class Feed(Protocol):
    """Brings a projection its events, partition by partition, each partition in order."""

    @property
    def feed_id(self) -> str:
        """Name what offsets are counted in: the cluster's and topic's id, or the store's. Another id, another place."""

    @property
    def partitions(self) -> int:
        """How many partitions there are, whoever reads them."""

    def poll(self, place_of: Callable[[int], Place], timeout_s: float) -> list[Batch]:
        """Bring what follows; nothing after `timeout_s`.

        Raises Unreadable, once, for a partition that can't be read on, and Superseded for all of them.

        `place_of(partition)` gives the place where a partition goes on: asked at assignment, and again after `lost`.
        """

    def applied(self, batch: Batch) -> None:
        """Hear that a batch's rows and place are committed."""

    def lost(self, partition: int) -> None:
        """Hear that a batch was not applied: the partition is read again from its place."""

    def close(self) -> None:
        """Give everything back."""
