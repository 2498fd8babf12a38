"""How is the log published anew, when its topic can't go on?"""

from __future__ import annotations

from itertools import count

from kafka import KafkaProducer, TopicPartition
from kafka.errors import KafkaError

from consumers import producing
from consumers.deadline import Deadline
from consumers.published import Published, last_published, of_place, place_if_any
from consumers.relay import DEADLINE_S
from consumers.resuming import Log, RelayEnded, begun, same_store
from consumers.topics import Identity, Topics, administration, create, ends, epochs, identify, told


def republish(log: Log, topics: Topics, *, deadline_s: float = DEADLINE_S) -> Published:
    """Let the relay begin at position 1 of a new topic; gives the place that says so, and publishes nothing itself.

    A relay that runs is fenced, and goes on in the new topic once it is started again. Where nothing was published to
    the current topic yet, nothing is changed. Raises RelayRefused when another store was published, RelayEnded when
    somebody else was faster, KafkaUnavailable.
    """
    deadline = Deadline(deadline_s)
    try:
        with told(topics), deadline.within():
            before = place_if_any(topics)
            topics = of_place(topics, before)
            if before is not None:
                same_store(before, log)
                if before.position == 0 and _is_untouched(topics, before):
                    return before
            anew = _made(topics)
        with told(topics):
            return _recorded(log, before, anew, deadline)
    finally:
        deadline.close()


def _made(topics: Topics) -> Topics:
    """The topics of the next epoch, the one of events new and empty."""
    for epoch in count(topics.epoch + 1):
        anew = topics.of(epoch)
        create(anew)
        if _is_empty(anew):
            return anew
    raise AssertionError("epochs do not end")


def _recorded(log: Log, before: Published | None, anew: Topics, deadline: Deadline) -> Published:
    """Write the place from which the relay goes on; whoever had it is fenced first."""
    with deadline.within():
        producer = producing.transactional(anew)
    try:
        with deadline.within():
            producer.init_transactions()
            if last_published(anew) != before:
                raise RelayEnded("the relay went on meanwhile: look whether it is still to be published anew")
            place = begun(log, anew, _identity(anew))
            _write(producer, anew, place)
    except KafkaError as error:
        if producing.is_fenced(error):
            raise RelayEnded("a relay was started meanwhile: nothing is changed, ask again") from error
        raise
    finally:
        with deadline.within():
            producer.close(timeout=5)
    return place


def _write(producer: KafkaProducer, topics: Topics, place: Published) -> None:
    producer.begin_transaction()
    producing.written(producer, [producer.send(topics.relay, place.encode(), topics.events.encode(), None, 0)])
    producer.commit_transaction()


def _is_untouched(topics: Topics, place: Published) -> bool:
    with administration(topics.bootstrap) as admin:
        return topics.epoch in epochs(admin, topics) and _identity(topics).topic == place.topic_id and _is_empty(topics)


def _identity(topics: Topics) -> Identity:
    with administration(topics.bootstrap) as admin:
        return identify(admin, topics.events)


def _is_empty(topics: Topics) -> bool:
    """Whether nothing was ever written to the topic of events."""
    partitions = [TopicPartition(topics.events, number) for number in range(_identity(topics).partitions)]
    with administration(topics.bootstrap) as admin:
        return not any(ends(admin, partitions).values())
