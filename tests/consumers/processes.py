"""How does a test hold a process at a named point, kill it there, or let it go on as a zombie?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self

ROOT = Path(__file__).parents[2]


def hold(point: str) -> None:
    """In the process: say that the point is reached, and wait to be killed or told to go on.

    Only where JOURNEY_TEST_HOLD names the point, and only the time that it names: `POINT:3` is the third.
    """
    wanted, _, times = os.environ.get("JOURNEY_TEST_HOLD", "").partition(":")
    if point != wanted:
        return
    reached[point] = reached.get(point, 0) + 1
    if reached[point] == int(times):
        print(f"at {point}", flush=True)
        sys.stdin.readline()


reached: dict[str, int] = {}


class Held:
    """A process of the tests, started from a module of theirs."""

    def __init__(self, module: str, *arguments: str, hold_at: str = "", **environment: str) -> None:
        """Start it."""
        self.point = hold_at.partition(":")[0]
        told: Mapping[str, str] = {**os.environ, **environment, "JOURNEY_TEST_HOLD": hold_at}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=told,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for(self, line: str) -> Self:
        """Wait until it says this; a process that ends without saying it fails the test."""
        assert self._process.stdout is not None
        said = self._process.stdout.readline().strip()
        if said != line:
            raise AssertionError(f"expected {line!r}, got {said!r}: {self.end(kill=True)[1]}")
        return self

    def wait_until_held(self) -> Self:
        """Wait until it has reached its point: a point that is never reached fails the test."""
        return self.wait_for(f"at {self.point}")

    def go_on(self) -> Self:
        """Let it go on from its point."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self

    def kill(self) -> None:
        """Kill -9."""
        self._process.kill()
        self._process.communicate(timeout=20)
        assert self._process.returncode == -signal.SIGKILL

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def terminate(self) -> tuple[int, str]:
        """SIGTERM; its exit code and what it said on stderr."""
        self.signal()
        return self.end()

    def end(self, *, kill: bool = False, seconds: float = 30) -> tuple[int, str]:
        """Wait for its end; its exit code and what it said on stderr."""
        if kill:
            self._process.kill()
        try:
            _, said = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            _, said = self._process.communicate()
            raise AssertionError(f"did not end within {seconds:g} s: {said}") from None
        return self._process.returncode, said

    def last_word(self, seconds: float = 60) -> str:
        """Tell it that nothing more is said to it; what it answers before it ends well."""
        said, complaints = self._process.communicate(timeout=seconds)
        assert self._process.returncode == 0, complaints
        return said.strip()

    def close(self) -> None:
        """Kill it if it runs, and close what it was spoken to by."""
        self._process.kill()
        self._process.communicate(timeout=20)

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None


@contextmanager
def started(*processes: Held) -> Iterator[None]:
    """Leave no process behind."""
    try:
        yield
    finally:
        for process in processes:
            process.close()
