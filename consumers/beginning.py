"""Where does a worker begin in its feed, whose rows tell everything up to a position already?"""

from __future__ import annotations

from consumers.log_feed import Log
from consumers.published import current
from consumers.starting import begins
from consumers.topics import Topics, administration, identify, told
from projections.place import Place


def beginnings(log: Log, topics: Topics | None, position: int) -> list[Place]:
    """Of each partition the first record after a position: on Kafka where there are topics, else in the log itself.

    Raises KafkaUnavailable.
    """
    if topics is None:
        return [Place(feed=log.store_id, partition=0, offset=position + 1, position=position)]
    with told(topics), administration(topics.bootstrap) as admin:
        topic = identify(admin, current(topics).events)
        found = begins(topics, position + 1)
    feed = topic.feed_id
    return [Place(feed=feed, partition=it, offset=offset, position=before) for it, (offset, before) in found.items()]
