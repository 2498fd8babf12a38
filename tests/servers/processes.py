"""How is a server's process waited for, and ended?"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from random import SystemRandom
from typing import TypeVar

Found = TypeVar("Found")

# Below Linux's ephemeral range: no outgoing connection takes the port while its server is being restarted.
FIRST_PORT, LAST_PORT = 20_000, 32_000


class NotToBeHad(RuntimeError):  # noqa: N818 - it says what to install, which is no error of the program
    """A server is missing here; the message says what to install."""


def until(condition: Callable[[], Found], *, seconds: float, what: str) -> Found:
    """Ask `condition` every 20 ms until its answer is true, and return that answer.

    Raises TimeoutError, naming `what` was waited for, after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while True:
        if answer := condition():
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.02)


def free_port() -> int:
    """Return a loopback port that nobody listens on, safe to use again after a restart."""
    for port in SystemRandom().sample(range(FIRST_PORT, LAST_PORT), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise NotToBeHad(f"no free port between {FIRST_PORT} and {LAST_PORT}")


def answers(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes], number: signal.Signals, *, seconds: float) -> None:
    """Ask a process to stop; when it has not after `seconds`, kill its whole session and say so."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired as late:
        kill(process)
        raise TimeoutError(f"process {process.pid} did not stop within {seconds:g} s of {number.name}") from late


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill -9 the session of a process that was started with start_new_session."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tail(text: str, lines: int = 25) -> str:
    """Return the last lines of a log."""
    return "\n".join(text.splitlines()[-lines:])
