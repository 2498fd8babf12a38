"""What does a subscriber follow, from where on, and what does it pass over?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from consumers import MemoryTopic, Subscriber
from consumers.subscriber import Given
from journey.events import AppointmentBooked, EntryCorrected, VitalsRecorded
from journey.recorded import Recorded
from tests.consumers.logs import vitals
from tests.examples import EVENTS
from tests.subscriber.seeing import JOURNEYS, SICK, Seeing, told


def test_a_gap_stops_its_partition(database: str) -> None:
    """A version that is missing is never passed over: the partition stops and says which; the others flow."""
    topic = MemoryTopic()
    whole = told(each=3)
    for partition in whole.partitions:
        for delivery in partition:
            if delivery.position != 9:  # the second of the first journey
                topic.put(delivery.body)
    seeing = Seeing(database, topic)
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) in ([], [1])
    (why,) = seeing.subscriber.status().stopped.values()
    assert why == f"journey {SICK}: version 2 is missing before 3"
    assert len({journey for journey, _, _ in seeing.seen()}) >= 5
    seeing.close()


def test_starts_at_a_position(database: str) -> None:
    """A subscriber may begin at a position: what was before it has no effect, and no gap."""
    seeing = Seeing(database, told(), start=20)
    seeing.subscriber.catch_up()
    assert seeing.versions(JOURNEYS[2]) == [4, 5]
    assert seeing.versions(JOURNEYS[3]) == [3, 4, 5]
    seeing.close()


def test_starts_at_a_time(database: str) -> None:
    """A subscriber may begin at a time of recording."""
    topic = told()
    first = topic.begins(20)
    seeing = Seeing(database, topic, start=datetime(2026, 1, 5, 16, tzinfo=UTC) + timedelta(hours=19))
    seeing.subscriber.catch_up()
    assert first == topic.begins(datetime(2026, 1, 5, 16, tzinfo=UTC) + timedelta(hours=19))
    assert seeing.versions(JOURNEYS[3]) == [3, 4, 5]
    seeing.close()


def test_another_topic_is_not_followed_silently(open_seeing: Callable[..., Seeing]) -> None:
    """A topic that was made anew is refused in words; followed on demand, it brings nothing a second time."""
    open_seeing(told()).subscriber.catch_up()
    again = told(each=6)
    again.feed_id = "another"
    seeing = open_seeing(again)
    seeing.subscriber.catch_up()
    assert len(seeing.seen()) == 5 * len(JOURNEYS)
    assert "follow_new_topic()" in next(iter(seeing.subscriber.status().stopped.values()))
    seeing.subscriber.follow_new_topic()
    seeing.subscriber.catch_up()
    assert [seeing.versions(journey) for journey in JOURNEYS] == [[1, 2, 3, 4, 5, 6]] * len(JOURNEYS)


def test_a_loop_of_ones_own(database: str) -> None:
    """Batches may be looped over: a block that ends well is committed with its place, whoever leaves the loop then."""
    with Subscriber("looping", database, told()) as subscriber:
        noted: list[tuple[UUID, int]] = []
        for batch in subscriber.batches(VitalsRecorded):
            with batch as (events, _):
                noted += [(it.journey_id, it.version) for it in events]
            if len(noted) == 5 * len(JOURNEYS):
                break
    assert sorted(noted) == sorted((it, version) for it in JOURNEYS for version in range(1, 6))
    with Subscriber("looping", database, told(each=6)) as subscriber:
        batch = next(subscriber.batches(VitalsRecorded))
        with batch as (events, _):
            assert {it.version for it in events} == {6}


def test_a_block_that_fails_comes_again(database: str) -> None:
    """What a block did that did not end well is undone, and its batch is given again, until the block is passed."""
    fails, topic = [True, True, False], MemoryTopic()
    topic.tell(vitals(SICK, hr=60), SICK)
    noted: list[tuple[UUID, int]] = []

    def block(batch: Given) -> None:
        with batch as (events, connection):
            connection.execute("CREATE TABLE looped (version INTEGER)")  # fails if the first one was not undone
            if fails.pop(0):
                raise KeyError
            noted.extend((it.journey_id, it.version) for it in events)

    with Subscriber("looping", database, topic) as subscriber:
        for batch in subscriber.batches():
            with suppress(KeyError):
                block(batch)
            if not fails:
                break
    assert noted == [(SICK, 1)]


def test_events_nobody_handles_are_passed_over(database: str) -> None:
    """Types without a handler count for their journey's order, and need not even be known."""
    topic = MemoryTopic()
    topic.tell(EVENTS["AppointmentBooked"], SICK)
    body = topic.tell(vitals(SICK, hr=60), SICK)
    assert body.version == 2
    unknown = next(it.body for some in topic.partitions for it in some).replace(b"AppointmentBooked", b"SomethingElse")
    topic.put(unknown.replace(b'"streamversion":1', b'"streamversion":3'))
    topic.tell(vitals(SICK, hr=61), SICK)
    seeing = Seeing(database, topic)
    seeing.subscriber.catch_up()
    assert seeing.versions(SICK) == [2, 4]
    assert seeing.subscriber.parked() == []
    seeing.close()


def test_one_type_has_one_handler(database: str) -> None:
    """What is no event, or is handled already, is refused when the handler is named; so is running without any."""
    subscriber = Subscriber("naming", database, MemoryTopic())
    subscriber.on(AppointmentBooked, EntryCorrected)(lambda _recorded, _connection: None)
    with pytest.raises(TypeError, match="has a handler already"):
        subscriber.on_many(EntryCorrected)(lambda _events, _connection: None)
    with pytest.raises(TypeError, match="no event of a journey"):
        subscriber.on(Recorded)(lambda _recorded, _connection: None)  # type: ignore[type-var]  # refused at run time, too
    with pytest.raises(TypeError, match="handles nothing"):
        Subscriber("empty", database, MemoryTopic()).catch_up()
