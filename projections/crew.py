"""Who does the parts of a long work: this process in turn, or several side by side?"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, TypeVar

from projections.database import ReadModels
from projections.parts import Journeys

T = TypeVar("T")
R = TypeVar("R")

Opening = Callable[[], AbstractContextManager[tuple[Journeys, ReadModels]]]
"""How another process opens the events and the read models; it must be picklable."""

Heard = Callable[[str, int, int], None]
"""Hears of the work: what is done just now, so much of it, and how much there is."""

NICE = 10
"""How much whoever serves and follows goes before."""


def silent(_doing: str, _done: int, _of: int) -> None:
    """Hear nothing."""


class CrewLost(Exception):  # noqa: N818 - what became of it
    """A process of the crew ended in the middle of its work; what it had done is kept."""


Begin = Callable[[Journeys, ReadModels, T], Callable[[], R]]
"""Begins a part, by asking for what it needs, and gives what does the rest: maybe after the next was begun, too."""


class Crew(Protocol):
    """Does something with each of many parts, and gives what comes of each, in whatever order."""

    def __call__(self, begin: Begin[T, R], parts: Sequence[T]) -> Iterator[R]:
        """Do it."""


def alone(log: Journeys, models: ReadModels) -> Crew:
    """This process, one part after the other; the next is begun beside each, so that nothing waits for a database."""

    def do(begin: Begin[T, R], parts: Sequence[T]) -> Iterator[R]:
        with ThreadPoolExecutor(1) as beside:
            begun: list[Future[Callable[[], R]]] = []
            for part in parts:
                begun.append(beside.submit(begin, log, models, part))
                if len(begun) > 1:
                    yield _ended(begun.pop(0))
            for last in begun:
                yield _ended(last)

    return do


def _ended(begun: Future[Callable[[], R]]) -> R:
    with _no_garbage():
        return begun.result()()


def together(opening: Opening, degree: int) -> Crew:
    """So many processes side by side, if there is more than one part. They end with this one, however it ends."""

    def do(begin: Begin[T, R], parts: Sequence[T]) -> Iterator[R]:
        if len(parts) == 1:
            with opening() as (log, models):
                yield from alone(log, models)(begin, parts)
            return
        with _started(opening, begin, min(degree, len(parts))) as members:
            waiting = list(reversed(parts))
            idle, busy = members, set[Connection]()
            while waiting or busy:
                while idle and waiting:
                    member = idle.pop()
                    member.send(waiting.pop())
                    busy.add(member)
                for member in busy.intersection(wait(list(busy))):
                    yield _heard(member)
                    busy.discard(member)
                    idle.append(member)

    return do


@contextmanager
def _started(opening: Opening, begin: Begin[Any, Any], degree: int) -> Iterator[list[Connection]]:
    context = get_context("spawn")  # a fork would share the databases' connections
    with ExitStack() as ending:
        members = []
        for _ in range(degree):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, opening, begin), daemon=True)
            process.start()
            theirs.close()
            ending.callback(process.join)
            ending.callback(ours.close)
            members.append(ours)
        yield members


def _heard(member: Connection) -> Any:
    try:
        failed, answer = member.recv()
    except (EOFError, ConnectionError):
        raise CrewLost("a process of the build was killed; what it had done is kept: run it again") from None
    if failed:
        raise answer
    return answer


def _work(parts: Connection, opening: Opening, begin: Begin[Any, Any]) -> None:
    """In another process: do parts until there are none, or nobody is there to hear of them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us ends us
    os.nice(NICE)
    try:
        _do_all(parts, opening, begin)
    except (EOFError, ConnectionError):
        return
    except Exception as error:  # noqa: BLE001 - as below; nothing could be opened
        with suppress(ConnectionError):
            parts.send((True, error))


def _do_all(parts: Connection, opening: Opening, begin: Begin[Any, Any]) -> None:
    with opening() as (log, models), _no_garbage():
        while True:
            parts.send(_done(begin, log, models, parts.recv()))


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Look for no garbage meanwhile: what is made of a part has no cycles."""
    usual = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if usual:
            gc.enable()


def _done(begin: Begin[Any, Any], log: Journeys, models: ReadModels, part: Any) -> tuple[bool, Any]:
    try:
        return False, begin(log, models, part)()
    except Exception as error:  # noqa: BLE001 - raised again by whoever asked for the part
        return True, error
