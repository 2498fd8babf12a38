"""Does a reader at the tail see every position, in order, once, whoever writes and however slowly?"""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing

import psycopg
import pytest

from journey.store import commands
from journey.store.log import EventLog
from tests.store.conftest import Place
from tests.store.writers import COMMAND, HELD, IN_VAIN, STEADY

SECONDS = 4.0
WRITERS = (STEADY, COMMAND, COMMAND, HELD, IN_VAIN)


def seen_and_stored(url: str, *options: str) -> tuple[list[int], int]:
    """Let separate processes write while this one follows; the positions it saw, and how many events there are."""
    seen: list[int] = []
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.store.writers", url, how, str(SECONDS), *options],
            stdout=subprocess.PIPE,
            text=True,
        )
        for how in WRITERS
    ]
    with closing(EventLog(url, create=False)) as log:
        while any(it.poll() is None for it in writers):
            _follow(log, seen)
            log.wait(seen[-1] if seen else 0, 0.2)
        while _follow(log, seen):
            pass
    stored = sum(int(it.communicate()[0]) for it in writers)
    assert [it.returncode for it in writers] == [0] * len(writers)
    return seen, stored


def _follow(log: EventLog, seen: list[int]) -> bool:
    rows = log.rows(seen[-1] if seen else 0, 50)
    seen += [it.position for it in rows]
    return bool(rows)


@pytest.fixture
def url(place: Place) -> str:
    """An empty log, with what keeps answers."""
    with closing(EventLog(place.url)) as log:
        log.make("commands", commands.TABLES)
        if log.postgres:
            log.make(commands.CALL, [commands.CALLED])
    return place.url


@pytest.mark.slow
def test_every_position_is_seen_in_order_once(url: str) -> None:
    """Two processes write as commands do, one steadily, one slowly, one in vain: nothing is missed or shuffled."""
    seen, stored = seen_and_stored(url)
    assert stored > len(WRITERS)
    assert seen == list(range(1, stored + 1))


@pytest.mark.slow
def test_test_finds_a_recorder_without_the_lock(place: Place, url: str) -> None:
    """With positions given before it is known who commits first, the same test fails: it can."""
    if place.url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE SEQUENCE planted")
    seen, stored = seen_and_stored(url, "PLANTED")
    assert stored > len(WRITERS)
    assert seen != list(range(1, stored + 1))
