"""Can the relay have written a record that says it is at this position?

Kafka lets a transaction begin when the one before is to be seen everywhere: no event lies further than its own
transaction ahead of the relay's place.
"""

from __future__ import annotations

from functools import partial

from consumers.published import last_published
from consumers.quiet import RelayPlace
from consumers.topics import Topics

TRANSACTION_MAX = 10_000
"""So many events may one transaction of the relay hold: a relay asked for more does not begin."""


class Reach:
    """Knows how far the relay may have come in a topic."""

    def __init__(self, relay: RelayPlace, topics: Topics, topic_id: str) -> None:
        """Ask for the relay's place when it is first needed."""
        self._asked = (relay.latest, partial(last_published, topics))
        self._topic_id = topic_id
        self._last = 0

    def __call__(self, position: int) -> bool:
        """Whether it may have come to a position; asked anew on Kafka before a record is called somebody else's."""
        if position <= self._last:
            return True
        for place in self._asked:
            published = place()
            if published is not None and published.topic_id != self._topic_id:
                return True  # the relay has gone on to another topic, and so does whoever reads here
            self._last = TRANSACTION_MAX + (0 if published is None else published.position)
            if position <= self._last:
                return True
        return False
