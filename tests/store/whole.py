"""Is a store whole: everything that was told of is there, nothing by halves, nothing twice?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

from journey.history import fold
from journey.recorded import Delivery
from journey.store import codec
from journey.store.opening import Store
from journey.store.reservations import rebuilt

PAGE = 10_000


def rows(store: Store) -> Iterator[Delivery]:
    """Give the whole log."""
    after = 0
    while page := store.log.rows(after, PAGE):
        yield from page
        after = page[-1].position


def whole(store: Store, last: int) -> None:
    """Expect all up to a position, the answers of all that is there, unbroken streams, and the rows that follow."""
    stored = list(rows(store))
    assert [it.position for it in stored] == list(range(1, len(stored) + 1))
    assert len(stored) >= last
    answered = store.log.read(
        "SELECT command_id, journey_id, last_version FROM commands WHERE outcome = 'accepted' ORDER BY recorded_at"
    )
    events = [codec.decode(it.body) for it in stored]
    assert len({it.event_id for it in events}) == len(events)
    assert {(UUID(key), UUID(journey), version) for key, journey, version in answered} == {
        (it.command_id, it.journey_id, it.version) for it in events
    }
    journeys = sorted({it.journey_id for it in events})
    for journey_id in journeys:
        stream = store.log.stream(journey_id)
        assert [codec.decode(it.body).version for it in stream] == list(range(1, len(stream) + 1))
        for earlier, later in pairwise(stream):
            assert codec.decode(later.body).prev == codec.digest(earlier.body)
    assert all(store.vault.note(it.note_id) == "words" for it in events if it.note_id is not None)
    held = "SELECT * FROM reservations ORDER BY resource, seat, slot"
    before = store.log.read(held)
    store.log.write(rebuilt("main", [fold(store.log.history(it)) for it in journeys]))
    assert store.log.read(held) == before
