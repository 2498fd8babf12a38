"""How does what a simulation plans get into a store, each line heard of at its own time?"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from entrypoints.importing import read_request
from entrypoints.simulator.chart import Line
from journey.recorded import Actor
from journey.store.commands import answered
from journey.store.journeys import Outcome
from journey.store.opening import Store
from journey.store.request import Request
from journey.values import Origin, Role

BATCH = 500


@dataclass
class SimulatedClock:
    """The store's clock: while past lines are entered it tells the time at which each was heard of, else the time."""

    now: Callable[[], datetime]
    _heard: deque[datetime] = field(default_factory=deque)

    def __call__(self) -> datetime:
        """The time at which the next line is heard of."""
        return self._heard.popleft() if self._heard else self.now()

    def hear(self, lines: Iterable[Line]) -> None:
        """Tell the times of these lines, one after the other, and then the time again."""
        self._heard = deque(line.heard_at for line in lines)

    def wake(self) -> None:
        """Tell the time again."""
        self._heard.clear()


def enter(store: Store, clock: SimulatedClock, lines: Iterable[Line]) -> Iterator[tuple[Line, Outcome]]:
    """Enter lines in their order, many to a transaction; those that were entered before are passed over."""
    waiting = iter(lines)
    site_id = store.clinic.site.site_id
    while some := list(islice(waiting, BATCH)):
        requests = [request_of(line, site_id) for line in some]
        known = answered(store.log, site_id, [request.command_id for request in requests])
        new = [(line, it) for line, it in zip(some, requests, strict=True) if it.command_id not in known]
        clock.hear(line for line, _ in new)
        try:
            outcomes = store.journeys.execute_many([request for _, request in new]) if new else []
        finally:
            clock.wake()
        yield from zip([line for line, _ in new], outcomes, strict=True)


def request_of(line: Line, site_id: str) -> Request:
    """What a line asks, by the person who would have entered it."""
    request = read_request(line.request, site_id=site_id, origin=Origin.SIMULATED)
    by = line.request["by"]
    return replace(request, actor=Actor(user=by["user"], role=Role(by["role"])))
