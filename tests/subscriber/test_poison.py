"""What becomes of records that nobody can read, and of what follows them?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from consumers import MemoryTopic
from consumers.subscriber.reading import Reader
from consumers.subscriber.tables import Parked
from consumers.topics import EVENTS_PARTITIONS, partition_of
from journey.recorded import Delivery
from journey.store import codec
from projections.place import Entry
from projections.reading import UNKNOWN_JOURNEY
from tests.consumers.logs import WrittenLog, vitals, written
from tests.subscriber.seeing import SICK, WELL, Seeing


def spoilt(topic: MemoryTopic, position: int, body: bytes) -> None:
    """Put other bytes in the place of an event."""
    for partition in topic.partitions:
        partition[:] = [Delivery(position, body) if it.position == position else it for it in partition]


def told() -> MemoryTopic:
    """Return a topic in which two journeys have four readings each, in turns."""
    topic = MemoryTopic()
    for turn in range(4):
        topic.tell(vitals(SICK, hr=60 + turn), SICK)
        topic.tell(vitals(WELL, hr=60 + turn), WELL)
    return topic


@pytest.mark.parametrize(
    "change, fault",
    [
        ({"fault": "content_type"}, "content_type"),
        ({"key": str(WELL)}, "key_differs"),
        ({"type": "journey.InfusionStarted.v1"}, "type_differs"),
        ({"delivery": Delivery(1, b"{")}, "decode:Unreadable"),
        ({"delivery": Delivery(1, b"[]")}, "decode:Unreadable"),
        ({"delivery": Delivery(1, b"{}")}, "decode:KeyError"),
    ],
)
def test_each_fault_has_its_name(change: dict[str, Any], fault: str) -> None:
    """A record that is not what it says is told by a code, and by its key if it has one."""
    topic = told()
    body = next(it.body for some in topic.partitions for it in some if it.position == 1)
    sound: dict[str, Any] = {
        "offset": 0,
        "delivery": Delivery(1, body),
        "key": str(SICK),
        "type": "journey.VitalsRecorded.v1",
    }
    reader = Reader({"VitalsRecorded"})
    assert reader.read(Entry(**sound)).fault == ""
    read = reader.read(Entry(**sound | change))
    assert (read.fault, read.recorded) == (fault, None)
    assert read.journey == (str(WELL) if "key" in change else str(SICK))


def test_an_unreadable_event_is_left_out_by_decision(database: str) -> None:
    """Bytes that nobody can read name no journey: their partition's gap waits, until somebody leaves them out."""
    topic = told()
    spoilt(topic, 3, b"no event")  # the second of SICK
    seeing = Seeing(database, topic)
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == [1]
    assert seeing.versions(WELL) == [1, 2, 3, 4]
    assert [(it.journey_id, it.reason) for it in seeing.subscriber.parked()] == [
        (str(SICK), "gap"),
        (str(SICK), "queued"),
        (UNKNOWN_JOURNEY, "decode:Unreadable"),
    ]
    assert seeing.subscriber.redrive(SICK).handled == 0
    seeing.subscriber.skip(UNKNOWN_JOURNEY, "nobody can read it; it is entered anew")
    assert seeing.subscriber.redrive(SICK).left == 0
    topic.tell(vitals(SICK, hr=70), SICK)
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == [1, 3, 4, 5]
    seeing.close()


def test_what_was_left_out_excuses_no_other_gap(database: str) -> None:
    """A decision about one record lets one version be missing, and not the next that is."""
    topic = told()
    spoilt(topic, 3, b"no event")
    seeing = Seeing(database, topic)
    seeing.subscriber.catch_up()
    seeing.subscriber.skip(UNKNOWN_JOURNEY, "damaged")
    seeing.subscriber.redrive(SICK)
    fifth = topic.tell(vitals(SICK, hr=70), SICK)
    topic.partitions[partition_of(str(SICK), EVENTS_PARTITIONS)].pop()
    topic.put(codec.encode(fifth).replace(b'"streamversion":5', b'"streamversion":6'))
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == [1, 3, 4]
    assert f"journey {SICK}: version 5 is missing before 6" in seeing.subscriber.status().stopped.values()
    seeing.close()


def _strange() -> Parked:
    """Return what a record with a wrong content type is parked as."""
    return Parked(
        journey_id=str(SICK), position=8, offset=99, reason="content_type", since="2026-01-05T00:00:00Z", body=b"{}"
    )


def test_a_strangers_record_hides_no_event(database: str) -> None:
    """A record that was none of ours is left out, and the event that it came before is handled all the same."""
    topic = told()
    seeing = Seeing(database, topic)
    effects = seeing.subscriber._prepared()
    seeing.subscriber.catch_up()
    with effects.database.writing() as session:
        effects.tables(session).park([_strange()])
    topic.tell(vitals(SICK, hr=70), SICK)
    seeing.subscriber.catch_up()
    assert seeing.subscriber.redrive(SICK).handled == 0
    seeing.subscriber.skip(SICK, "somebody else wrote it")
    assert seeing.subscriber.redrive(SICK).handled == 1
    assert seeing.versions(SICK) == [1, 2, 3, 4, 5]
    seeing.close()


def test_a_recorded_log(tmp_path: Path, log: WrittenLog, database: str) -> None:
    """A log that was exported is followed as it was; a line that was changed is not."""
    log.put(written(60))
    lines = [
        f'{{"position":{row.position},"digest":"{codec.digest(row.body)}","event":'.encode() + row.body + b"}"
        for row in log.rows(0, 60)
    ]
    file = tmp_path / "log.ndjson"
    file.write_bytes(b"\n".join(lines))
    topic = MemoryTopic.read(file)
    assert sorted(it.position for some in topic.partitions for it in some) == list(range(1, 61))
    seeing = Seeing(database, topic)
    seeing.subscriber.catch_up()
    assert seeing.subscriber.status().position == 60
    seeing.close()
    file.write_bytes(b"\n".join(lines).replace(b"nora", b"nina", 1))
    with pytest.raises(ValueError, match=r"line 1 of log\.ndjson is not as it was stored"):
        MemoryTopic.read(file)
