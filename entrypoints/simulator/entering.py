"""How does what a simulation plans get into a store, each line heard of at its own time?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from threading import local

from entrypoints.simulator.chart import Line
from journey.store.commands import answered
from journey.store.journeys import Outcome
from journey.store.opening import Store

BATCH = 500


class SimulatedClock:
    """The store's clock: to the thread that enters lines it tells when each was heard of, to all others the time."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Tell the time as `now` tells it, if nothing else is said."""
        self.now = now
        self._here = local()

    def __call__(self) -> datetime:
        """The time at which the next line is heard of."""
        heard: deque[datetime] = getattr(self._here, "heard", deque())
        return heard.popleft() if heard else self.now()

    @contextmanager
    def hearing(self, lines: Iterable[Line]) -> Iterator[None]:
        """Tell this thread the times of these lines, one after the other; afterwards the time again."""
        self._here.heard = deque(line.heard_at for line in lines)
        try:
            yield
        finally:
            self._here.heard = deque()


def enter(store: Store, clock: SimulatedClock, lines: Iterable[Line]) -> Iterator[tuple[Line, Outcome]]:
    """Enter lines in their order, many to a transaction; those that were entered before are passed over."""
    waiting = iter(lines)
    site_id = store.clinic.site.site_id
    while some := list(islice(waiting, BATCH)):
        requests = [line.asked for line in some]
        known = answered(store.log, site_id, [request.command_id for request in requests])
        new = [(line, it) for line, it in zip(some, requests, strict=True) if it.command_id not in known]
        with clock.hearing(line for line, _ in new):
            outcomes = store.journeys.execute_many([request for _, request in new]) if new else []
        yield from zip([line for line, _ in new], outcomes, strict=True)
