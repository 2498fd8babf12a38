"""How do events keep flowing into what is made of them, through restarts and outages?"""

from __future__ import annotations

import logging
import signal
import time
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Protocol

from kafka.errors import KafkaError

from consumers.feed import TRANSIENT, Feed, Unreadable
from consumers.garbage import seldom
from consumers.health import Pulse
from projections.place import Batch, Place, Stopped, Zombie

log = logging.getLogger(__name__)

POLL_S = 0.2
LOOK_EVERY_S = 5.0
"""So often a worker looks whether somebody has seen to what stopped a partition, and whether its places still hold."""
BACKOFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


class Target(Protocol):
    """What events are applied to, under a name: read models, or a subscriber's effects. It keeps the places."""

    def place(self, name: str, feed: str, partition: int) -> Place:
        """Give the place where a partition goes on."""

    def followed(self, name: str) -> set[str]:
        """Give the feeds that brought something so far."""

    def begin(self, name: str, feed: str, partitions: int) -> None:
        """Hear how many partitions a feed has, before it brings anything."""

    def apply(self, name: str, feed: str, batch: Batch) -> Place:
        """Apply a batch and move the place, in one transaction.

        Raises Zombie when somebody else moved the place, Stopped when the partition can't go on, and the driver's
        operational error for what passes by itself. Nothing is written then.
        """

    def pass_by(self, name: str, feed: str, batches: Sequence[Batch]) -> None:
        """Move the places of partitions that brought nothing. Raises Zombie or Stopped, for whichever."""

    def stop(self, name: str, feed: str, partition: int, reason: str) -> None:
        """Hear that a partition can't go on, and why."""

    def stopped(self, name: str, feed: str, partition: int) -> str | None:
        """Say why a partition can't go on; None once somebody has seen to it."""


