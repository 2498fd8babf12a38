"""How is something measured beside its raw limit?

Both in turns, so that whatever else the machine does befalls both; the ratio is the median of the turns' ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from threading import Barrier, Event

Rate = Callable[[], float]
"""Does something for a while, and gives how often a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is measured: seconds of a window, turns, journeys to work on, events to move."""

    seconds: float = 2.0
    turns: int = 3
    journeys: int = 1_200
    events: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured: ours, the raw limit beside it, and what part of it ours reaches."""

    name: str
    unit: str
    ours: float
    raw: float
    ratio: float
    limit: str


def compared(name: str, unit: str, ours: Rate, raw: Rate, turns: int, limit: str) -> Figure:
    """Ours and the raw limit in turns; `limit` says what the raw one does."""
    pairs = [(raw(), ours()) for _ in range(turns)]
    return Figure(
        name=name,
        unit=unit,
        ours=median(our for _, our in pairs),
        raw=median(limit for limit, _ in pairs),
        ratio=median(our / limit for limit, our in pairs),
        limit=limit,
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


def table(figures: Iterable[Figure]) -> str:
    """The figures as a plain table."""
    rows = [("", "a second", "raw limit", "ratio", "the raw limit is")]
    rows += [
        (f"{it.name}, {it.unit}", f"{it.ours:,.0f}", f"{it.raw:,.0f}", f"{it.ratio:.2f}", it.limit) for it in figures
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        f"{name:{widths[0]}}  {ours:>{widths[1]}}  {raw:>{widths[2]}}  {ratio:>{widths[3]}}  {limit}".rstrip()
        for name, ours, raw, ratio, limit in rows
    )
