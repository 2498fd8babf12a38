"""How do several writers ask, each command until it is answered, whatever befalls the store meanwhile?"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Event, Lock
from uuid import UUID, uuid4

from journey.store.faults import StoreUnavailable
from journey.store.opening import Store
from journey.store.request import Answer, Busy, Request, Status
from tests.given import DAY, START
from tests.servers import processes
from tests.store.asking import TOMORROW, book, refer, trial
from tests.store.whole import whole

WRITERS = 4
A_JOURNEY = 10
"""So many turns of a writer go to one journey, which so stays short."""
PATIENCE_S = 60
"""After so long without an answer a writer gives up, which is a fault of ours."""
PAUSE_S = 0.05


@dataclass(slots=True)
class Load:
    """What was asked of a store, and what was answered; `turned_away` counts who was told to ask again."""

    store: Store
    answers: dict[UUID, tuple[Request, Answer]] = field(default_factory=dict)
    turned_away: int = 0
    running: Sequence[Future[None]] = ()
    _lock: Lock = field(default_factory=Lock)
    _over: Event = field(default_factory=Event)

    def ask(self, request: Request) -> Answer:
        """Ask until there is an answer, as a client does with the key of its command."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self.store.journeys.execute(request)
            except (StoreUnavailable, Busy):
                with self._lock:
                    self.turned_away += 1
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_S)
            else:
                with self._lock:
                    self.answers[request.command_id] = (request, answer)
                return answer

    def write(self, shared: UUID) -> None:
        """Ask for this and that until it is over: of a journey of one's own, and of one that all ask of."""
        turn, own = 0, shared
        while not self._over.is_set():
            if turn % A_JOURNEY == 0:
                own = uuid4()
                self.ask(refer(own, journey_id=own))
            turn += 1
            self.ask(trial(journey_id=own, note="words"))
            self.ask(book(TOMORROW + (turn % 200) * DAY / 12, journey_id=own))  # often taken: refused
            self.ask(trial(journey_id=own, at=START + DAY))  # not yet: refused
            if turn % 5 == 0:
                self.ask(trial(journey_id=shared))

    def more(self, count: int) -> None:
        """Wait until so many more commands are answered."""
        wanted = len(self.answers) + count
        processes.until(lambda: self._going() and len(self.answers) >= wanted, seconds=PATIENCE_S, what="answers")

    def turn_away(self, count: int) -> None:
        """Wait until so many more times somebody was told to ask again."""
        wanted = self.turned_away + count
        processes.until(lambda: self._going() and self.turned_away >= wanted, seconds=PATIENCE_S, what="no answers")

    def end(self) -> None:
        """Let the writers finish what they ask."""
        self._over.set()

    def proven(self) -> None:
        """Expect one answer of each command and one position of each event, and nothing lost."""
        whole(self.store, max((answer.position or 0 for _, answer in self.answers.values()), default=0))
        asked = {UUID(key) for (key,) in self.store.log.read("SELECT command_id FROM commands")}
        assert asked == set(self.answers)
        for request, answer in self.answers.values():
            assert self.store.journeys.execute(request) == replace(answer, status=Status.DUPLICATE)

    def _going(self) -> bool:
        for it in self.running:
            if it.done():
                it.result()
        return True


@contextmanager
def writing(store: Store, writers: int = WRITERS) -> Iterator[Load]:
    """Yield a load that goes on; afterwards every command that was begun is answered."""
    load, shared = Load(store), uuid4()
    load.ask(refer(shared, journey_id=shared))
    with ThreadPoolExecutor(writers) as pool:
        load.running = [pool.submit(load.write, shared) for _ in range(writers)]
        try:
            load.more(writers)
            yield load
        finally:
            load.end()
        for it in load.running:
            it.result()
