"""How far has the relay come, and how far is that behind?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from consumers.published import last_place, of_place, place_in
from consumers.resuming import Log
from consumers.topics import Topics, told
from projections.progress import age


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The relay's place, beside the log's head.

    `lag_seconds` is the age of the oldest event that is not published. `published_at` is when the place was written.
    """

    topic: str
    epoch: int
    store_id: str
    position: int
    published_at: datetime | None
    head: int
    lag_events: int
    lag_seconds: float


def standing(log: Log, topics: Topics, now: datetime) -> Standing:
    """How far the relay has come, by its own record on Kafka. Raises KafkaUnavailable."""
    with told(topics):
        record = last_place(topics)
    place = None if record is None else place_in(topics, record)
    topics, position = of_place(topics, place), 0 if place is None else place.position
    head = log.head()
    return Standing(
        topic=topics.events,
        epoch=topics.epoch,
        store_id=log.store_id if place is None else place.store_id,
        position=position,
        published_at=None if record is None else datetime.fromtimestamp(record.timestamp / 1000, UTC),
        head=head,
        lag_events=max(head - position, 0),
        lag_seconds=age(log, position, now),
    )
