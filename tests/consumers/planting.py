"""How does a topic come to hold what the relay did not send? It is planted here, defect by defect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from kafka import KafkaProducer

from consumers.outgoing import Outgoing, Record
from consumers.resuming import Log, begun
from consumers.topics import Topics, administration, identify
from consumers.verifying import Kind

COUNT = 60

Records = list[Record]


@dataclass(frozen=True)
class Defect:
    """Something wrong: how it is planted at a position, and as what it must be found."""

    kind: Kind
    plant: Callable[[Records, int], Records]
    position: int | None
    """Where it must be found; None where no position is said."""


def sent(log: Log, partitions: int = 12) -> Records:
    """What the relay would send of a whole log."""
    outgoing = Outgoing(partitions)
    return [outgoing.record(row) for row in log.rows(0, log.head())]


def _changed(**parts: Any) -> Callable[[Records, int], Records]:
    def plant(records: Records, at: int) -> Records:
        return [*records[: at - 1], records[at - 1]._replace(**parts), *records[at:]]

    return plant


def _missing(records: Records, at: int) -> Records:
    return [*records[: at - 1], *records[at:]]


def _twice(records: Records, at: int) -> Records:
    return [*records[:at], records[at - 1], *records[at:]]


def _swapped(records: Records, at: int) -> Records:
    """The event at a position after the next one of its partition."""
    early = records[at - 1]
    after = next(place for place, it in enumerate(records) if place >= at and it.partition == early.partition)
    return [*records[: at - 1], *records[at : after + 1], early, *records[after + 1 :]]


def _one_byte(records: Records, at: int) -> Records:
    value = records[at - 1].value
    return _changed(value=value[:-1] + bytes([value[-1] ^ 1]))(records, at)


def _elsewhere(records: Records, at: int) -> Records:
    return _changed(partition=(records[at - 1].partition + 1) % 12)(records, at)


def _later(records: Records, at: int) -> Records:
    return _changed(timestamp_ms=records[at - 1].timestamp_ms + 1)(records, at)


def _foreign(records: Records, at: int) -> Records:
    return [*records[:at], records[at - 1]._replace(headers=[]), *records[at:]]


def _beyond_the_head(records: Records, at: int) -> Records:
    headers = [*records[at - 1].headers[:2], ("position", b"100000")]
    return [*records[:at], records[at - 1]._replace(headers=headers), *records[at:]]


def _of_another_type(records: Records, at: int) -> Records:
    headers = [records[at - 1].headers[0], ("type", b"journey.Other.v1"), records[at - 1].headers[2]]
    return _changed(headers=headers)(records, at)


DEFECTS = {
    "missing": Defect(Kind.MISSING, _missing, 3),
    "twice": Defect(Kind.TWICE, _twice, 8),
    "swapped": Defect(Kind.OUT_OF_ORDER, _swapped, 13),
    "one byte": Defect(Kind.CHANGED, _one_byte, 18),
    "another key": Defect(Kind.WRONG_KEY, _changed(key=b"somebody else"), 23),
    "another partition": Defect(Kind.WRONG_PARTITION, _elsewhere, 28),
    "another time": Defect(Kind.WRONG_TIME, _later, 33),
    "another type": Defect(Kind.WRONG_HEADERS, _of_another_type, 38),
    "no position": Defect(Kind.FOREIGN, _foreign, None),
    "beyond the head": Defect(Kind.NOT_STORED, _beyond_the_head, 100_000),
}


def planted_at(defect: Defect) -> int:
    """The position at which a defect is planted."""
    return defect.position if defect.position is not None and defect.position <= COUNT else 43


def put(topics: Topics, log: Log, records: Records, published: int) -> None:
    """Send records as they are, and then a place that says how far the log is published."""
    with administration(topics.bootstrap) as admin:
        place = replace(begun(log, topics, identify(admin, topics.events)), position=published)
    producer = KafkaProducer(bootstrap_servers=topics.bootstrap, linger_ms=5)
    for record in records:
        producer.send(topics.events, *record)
    producer.send(topics.relay, place.encode(), topics.events.encode(), None, 0)
    producer.flush()
    producer.close()
