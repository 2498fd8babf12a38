"""Does a poisoned record hold up its journey, or its partition where a gap may be filled, and nobody else?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from kafka import KafkaProducer

from consumers.topics import CONTENT_TYPE, Topics, partition_of
from journey.store import codec
from projections.database import ReadModels
from projections.parking import SkipReason
from projections.rebuild import rebuild
from projections.redriving import queues, skip
from projections.status import status
from tests.consumers.logs import WrittenLog
from tests.faults.fired import Fired
from tests.faults_worker.built import (
    NAMES,
    assert_exact,
    assert_rows,
    assert_rows_of,
    assert_truthful,
    behind,
    caught_up,
    dumps,
    journey_of,
    replayed,
)
from tests.faults_worker.members import Member
from tests.servers import until

pytestmark = pytest.mark.timeout(300)  # real servers, sometimes on a busy machine

GOOD = 1_500
"""So many good events lie before the poison."""


@dataclass
class Poison:
    """What somebody wrote to the topic: the bytes of a good event, and one thing about it that is not as promised."""

    value: bytes
    headers: dict[str, bytes] = field(default_factory=dict)
    partition: int = 0

    def replace(self, old: bytes, new: bytes) -> None:
        """Put something else in the bytes, and in the header that repeats them."""
        assert old in self.value
        self.value = self.value.replace(old, new, 1)
        self.headers["type"] = self.headers["type"].replace(old, new)


def bad_json(poison: Poison) -> None:
    """Bytes that end in the middle."""
    poison.value = poison.value[:-20]


def unknown_type(poison: Poison) -> None:
    """An event nobody knows."""
    poison.replace(poison.headers["type"], b"journey.NeverHeardOf.v1")


def unknown_version(poison: Poison) -> None:
    """An event in a shape nobody knows."""
    known = poison.headers["type"]
    poison.replace(known, known[: -len(b"v1")] + b"v99")


def wrong_partition(poison: Poison) -> None:
    """A record where its journey's others are not."""
    poison.partition = (poison.partition + 1) % 12


def large(poison: Poison) -> None:
    """900 kB, of which nobody knows the most part."""
    poison.value = poison.value[:-1] + b',"padding":"' + b"x" * 900_000 + b'"}'


def missing(header: str) -> Callable[[Poison], None]:
    """A record without one of its headers."""

    def less(poison: Poison) -> None:
        del poison.headers[header]

    return less


KINDS: dict[str, tuple[Callable[[Poison], None], str]] = {
    "bad JSON": (bad_json, "decode:Unreadable"),
    "unknown type": (unknown_type, "decode:Unreadable"),
    "unknown version": (unknown_version, "decode:Unreadable"),
    "no content type": (missing("content-type"), "content_type"),
    "no type": (missing("type"), "type_differs"),
    "no position": (missing("position"), "position"),
    "wrong partition": (wrong_partition, "partition"),
    "900 kB": (large, "decode:Unreadable"),
}


def at(said: bytes) -> Callable[[Poison], None]:
    """A record that says another position than the relay gives."""

    def placed(poison: Poison) -> None:
        poison.headers["position"] = said

    return placed


ABSURD = {
    "far ahead of the relay": b"1000000",
    "of another kind of number": b"1" + b"0" * 17,
    "in no column": b"1" + b"0" * 30,
    "in no number of Python's": b"9" * 5_000,
}
"""Positions that somebody else's record may claim."""


class Writer:
    """Somebody who may write to the topic, and is not the relay."""

    def __init__(self, topics: Topics) -> None:
        """Connect."""
        self._topics = topics
        self._producer = KafkaProducer(bootstrap_servers=topics.bootstrap)

    def write(self, body: bytes, position: int, spoilt: Callable[[Poison], None] | None = None) -> str:
        """Write an event, or what becomes of it; the journey it is of."""
        type_, journey_id, _ = codec.head(body)
        journey, topics = str(journey_id), self._topics
        headers = {"content-type": CONTENT_TYPE.encode(), "type": type_.encode(), "position": b"%d" % position}
        poison = Poison(body, headers, partition_of(journey, topics.partitions))
        if spoilt is not None:
            spoilt(poison)
        said = [*poison.headers.items()]
        self._producer.send(topics.events, poison.value, journey.encode(), said, poison.partition).get(20)
        return journey

    def close(self) -> None:
        """Close."""
        self._producer.close()


@pytest.fixture
def writer(published: Topics) -> Iterator[Writer]:
    """Yield somebody who writes to the topic."""
    writer = Writer(published)
    yield writer
    writer.close()


def following(story: list[bytes]) -> dict[str, list[bytes]]:
    """Return of each journey the events that come after the good ones."""
    found: dict[str, list[bytes]] = {}
    for body in story[GOOD:]:
        found.setdefault(journey_of(body), []).append(body)
    return found


