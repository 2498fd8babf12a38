"""What do many clients come to, each a process of its own, as they are behind several servers?

Threads of one interpreter take turns; processes do not. All of a kind work in one window, what they did is counted
in the database afterwards, and each call is timed by who made it.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import quantiles

Maker = Callable[[], AbstractContextManager[Callable[[], None]]]
"""Opens what a client works with, in its own process, and gives what it does again and again; must be picklable."""

SETTLING_S = 0.2
"""So long before the window the clients are told when it begins."""
WARM = 8
"""So many calls come before the first window: readers are built and statements prepared once a process."""


@dataclass(frozen=True, slots=True)
class Window:
    """What clients did in one window: how many a second, and how long their calls took."""

    rate: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Clients:
    """Processes that wait for their next window."""

    lines: Sequence[Connection]
    count: Callable[[], int]

    def window(self, seconds: float) -> Window:
        """Let all work for so long."""
        before = self.count()
        begin = time.monotonic() + SETTLING_S
        for line in self.lines:
            line.send((begin, begin + seconds))
        calls: list[float] = []
        for line in self.lines:
            calls += _heard(line)
        cuts = quantiles(calls, n=100, method="inclusive")
        return Window((self.count() - before) / seconds, cuts[49] * 1_000, cuts[98] * 1_000)


@contextmanager
def processes(makers: Sequence[Maker], count: Callable[[], int]) -> Iterator[Clients]:
    """Yield a process for each client, ready; `count` says what has been done so far."""
    spawning = multiprocessing.get_context("forkserver")  # a fork of a process with threads may hang
    spawning.set_forkserver_preload(["tests.bench.commands"])
    with ExitStack() as opened:
        lines = []
        for maker in makers:
            line, theirs = spawning.Pipe()
            opened.callback(line.close)
            process = spawning.Process(target=_work, args=(maker, theirs), daemon=True)
            process.start()
            theirs.close()
            opened.callback(process.join)
            opened.callback(line.send, None)
            lines.append(line)
        for line in lines:
            assert _heard(line) == []
        yield Clients(lines, count)


def _heard(line: Connection) -> list[float]:
    """What a client has to say; what stopped it stops us."""
    said = line.recv()
    if isinstance(said, Exception):
        raise said
    assert isinstance(said, list)
    return said


def _work(maker: Maker, line: Connection) -> None:
    """Work in window after window, and tell how long each call took."""
    os.setsid()  # Linux shares the processor out by sessions: to clients as to the server's processes
    try:
        with maker() as act:
            for _ in range(WARM):
                act()
            line.send([])
            while (window := line.recv()) is not None:
                line.send(_calls(act, *window))
    except Exception as error:  # noqa: BLE001 - it is raised where somebody hears of it
        line.send(error)


def _calls(act: Callable[[], None], begin: float, end: float) -> list[float]:
    time.sleep(max(begin - time.monotonic(), 0))
    calls, last = [], time.monotonic()
    while last < end:
        act()
        now = time.monotonic()
        calls.append(now - last)
        last = now
    return calls
