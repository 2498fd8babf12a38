"""Is everything found that can be wrong with a topic, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import TopicPartition

from consumers import outgoing
from consumers.proving import verify
from consumers.published import reader
from consumers.records import position_of
from consumers.relay import Relay
from consumers.resuming import RelayRefused
from consumers.topics import Topics, administration
from consumers.verifying import FIRST, Fault, Kind, Spot, Verification
from tests.consumers.logs import WrittenLog, written
from tests.consumers.planting import COUNT, DEFECTS, Records, planted_at, put, sent
from tests.consumers.reading import everything, publish, relaying, wait_for_marks
from tests.servers import until


@dataclass(frozen=True)
class Read:
    """A record as kafka-python gives it."""

    value: bytes
    key: bytes
    headers: list[outgoing.Header]
    partition: int
    timestamp: int
    offset: int


def verified(records: Records, stored: Records, published: int) -> list[Fault]:
    """What is found in these records, each partition's read in order, one partition after the other."""
    verification = Verification()
    expected = dict(enumerate(stored, 1))
    for partition in range(12):
        for offset, it in enumerate(it for it in records if it.partition == partition):
            verification.see(Read(it.value, it.key, it.headers, it.partition, it.timestamp_ms, offset), expected)
    return verification.faults(published, published)


@pytest.fixture
def full(log: WrittenLog) -> WrittenLog:
    """Return a log that is worth to be verified."""
    log.put(written(COUNT))
    return log


def test_what_the_relay_sends_is_right(full: WrittenLog) -> None:
    """Nothing is found in what the relay sends."""
    assert verified(sent(full), sent(full), COUNT) == []


@pytest.mark.parametrize("name", DEFECTS)
def test_each_defect_is_found_alone(full: WrittenLog, name: str) -> None:
    """A defect is found as what it is, where it is, once, and as nothing else."""
    defect, records = DEFECTS[name], sent(full)
    (fault,) = verified(defect.plant(records, planted_at(defect)), records, COUNT)
    assert (fault.kind, fault.count, [spot.position for spot in fault.first]) == (defect.kind, 1, [defect.position])


def test_what_the_relay_does_not_know_of_is_beyond(full: WrittenLog) -> None:
    """Events of the store that are on the topic after the relay's place were not published by it."""
    (fault,) = verified(sent(full), sent(full), COUNT - 3)
    assert fault == Fault(Kind.BEYOND, 3, (Spot(COUNT - 2), Spot(COUNT - 1), Spot(COUNT)))


def test_many_are_counted_and_the_first_named(full: WrittenLog) -> None:
    """Of many faults of a kind all are counted, and the first few named."""
    (fault,) = verified([], sent(full), COUNT)
    assert (fault.kind, fault.count) == (Kind.MISSING, COUNT)
    assert [spot.position for spot in fault.first] == list(range(1, FIRST + 1))


@given(missing=st.sets(st.integers(1, 200)), last=st.integers(0, 200))
def test_every_gap_is_found(missing: set[int], last: int) -> None:
    """Whichever positions are not there, those up to the relay's place are missing, and none else."""
    verification = Verification()
    record = outgoing.Record(b"", b"", [], 0, 0)
    for position in sorted(set(range(1, last + 1)) - missing):
        headers = [("position", b"%d" % position)]
        verification.see(Read(b"", b"", headers, 0, 0, position), {position: record._replace(headers=headers)})
    counts = {fault.kind: fault.count for fault in verification.faults(last, last)}
    gaps = {it for it in missing if it <= last}
    assert counts == ({Kind.MISSING: len(gaps)} if gaps else {})


def test_a_published_log_is_verified(topics: Topics, full: WrittenLog) -> None:
    """What the relay published is found to be right, up to its place."""
    publish(full, topics, batch=7)
    verdict = verify(full, topics)
    assert (verdict.faults, verdict.position, verdict.records, verdict.epoch) == ([], COUNT, COUNT, 1)


def test_nothing_published_is_nothing_wrong(topics: Topics, full: WrittenLog) -> None:
    """A topic to which nothing was published yet holds what it should."""
    verdict = verify(full, topics)
    assert (verdict.faults, verdict.position, verdict.records) == ([], 0, 0)