def parked(models: ReadModels, name: str) -> dict[str, str]:
    """Return of each journey that waits the reason."""
    return {it.journey_id: it.reason for it in queues(models, name)}


def test_a_poisoned_record_of_each_kind_holds_up_its_journey_alone(
    published: Topics,
    writer: Writer,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    fired: Fired,
) -> None:
    """Each kind parks its journey, which says so; all others are exact, and so is it once the record is left out."""
    fired.plan("poisoned record", *KINDS)
    after = following(story)
    with Member("one", published, postgres_schema, log):
        log.put(story[:GOOD])
        until(lambda: caught_up(built, log), seconds=60, what="the good events")
        expected = {}
        for (kind, (spoilt, reason)), (journey, bodies) in zip(KINDS.items(), after.items(), strict=False):
            writer.write(bodies[0], GOOD, spoilt)
            expected[journey] = reason
            until(lambda: parked(built, NAMES[-1]) == expected, seconds=60, what=f"{kind} to be parked")
            fired.fire("poisoned record", kind)
        log.put(story[GOOD:])
        until(lambda: caught_up(built, log), seconds=60, what="everything else to be applied")
        assert all(parked(built, name) == expected for name in NAMES)
        found = dumps(built)
        assert_rows(found, replayed(story), but=expected)
        for journey in expected:
            assert_rows_of(journey, found, replayed(story[:GOOD]))
        for each in status(built, log):
            assert (each["state"], each["parked"]) == ("current", len(expected))
        for name in NAMES:
            for queue in queues(built, name):
                skip(built, name, queue.journey_id, queue.position, SkipReason.FOREIGN, "olga")
    assert not any(parked(built, name) for name in NAMES)
    assert_rows(dumps(built), replayed(story))


def test_an_absurd_position_moves_nobody(
    published: Topics,
    writer: Writer,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    fired: Fired,
) -> None:
    """A position that the relay can't have come to is noticed, and nobody says to be as far: rows stay truthful."""
    fired.plan("absurd position", *ABSURD)
    with Member("one", published, postgres_schema, log) as member:
        log.put(story[:GOOD])
        until(lambda: caught_up(built, log), seconds=60, what="the good events")
        expected = {}
        for (kind, said), (journey, bodies) in zip(ABSURD.items(), following(story).items(), strict=False):
            writer.write(bodies[0], GOOD, at(said))
            expected[journey] = "position"
            until(lambda: parked(built, NAMES[-1]) == expected, seconds=60, what=f"a position {kind} to be parked")
            assert_truthful(built, log)
            fired.fire("absurd position", kind)
        log.put(story[GOOD:])
        until(lambda: caught_up(built, log), seconds=60, what="everything else to be applied")
        assert not member.worker.halted
        assert_rows(dumps(built), replayed(story), but=expected)
        for name in NAMES:
            for queue in queues(built, name):
                skip(built, name, queue.journey_id, queue.position, SkipReason.FOREIGN, "olga")
    assert_rows(dumps(built), replayed(story))


def test_a_gap_stops_its_partition_alone(
    published: Topics,
    writer: Writer,
    log: WrittenLog,
    story: list[bytes],
    built: ReadModels,
    postgres_schema: str,
    fired: Fired,
) -> None:
    """An event that comes before the one it follows stops its partition, in words; a rebuild lets it go on."""
    fired.plan("poisoned record", "sequence gap")
    (journey, bodies), *_ = following(story).items()
    gone = {it for it in following(story) if partition_of(it, 12) == partition_of(journey, 12)}
    with Member("one", published, postgres_schema, log) as member:
        log.put(story[:GOOD])
        until(lambda: caught_up(built, log), seconds=60, what="the good events")
        writer.write(bodies[1], GOOD)
        until(lambda: len(member.worker.halted) == len(NAMES), seconds=60, what="the partition to stop")
        fired.fire("poisoned record", "sequence gap")
        log.put(story[GOOD:])

        def flowed() -> bool:
            assert_truthful(built, log)
            return behind(built, log) == dict.fromkeys(NAMES, gone)

        until(flowed, seconds=60, what="the other partitions to be applied")
        found = dumps(built)
        assert_rows(found, replayed(story), but=gone)
        for it in gone:
            assert_rows_of(it, found, replayed(story[:GOOD]))
        for each in status(built, log):
            assert each["state"] == "stopped"
            assert f"journey {journey}: version" in each["stopped"]
        for name in NAMES:
            rebuild(built, name, log)
        until(lambda: caught_up(built, log), seconds=60, what="the partition to go on")
    assert_exact(built, log)
