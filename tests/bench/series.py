"""How long does it take to find the earliest series of six: a month, 20 chairs, 90 % full, or all of it full?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from itertools import chain
from random import Random
from uuid import UUID

from entrypoints.finding import MONTH_DAYS, series_slots
from journey.clinic import Clinic
from journey.seats import slots
from journey.site import Site
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from journey.store.reservations import HELD, JOINED, SEAT
from journey.store.statements import Statement
from tests.bench.databases import POSTGRES, SQLITE, Fresh, fresh, marked
from tests.bench.measured import Figure, Size, compared
from tests.store.asking import PLAN, plan, refer

CHAIRS, SLOTS_OF_A_DAY, VISIT = 20, 5, timedelta(hours=2)
SITE = Site(
    chairs=tuple(f"chair-{number}" for number in range(1, CHAIRS + 1)),
    nurses={f"nurse-{number}": 2 for number in range(1, CHAIRS // 2 + 1)},
)
BEGINS = datetime.combine(date(2026, 3, 2), hour(8), tzinfo=SITE.tzinfo)
JOURNEY, OTHERS = UUID(int=1), UUID(int=2)
LIMIT = "the month's held hours, read by the driver alone"


def measure(postgres_url: str, size: Size) -> Iterator[Figure]:
    """Measure the whole question on both databases: events and held hours read, the search, what is found."""
    for kind in (SQLITE, POSTGRES):
        for words, full in (("90 % full", 0.9), ("all full: what prevents it", 1.0)):
            with fresh(kind, postgres_url) as database:
                store = filled(database, full)
                found = series_slots(store, JOURNEY, BEGINS)
                assert found is not None
                assert bool(found["slots"]) == (full < 1)
                name = f"Earliest series, a month, {CHAIRS} chairs, {words}, {kind}"
                yield compared(name, "ms", asked(store), read(database), size.turns, LIMIT)
                store.close()


def filled(database: Fresh, full: float) -> Store:
    """A store with a plan of six infusions, and chairs and nurses held, by chance, for a month."""
    keys = Keys.open(database.folder / "master.key", database.other("keys.sqlite"))
    store = open_store(database.url, keys=keys, clinic=Clinic(site=SITE), clock=lambda: BEGINS.astimezone(UTC))
    store.journeys.execute(refer(journey_id=JOURNEY, at=BEGINS))
    plan(store, JOURNEY, replace(PLAN, infusions=6, min_gap_h=36, max_gap_d=5, window_d=21))
    keys.close()
    chance = Random(7)
    store.log.write([visit for visit in visits() if chance.random() < full])
    return store


def visits() -> Iterator[Statement]:
    """Every visit that a month has room for: a chair, and a seat of its nurse."""
    for number in range(CHAIRS * SLOTS_OF_A_DAY * (MONTH_DAYS + 1)):
        day, place = divmod(number, CHAIRS * SLOTS_OF_A_DAY)
        turn, chair = divmod(place, CHAIRS)
        held = slots(start := BEGINS + timedelta(days=day) + turn * VISIT, start + VISIT)
        seats = ((f"chair-{chair + 1}", 1), (f"nurse-{chair // 2 + 1}", chair % 2 + 1))
        values = (held.start, held.stop - 1, *chain.from_iterable(seats), SITE.site_id, str(OTHERS), str(number))
        yield Statement(SEAT.format(places="(?, ?), (?, ?)"), values)


def asked(store: Store) -> Callable[[], float]:
    """How many milliseconds the question takes."""
    return lambda: _ms(lambda: series_slots(store, JOURNEY, BEGINS))


def read(database: Fresh) -> Callable[[], float]:
    """How many milliseconds the driver takes to read what is held."""
    seats = [(name, seat) for name in (*SITE.chairs, *SITE.nurses) for seat in range(1, SITE.capacity(name) + 1)]
    joined = JOINED[database.kind == POSTGRES]
    sql = marked(database, HELD.format(places=", ".join(["(?, ?)"] * len(seats)), joined=joined))
    span = slots(BEGINS, BEGINS + timedelta(days=MONTH_DAYS))
    values = (*chain.from_iterable(seats), SITE.site_id, span.start, span.stop - 1)

    def rows() -> float:
        connection = database.connect()
        took = _ms(lambda: connection.execute(sql, values).fetchall())
        connection.close()
        return took

    return rows


def _ms(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1_000
