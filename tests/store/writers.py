"""How do several processes write one log at the same time, one of them slowly and one in vain?

`python -m tests.store.writers URL HOW SECONDS [PLANTED]` is one of them; it tells how many of its events are stored.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import cast
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteDatastore

from journey.store.commands import Answered
from journey.store.log import EventLog
from journey.store.mapper import Entry
from journey.store.postgres import PostgresRecorder
from journey.store.sqlite import INSERT
from journey.store.statements import Statement
from tests.given import START

STEADY, COMMAND, HELD, IN_VAIN = "steady", "command", "held", "in_vain"
HELD_S = 2.0
UNLOCKED = (
    "INSERT INTO stored_events (originator_id, originator_version, topic, state, notification_id) "
    "VALUES (%s, 1, 'journey.Written.v1', %s, nextval('planted'))"
)
TAKEN = "UPDATE log_head SET position = position + 1 RETURNING position"

Append = Callable[[UUID], object]


class Undone(Exception):  # noqa: N818 - says what was done
    """The transaction is rolled back."""


def main(url: str, how: str, seconds: float, *, planted: bool) -> int:
    """Write for so long; how many events are stored."""
    log = EventLog(url, create=False)
    begin = unlocked if planted else answering if how == COMMAND else locked
    stored, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(Undone):
            _write(begin(log), how)
            stored += 1
    log.close()
    return stored


def _write(transaction: AbstractContextManager[Append], how: str) -> None:
    with transaction as append:
        append(uuid4())
        if how in {HELD, IN_VAIN}:
            time.sleep(HELD_S)  # between insert and commit: what the test is about
        if how == IN_VAIN:
            raise Undone


@contextmanager
def locked(log: EventLog) -> Iterator[Append]:
    """Open a transaction of our recorder's, and give what appends in it."""
    recorder = log.recorder
    if isinstance(recorder, PostgresRecorder):
        with recorder.datastore.get_connection() as conn, conn.transaction():
            yield lambda stream: recorder._append_many(conn, [event(stream)])
    else:
        with recorder.datastore.transaction(commit=True) as cursor:
            yield lambda stream: recorder._insert_events(cursor, [event(stream)])


@contextmanager
def answering(log: EventLog) -> Iterator[Append]:
    """Give what appends as a command of one event does: with its answer, and by itself."""
    yield lambda stream: log.append([Entry(stream, 1, "journey.Written.v1", stream.bytes)], [_answer(stream)])


@contextmanager
def unlocked(log: EventLog) -> Iterator[Append]:
    """As a recorder without the lock does it: positions are given before it is known who commits first."""
    recorder = log.recorder
    if isinstance(recorder, PostgresRecorder):
        with recorder.datastore.get_connection() as conn, conn.transaction():
            yield lambda stream: conn.execute(UNLOCKED, (stream, stream.bytes))
    else:
        given: list[tuple[int, UUID]] = []
        yield lambda stream: given.append((_position(log), stream))
        with recorder.datastore.transaction(commit=True) as cursor:
            for position, stream in given:
                cursor.execute(INSERT, (position, stream.hex, 1, "journey.Written.v1", stream.bytes))


def _answer(stream: UUID) -> Statement:
    return Answered(
        command_id=stream,
        principal="-",
        mac="-",
        journey_id=stream,
        command="-",
        actor="-",
        actor_role="-",
        at=START,
        recorded_at=START,
        outcome="accepted",
        code=None,
        first_version=1,
        last_version=1,
    ).stored("main")


def event(stream: UUID) -> StoredEvent:
    """Return an event of no meaning."""
    return StoredEvent(stream, 1, "journey.Written.v1", stream.bytes)


def _position(log: EventLog) -> int:
    """Give a position in a transaction of its own."""
    with cast("SQLiteDatastore", log.recorder.datastore).transaction(commit=True) as cursor:
        cursor.execute(TAKEN)
        return int(cursor.fetchall()[0][0])


if __name__ == "__main__":
    print(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), planted="PLANTED" in sys.argv))