@dataclass
class Worker:
    """Moves what has a name in a target along its feed, one feed a name.

    What passes by itself (a database or broker that is away) is tried again, for ever, and never parks anything. A
    partition that can't go on is named in the database and left alone, until somebody has seen to it there; the others
    flow. What is counted for whoever watches: entries `applied`, turns that `failed`, and when one last went well.
    """

    target: Target
    feeds: Mapping[str, Feed]
    pulse: Pulse = field(default_factory=Pulse)
    transient: tuple[type[Exception], ...] = (*TRANSIENT, KafkaError)
    halted: dict[tuple[str, int], str] = field(default_factory=dict)
    turned_at: float = 0.0
    applied: int = 0
    failed: int = 0
    _reached: dict[tuple[str, int], Batch] = field(default_factory=dict)
    """Of each partition the batch that was applied last."""
    _failures: int = 0
    _looked_at: float = field(default_factory=time.monotonic)

    def run(self, stop: Event) -> None:
        """Work until told to stop; a batch that was begun is finished. Closes the feeds.

        Raises Superseded when another worker took this one's place.
        """
        try:
            with seldom():
                while not stop.is_set():
                    self._once(stop)
        finally:
            for feed in self.feeds.values():
                feed.close()

    def step(self, timeout_s: float = 0) -> int:
        """Poll every feed once and apply what it brings; the number of entries."""
        return sum(self._step(name, feed, timeout_s) for name, feed in self.feeds.items())

    def catch_up(self) -> None:
        """Work until the feeds bring nothing more: what embedded mode does before it answers."""
        while self.step():
            pass

    def _once(self, stop: Event) -> None:
        try:
            self._look_again()
            if not self.step(POLL_S / len(self.feeds)) and self.halted:
                stop.wait(POLL_S)  # a feed whose only partition is halted does not wait by itself
        except self.transient as error:
            self.back_off(error, stop)
        else:
            self._failures = 0
            self.turned_at = time.time()
            self.pulse.beat()

    def poll(self, name: str, feed: Feed, timeout_s: float) -> list[Batch]:
        """What a feed brings; a partition that can't be read on is left alone."""

        def place_of(partition: int) -> Place:
            return self._place(name, feed, partition)

        try:
            return feed.poll(place_of, timeout_s)
        except Unreadable as unreadable:
            self._halt(name, feed, unreadable.partition, unreadable)
            return []

    def back_off(self, error: Exception, stop: Event) -> None:
        """Wait, each time longer, after what passes by itself."""
        pause = BACKOFF_S[min(self._failures, len(BACKOFF_S) - 1)]
        self._failures += 1
        self.failed += 1
        log.warning("trying again in %s s: %s", pause, type(error).__name__)
        stop.wait(pause)

    def _step(self, name: str, feed: Feed, timeout_s: float) -> int:
        batches = self.poll(name, feed, timeout_s)
        left = deque(sorted(batches, key=lambda it: not it.entries))  # events first: somebody waits for them
        try:
            while left and left[0].entries:
                self._apply(name, feed, left[0])
                left.popleft()
            self._pass_by(name, feed, left)
        except BaseException:
            for unapplied in left:
                feed.lost(unapplied.partition)
            raise
        return sum(len(batch.entries) for batch in batches)

    def _pass_by(self, name: str, feed: Feed, quiet: Iterable[Batch]) -> None:
        """Move partitions that brought nothing all at once; if one of them can't be moved, each by itself."""
        batches = [it for it in quiet if (name, it.partition) not in self.halted]
        if not batches:
            return
        try:
            self.target.pass_by(name, feed.feed_id, batches)
        except (Zombie, Stopped):
            for batch in batches:
                self._apply(name, feed, batch)
        else:
            for batch in batches:
                self._applied(name, feed, batch)

    def _place(self, name: str, feed: Feed, partition: int) -> Place:
        """Where a partition goes on. A feed never seen beside one that was is another log, or the same log again."""
        place = self.target.place(name, feed.feed_id, partition)
        if place.offset == 0 and (other := self.target.followed(name) - {feed.feed_id}):
            others = ", ".join(sorted(other))
            words = f"{name} was built from another feed ({others}) than this one ({feed.feed_id}): rebuild it"
            raise Unreadable(partition, words)
        if place.offset == 0:
            self.target.begin(name, feed.feed_id, feed.partitions)
        return place

    def _apply(self, name: str, feed: Feed, batch: Batch) -> None:
        if (name, batch.partition) in self.halted:
            return
        try:
            self.target.apply(name, feed.feed_id, batch)
        except Zombie as zombie:
            log.warning("%s", zombie)
            feed.lost(batch.partition)
        except Stopped as stopped:
            self._halt(name, feed, batch.partition, stopped)
        else:
            self._applied(name, feed, batch)

    def _applied(self, name: str, feed: Feed, batch: Batch) -> None:
        self.applied += len(batch.entries)
        self._reached[name, batch.partition] = replace(batch, entries=())
        feed.applied(batch)

    def _halt(self, name: str, feed: Feed, partition: int, why: Stopped) -> None:
        """Leave a partition alone, and say so where everybody looks."""
        if (name, partition) in self.halted:
            return
        log.error("%s", why)
        try:
            self.target.stop(name, feed.feed_id, partition, str(why))
        except self.transient:
            feed.lost(partition)  # it is met, and said, again
            raise
        self.halted[name, partition] = str(why)

    def _look_again(self) -> None:
        """Go on with the partitions that somebody has seen to: rebuilt, redriven, or switched."""
        if time.monotonic() - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = time.monotonic()
        self._look_back()
        for name, partition in list(self.halted):
            feed = self.feeds[name]
            if self.target.stopped(name, feed.feed_id, partition) is None:
                log.info("%s: partition %d goes on", name, partition)
                del self.halted[name, partition]
                feed.lost(partition)

    def _look_back(self) -> None:
        """Read again what a killed database undid: where nothing new comes, nobody else would find it missing."""
        for (name, partition), reached in list(self._reached.items()):
            feed = self.feeds[name]
            place = self.target.place(name, feed.feed_id, partition)
            if place.offset < reached.end or place.position < reached.position:
                log.warning("%s: the place of partition %d went back", name, partition)
                del self._reached[name, partition]
                feed.lost(partition)


def stop_on_signals(stop: Event) -> None:
    """Let SIGTERM and SIGINT stop a worker cleanly. Only in a process's main thread."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
