"""How does another service follow the events, with exactly one effect of each?"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event as Flag
from typing import Any, Self, TypeVar, overload
from uuid import UUID

from kafka.errors import KafkaError

from consumers.feed import Feed
from consumers.subscriber import parking
from consumers.subscriber.database import Away, passing
from consumers.subscriber.effects import Effects
from consumers.subscriber.given import Given
from consumers.subscriber.handling import Connection, Handlers, Many, each
from consumers.subscriber.parking import Redriven
from consumers.subscriber.reading import Reader
from consumers.subscriber.source import KafkaSource, Source
from consumers.subscriber.status import Status, status
from consumers.subscriber.tables import Parked
from consumers.topics import Topics
from consumers.worker import POLL_S, Worker, stop_on_signals
from journey.events import EVENTS, Event
from journey.recorded import Recorded
from projections.connection import Database

E1 = TypeVar("E1", bound=Event)
E2 = TypeVar("E2", bound=Event)

One = Callable[[Recorded[E1], Connection], None]
EARLIEST = 1
TRANSIENT = (Away, KafkaError)


class Subscriber:
    """Gives each event to the function that handles its type, in the order of its journey.

    What a function does by the connection it is given, and the place in the topic, are committed together in the
    subscriber's own SQLite or PostgreSQL: whatever is killed, every event has its effect there once. A function may be
    called again with an event whose effect was undone; what it does elsewhere, it does again.
    """

    def __init__(
        self,
        name: str,
        database: str,
        source: Topics | Source,
        *,
        start: int | datetime = EARLIEST,
        transient: tuple[type[Exception], ...] = (),
        member: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Name it, by what its place is kept and its consumer group is known: nothing is opened yet.

        `database` is `sqlite:///path` or `postgresql://...`; `start`, where it begins that has no place yet, is a
        position or a time of recording. `transient` errors of its functions are tried again for ever, as those of
        databases and networks are. `member` names one of several processes; the host's name, if it is not said.
        """
        self.name = name
        self._source: Source = KafkaSource(source) if isinstance(source, Topics) else source
        self._member = member or socket.gethostname()
        self._handlers = Handlers({})
        self._stop = Flag()
        self._database = Database(database)
        self._effects = Effects(
            name=name,
            database=self._database,
            handlers=self._handlers,
            reader=Reader(self._handlers.by_name),
            transient=(*transient, KafkaError),
            clock=clock,
            from_the_middle=start != EARLIEST,
            begins=lambda: self._source.begins(start),
        )
        self._is_prepared = False

    # what it does

    @overload
    def on(self, kind: type[E1], /) -> Callable[[One[E1]], One[E1]]: ...
    @overload
    def on(self, kind: type[E1], second: type[E2], /) -> Callable[[One[E1 | E2]], One[E1 | E2]]: ...
    @overload
    def on(self, *kinds: type[Event]) -> Callable[[One[Any]], One[Any]]: ...
    def on(self, *kinds: type[Any]) -> Callable[[One[Any]], One[Any]]:
        """Let a function handle events of these types, one at a time. Raises TypeError if one is handled already."""

        def added(handler: One[Any]) -> One[Any]:
            self._handlers.add(kinds, each(handler))
            return handler

        return added

    def on_many(self, *kinds: type[Event]) -> Callable[[Many], Many]:
        """Let a function handle events of these types, as many at a time as follow one another: for bulk statements.

        When it fails, it is given the same events one by one, to find the one that it fails with.
        """

        def added(handler: Many) -> Many:
            self._handlers.add(kinds, handler)
            return handler

        return added

    # how it runs

    def run(self, stop: Flag | None = None) -> None:
        """Follow the events until told to stop: by `stop`, else by SIGTERM or SIGINT.

        Raises consumers.Superseded when another process runs under the same name and member.
        """
        if stop is None:
            stop_on_signals(self._stop)
        self._worker().run(stop or self._stop)

    def catch_up(self) -> None:
        """Follow the events until the topic brings nothing more: what a test with a topic in memory wants."""
        worker = self._worker()
        try:
            worker.catch_up()
        finally:
            worker.feeds[self.name].close()

    def batches(self, *kinds: type[Event], stop: Flag | None = None) -> Iterator[Given]:
        """The events of these types, or all, batch by batch, for whoever wants the loop in their own hands.

        Each batch is a context manager that gives its events and the transaction's connection; it is committed, with
        the place, when its block ends well. A batch whose block fails, or is not entered, comes again; what the block
        can't do is its own to put aside: nothing is parked but what can't be read.
        """
        ending, feed = stop or self._stop, self._feed()
        effects = replace(self._effects, reader=Reader({kind.__name__ for kind in kinds} or EVENTS))
        worker = Worker(effects, {self.name: feed}, transient=TRANSIENT)
        try:
            while not ending.is_set():
                try:
                    brought = worker.poll(self.name, feed, POLL_S)
                except TRANSIENT as error:
                    worker.back_off(error, ending)
                    continue
                for batch in brought:
                    given = Given(effects, feed, batch)
                    if batch.entries:
                        yield given
                    else:
                        given.pass_over()
                    given.settle()
        finally:
            feed.close()

    def close(self) -> None:
        """Stop, and close the database."""
        self._stop.set()
        self._database.close()

    def __enter__(self) -> Self:
        """Use it, and close it afterwards."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    # how it fares

    def status(self) -> Status:
        """How far it is behind, and whether it gets on: from any process, about all of them."""
        return status(self._prepared(), self._source)

    def parked(self) -> list[Parked]:
        """Every event that waits because it or one before it failed, by journey, in order."""
        return parking.parked(self._prepared())

    def redrive(self, journey_id: UUID | str) -> Redriven:
        """Handle what waits of a journey, in order, as far as it goes. Raises NotParked."""
        return parking.redrive(self._prepared(), str(journey_id))

    def skip(self, journey_id: UUID | str, reason: str) -> Parked:
        """Leave a journey's first waiting event out for good, and keep the reason. Raises NotParked."""
        return parking.skip(self._prepared(), str(journey_id), reason)

    def follow_new_topic(self) -> None:
        """Follow a topic that holds the same log anew: what was handled of each journey is not handled again."""
        with passing(), self._prepared().database.writing() as session:
            self._effects.tables(session).forget_places()

    def _feed(self) -> Feed:
        self._prepared()
        return self._source.feed(self.name, self._member)

    def _worker(self) -> Worker:
        if not self._handlers.by_name:
            raise TypeError(f"{self.name} handles nothing: say by on() what it does with which event")
        return Worker(self._effects, {self.name: self._feed()}, transient=TRANSIENT)

    def _prepared(self) -> Effects:
        """With its tables made."""
        if not self._is_prepared:
            self._effects.create()
            self._is_prepared = True
        return self._effects
