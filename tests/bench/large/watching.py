"""How much memory does a process of each kind hold at most, as long as something lasts?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Self

from tests.bench import memory

EVERY_S = 0.1
KINDS = {"postgres": "PostgreSQL", "java": "Kafka"}
OURS = "ours"


@dataclass(slots=True)
class Watching:
    """The largest peak of what this process has started, and of what that has started, by kind.

    A peak is the kernel's own, so that what lies between two looks is seen, too.
    """

    peaks_mb: dict[str, float] = field(default_factory=dict)
    _over: Event = field(default_factory=Event)
    _thread: Thread = field(init=False)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY_S):
            for process in _started_by(os.getpid()):
                with suppress(OSError, LookupError):  # it has just ended
                    self._look(process)

    def _look(self, process: int) -> None:
        command = Path(f"/proc/{process}/comm").read_text(encoding="ascii").strip()
        kind = KINDS.get(command, OURS)
        self.peaks_mb[kind] = max(self.peaks_mb.get(kind, 0.0), memory.peak_mb(process))


def _started_by(process: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from _started_by(child)
