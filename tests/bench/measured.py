"""How is something measured beside its raw limit?

Both in turns, so that whatever else the machine does befalls both; a ratio is of the same turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from threading import Barrier, Event

from tests.bench import memory

Measured = Callable[[], float]
"""Does something once, and gives how often a second it did so, or how long it took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured: seconds of a window, turns, journeys to work on, events to move."""

    seconds: float = 2.0
    turns: int = 5
    journeys: int = 1_200
    events: int = 10_000


@dataclass(frozen=True, slots=True)
class Spread:
    """What some turns gave."""

    least: float
    median: float
    most: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        """The spread of these values."""
        return Spread(min(values), median(values), max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured: ours, the raw limit beside it, and what part of it ours is.

    `unit` is as printed: `events/s`, `ms`. `peak_mb` is the most memory that the measuring process held meanwhile.
    """

    name: str
    unit: str
    ours: Spread
    raw: Spread
    ratio: Spread
    limit: str
    turns: int
    peak_mb: float


def compared(name: str, unit: str, ours: Measured, raw: Measured, turns: int, limit: str) -> Figure:
    """Ours and the raw limit in turns; `limit` says what the raw one does."""
    memory.forget_peak()
    return figured(name, unit, [(raw(), ours()) for _ in range(turns)], limit)


def figured(name: str, unit: str, pairs: Sequence[tuple[float, float]], limit: str) -> Figure:
    """The figure of what turns gave: of each the raw limit, and ours."""
    return Figure(
        name=name,
        unit=unit,
        ours=Spread.of([our for _, our in pairs]),
        raw=Spread.of([most for most, _ in pairs]),
        ratio=Spread.of([our / most for most, our in pairs]),
        limit=limit,
        turns=len(pairs),
        peak_mb=memory.peak_mb(),
    )


def timed(act: Callable[[], int]) -> float:
    """How many a second it was, of what `act` did and counted."""
    begun = time.perf_counter()
    return act() / (time.perf_counter() - begun)


def in_window(clients: Iterable[Callable[[], None]], seconds: float, count: Callable[[], int]) -> float:
    """How many a second clients did side by side in one window that all share, counted afterwards by `count`."""
    acts = list(clients)
    gate, over = Barrier(len(acts) + 1), Event()

    def client(act: Callable[[], None]) -> None:
        gate.wait()
        while not over.is_set():
            act()

    before = count()
    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(client, act) for act in acts]
        gate.wait()
        begun = time.perf_counter()
        over.wait(seconds)
        over.set()
        for it in running:
            it.result()
        lasted = time.perf_counter() - begun
    return (count() - before) / lasted
