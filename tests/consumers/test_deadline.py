"""Does a process end that would hang?"""

from __future__ import annotations

import threading

from consumers.deadline import TRY_AGAIN, Deadline


def test_what_hangs_is_ended() -> None:
    """What does not come back in time ends the process, with the code that asks for another start."""
    ended: list[int] = []
    over = threading.Event()

    def end(code: int) -> None:
        ended.append(code)
        over.set()

    deadline = Deadline(0.1, end)
    with deadline.within():
        assert over.wait(5)
    deadline.close()
    assert ended[0] == TRY_AGAIN


def test_what_comes_back_is_left_alone() -> None:
    """What comes back in time ends nothing, however long the process lives on."""
    over = threading.Event()
    deadline = Deadline(0.1, lambda _code: over.set())
    with deadline.within():
        pass
    assert not over.wait(0.4)
    deadline.close()