def test_every_defect_is_found_on_kafka(topics: Topics, full: WrittenLog) -> None:
    """Defects of every kind, planted in one topic, are all found there, each where it is."""
    records = sent(full)
    for defect in sorted(DEFECTS.values(), key=planted_at, reverse=True):  # from the end: the earlier keep their place
        records = defect.plant(records, planted_at(defect))
    put(topics, full, records, COUNT - 1)
    heard: list[tuple[int, int]] = []
    verdict = verify(full, topics, lambda done, of: heard.append((done, of)))
    found = {fault.kind: [spot.position for spot in fault.first] for fault in verdict.faults}
    assert found == {defect.kind: [defect.position] for defect in DEFECTS.values()} | {Kind.BEYOND: [COUNT]}
    assert verdict.records == COUNT + 2
    assert heard[-1] == (COUNT + 2, COUNT + 2)


def test_another_stores_place_is_refused(topics: Topics, full: WrittenLog) -> None:
    """A topic is not compared with a store that it was not published from."""
    publish(full, topics)
    full.store_id = "store-2"
    with pytest.raises(RelayRefused, match="another event store"):
        verify(full, topics)


def test_records_deleted_under_a_running_relay(topics: Topics, log: WrittenLog) -> None:
    """Of records that somebody deletes while the relay goes on, each position is missing, and no other."""
    log.put(written(400))
    relay = Relay(log, topics)
    with relaying(relay):
        until(lambda: relay.place is not None and relay.place.position == 400, seconds=30, what="the first events")
        wait_for_marks(topics)
        found = everything(topics)
        some, all_of_it = sorted(found, key=lambda number: len(found[number]))[-2:]
        middle = found[some][len(found[some]) // 2].offset
        gone = [position_of(it) or 0 for it in found[all_of_it] + [it for it in found[some] if it.offset < middle]]
        with administration(topics.bootstrap) as admin:
            deleted = {some: middle, all_of_it: -1}
            admin.delete_records({TopicPartition(topics.events, number): at for number, at in deleted.items()})
        log.put(written(500)[400:])
        until(lambda: relay.place is not None and relay.place.position == 500, seconds=30, what="what comes then")
        wait_for_marks(topics)
        verdict = verify(log, topics)
    assert verdict.faults == [Fault(Kind.MISSING, len(gone), tuple(Spot(it) for it in sorted(gone)[:FIRST]))]
    assert (verdict.position, verdict.records) == (500, 500 - len(gone))


def test_records_deleted_while_they_are_read(topics: Topics, log: WrittenLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is deleted before the reading comes to it is missing, and what is there after it is read all the same."""
    monkeypatch.setattr("consumers.proving.reader", partial(reader, fetch_bytes=4_096))
    monkeypatch.setattr("consumers.proving.POLL_RECORDS", 10)
    log.put(written(600))
    publish(log, topics, batch=20)
    heard: list[int] = []

    def delete(done: int, _: int) -> None:
        if not heard:
            with administration(topics.bootstrap) as admin:
                admin.delete_records({TopicPartition(topics.events, number): -1 for number in range(6)})
        heard.append(done)

    verdict = verify(log, topics, delete)
    (fault,) = verdict.faults
    assert (fault.kind, fault.count + verdict.records) == (Kind.MISSING, 600)
    kept = [records for number, records in everything(topics).items() if number >= 6]
    assert verdict.records >= sum(len(records) for records in kept) > 0


class Unhurried:
    """A log that goes on for as long as somebody looks at the topic."""

    def __init__(self, log: WrittenLog, bodies: Iterator[list[bytes]]) -> None:
        """Put the next events whenever the relay has published all before them."""
        self._log = log
        self._bodies = bodies
        self.store_id = log.store_id
        self.rows, self.row, self.head = log.rows, log.row, log.head
        self.seen, self.settle = log.seen, log.settle

    def wait(self, after: int, timeout_s: float) -> bool:
        """Go on."""
        self._log.put(next(self._bodies))
        return self._log.wait(after, timeout_s)


def test_a_running_relay_is_no_fault(topics: Topics, log: WrittenLog) -> None:
    """A topic that is being written to is verified up to where the relay was when the reading began, or further."""
    bodies = written(6_000)
    with relaying(Relay(Unhurried(log, (bodies[at : at + 10] for at in range(0, 6_000, 10))), topics)):
        verdicts = [verify(log, topics) for _ in range(5)]
    assert [it.faults for it in verdicts] == [[]] * 5
    assert 0 < verdicts[-1].position <= verdicts[-1].records
