"""Which log do the benches project and publish?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from uuid import UUID, uuid5

from entrypoints.importing import imported
from journey.store import codec
from journey.store.log import EventLog
from journey.store.mapper import Entry
from tests.bench import corpus
from tests.bench.apart import settle
from tests.bench.databases import POSTGRES, stored

BATCH = 2_000


@contextmanager
def written(postgres_url: str, events: int) -> Iterator[EventLog]:
    """Yield a log on PostgreSQL of at least so many events: of a cohort of journeys, copied until it is long enough."""
    with stored(POSTGRES, postgres_url) as (_, store):
        asked = corpus.lines(min(corpus.COHORT, max(events // 150, 1)))
        assert all(it.accepted for it in imported(store.journeys, BytesIO(b"".join(asked)), "main", batch=500))
        first = [_entry(row.body) for row in store.log.rows(0, events)]
        for copy in count(1):
            if store.log.head() >= events:
                break
            copies = [_copied(it, copy) for it in first]
            for start in range(0, len(copies), BATCH):
                store.log.append(copies[start : start + BATCH], [])
        settle(postgres_url)  # or it would be vacuumed for the first time under whoever is measured first
        yield store.log


def once_more(log: EventLog, events: int) -> Iterator[Entry]:
    """So many of the first events, of journeys that are not in the log."""
    for row in log.rows(0, events):
        yield _copied(_entry(row.body), -1)


def _entry(body: bytes) -> Entry:
    recorded = codec.decode(body)
    return Entry(recorded.journey_id, recorded.version, codec.head(body)[0], body)


def _copied(entry: Entry, copy: int) -> Entry:
    """The same event of another journey."""
    own = uuid5(entry.originator_id, f"copy {copy}")
    return Entry(own, entry.originator_version, entry.tag, entry.body.replace(_text(entry.originator_id), _text(own)))


def _text(journey_id: UUID) -> bytes:
    return str(journey_id).encode()
