"""Does a reader of the topic get every event once and in order, while many processes write?"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from consumers.topics import Topics
from tests.consumers.conftest import topics
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import Held, started
from tests.faults.fired import Fired
from tests.faults.relays import proven, supervised
from tests.servers import until
from tests.soak.ordering import Reader, Seen

__all__ = ["topics"]

WRITERS = 16
KILL_EVERY_S = 20.0


@contextmanager
def writing(url: str, writers: int, seed: int) -> Iterator[list[Held]]:
    """So many processes that write."""
    every = [Held("tests.soak.writer", url, str(number), str(seed)) for number in range(writers)]
    with started(*every):
        for it in every:
            it.wait_for("started")
        yield every


def stored_by(writers: list[Held]) -> int:
    """Let them stop; how many events they stored."""
    return sum(int(it.last_word()) for it in writers)


@pytest.mark.slow
def test_order_under_four_writers(topics: Topics, postgres_schema: str, chance: random.Random) -> None:
    """While four processes write for a few seconds, a reader misses nothing and sees all once, in order."""
    log = WrittenLog(postgres_schema)
    with supervised(log, topics, JOURNEY_TEST_DEADLINE="40") as relay:
        reader = Reader(topics)
        with writing(postgres_schema, 4, chance.randrange(1_000)) as writers:
            end = time.monotonic() + 3
            while time.monotonic() < end:
                reader.read()
            stored = stored_by(writers)
        until(lambda: reader.read() >= stored, seconds=60, what="the reader to have seen as many")
        assert relay.ends == []
    assert_all_in_order(reader, stored)
    log.close()


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_order_under_sixteen_writers(
    topics: Topics, postgres_schema: str, chance: random.Random, fired: Fired, soak_s: float
) -> None:
    """While sixteen processes write, and the relay is killed now and then, a reader sees all once and in order."""
    kills = max(1, int(soak_s / KILL_EVERY_S) - 1)
    fired.plan("relay killed under sixteen writers", "at any moment", times=kills)
    log = WrittenLog(postgres_schema)
    with supervised(log, topics, JOURNEY_TEST_DEADLINE="40") as relay:
        reader = Reader(topics)
        with writing(postgres_schema, WRITERS, chance.randrange(1_000)) as writers:
            begun = time.monotonic()
            moments = sorted(chance.uniform(0, 0.9 * soak_s) for _ in range(kills))
            while time.monotonic() < begun + soak_s:
                reader.read()
                if moments and time.monotonic() > begun + moments[0]:
                    del moments[0]
                    relay.kill()
                    fired.fire("relay killed under sixteen writers", "at any moment")
                relay.kept_running()
            stored = stored_by(writers)

        def all_seen() -> bool:
            relay.kept_running()
            return reader.read() >= stored

        until(all_seen, seconds=max(120, soak_s), what="the reader to have seen as many")
    print(f"{stored} events of {WRITERS} writers in {soak_s:g} s")
    assert_all_in_order(reader, stored)
    proven(topics, log)
    log.close()


def assert_all_in_order(reader: Reader, stored: int) -> None:
    """Nothing lost, nothing twice, nothing out of order."""
    for _ in range(5):
        reader.read()  # what may have come besides
    reader.close()
    assert stored > 0
    seen = reader.seen
    assert (seen.lost(stored), seen.twice, seen.out_of_order, seen.records) == (0, 0, 0, stored)


ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.mark.parametrize(
    "records, lost, twice, out_of_order",
    [
        ([(0, 1, ONE, 1), (1, 2, TWO, 1), (0, 3, ONE, 2)], 0, 0, 0),
        ([(0, 1, ONE, 1), (0, 3, ONE, 2)], 1, 0, 0),
        ([(0, 1, ONE, 1), (0, 3, ONE, 3)], 1, 0, 1),
        ([(0, 1, ONE, 1), (0, 1, ONE, 1), (1, 2, TWO, 1), (0, 3, ONE, 2)], 0, 1, 0),
        ([(0, 3, ONE, 1), (0, 1, ONE, 2), (1, 2, TWO, 1)], 0, 0, 1),
        ([(0, 1, ONE, 2), (1, 2, TWO, 1), (0, 3, ONE, 1)], 0, 0, 2),
    ],
    ids=["all well", "one lost", "one lost of a journey", "one twice", "positions shuffled", "versions shuffled"],
)
def test_the_count_finds_what_is_wrong(
    records: list[tuple[int, int, UUID, int]], lost: int, twice: int, out_of_order: int
) -> None:
    """What is missing, twice or shuffled is counted as that."""
    seen = Seen()
    for record in records:
        seen.see(*record)
    assert (seen.lost(3), seen.twice, seen.out_of_order) == (lost, twice, out_of_order)
