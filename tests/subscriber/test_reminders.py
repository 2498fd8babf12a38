"""Does the reminder service of the documents remind of each appointment once, killed or not?"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from consumers import MemoryTopic
from consumers.topics import Topics
from journey.recorded import Delivery
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import Held, started
from tests.consumers.reading import publish
from tests.examples.names import APPOINTMENT, JOURNEY
from tests.servers import until
from tests.subscriber.reminding import FILE, FIRST, booked, called_off, corrected, moved, reminders, story

EVENTS = 600


def told(topic: MemoryTopic, file: Path) -> list[tuple[str, str]]:
    """Let the service follow a topic in memory; what it then reminds of, the evening before."""
    with reminders().subscribe(topic, str(file)) as subscriber:
        subscriber.catch_up()
        assert subscriber.parked() == []
    with closing(reminders().open_database(str(file))) as connection:
        found: list[tuple[str, str]] = reminders().due(connection, FIRST - timedelta(hours=12))
        assert reminders().due(connection, FIRST - timedelta(hours=12)) == []
    return found


@pytest.fixture
def topic() -> MemoryTopic:
    """Return a topic with an appointment booked."""
    topic = MemoryTopic()
    topic.tell(booked(APPOINTMENT, FIRST), JOURNEY)
    return topic


def test_booked(topic: MemoryTopic, tmp_path: Path) -> None:
    """What is booked is reminded of the day before, once."""
    assert told(topic, tmp_path / "own.db") == [(str(APPOINTMENT), FIRST.isoformat())]


def test_called_off(topic: MemoryTopic, tmp_path: Path) -> None:
    """What is called off is not reminded of; what was called off by mistake is again."""
    cancelled = topic.tell(called_off(APPOINTMENT), JOURNEY)
    assert told(topic, tmp_path / "own.db") == []
    topic.tell(corrected(cancelled.event_id, None), JOURNEY)
    assert told(topic, tmp_path / "own.db") == [(str(APPOINTMENT), FIRST.isoformat())]


def test_moved(topic: MemoryTopic, tmp_path: Path) -> None:
    """What is moved is reminded of at its new time, also if somebody was reminded of the old one."""
    assert len(told(topic, tmp_path / "own.db")) == 1
    later = FIRST + timedelta(hours=2)
    topic.tell(moved(APPOINTMENT, later), JOURNEY)
    assert told(topic, tmp_path / "own.db") == [(str(APPOINTMENT), later.isoformat())]


def test_corrected(tmp_path: Path) -> None:
    """A booking that was typed wrong counts as what it was corrected to, and less than what came after it."""
    topic = MemoryTopic()
    first = topic.tell(booked(APPOINTMENT, FIRST + timedelta(days=30)), JOURNEY)
    topic.tell(corrected(first.event_id, booked(APPOINTMENT, FIRST)), JOURNEY)
    assert told(topic, tmp_path / "own.db") == [(str(APPOINTMENT), FIRST.isoformat())]
    topic.tell(called_off(APPOINTMENT), JOURNEY)
    topic.tell(corrected(first.event_id, booked(APPOINTMENT, FIRST + timedelta(hours=1))), JOURNEY)
    assert told(topic, tmp_path / "own.db") == []


@pytest.fixture
def bodies() -> list[bytes]:
    """Return a long story, as its bytes."""
    deliveries: list[Delivery] = [it for some in story(EVENTS).partitions for it in some]
    return [it.body for it in sorted(deliveries, key=lambda it: it.position)]


@pytest.fixture
def published(topics: Topics, log: WrittenLog, bodies: list[bytes]) -> Topics:
    """Return topics that hold it."""
    log.put(bodies)
    publish(log, topics, batch=50)
    return topics


def rows(file: Path) -> list[tuple[object, ...]]:
    """Return all that the service keeps."""
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("SELECT * FROM said ORDER BY 1, 2").fetchall()


@pytest.mark.slow
def test_killed_in_the_middle(published: Topics, bodies: list[bytes], tmp_path: Path) -> None:
    """Killed with events in hand, with rows written, and with rows committed, it keeps each event's rows once."""
    file = tmp_path / "own.db"
    for point in ("polled:2", "written:3", "applied:2"):
        service = follower(published, file, hold_at=point)
        with started(service):
            service.wait_until_held()
            service.kill()
    service = follower(published, file)
    with started(service), reminders().subscribe(published, str(file)) as watching:
        until(lambda: watching.status().position == EVENTS, seconds=60, what="everything to be followed")
        assert service.terminate() == (0, "")
        assert watching.parked() == []
        assert watching.status().healthy
    once = MemoryTopic()
    for body in bodies:
        once.put(body)
    told(once, tmp_path / "once.db")
    assert rows(file) == rows(tmp_path / "once.db") != []


def follower(topics: Topics, file: Path, hold_at: str = "") -> Held:
    """Start the service."""
    module = "tests.subscriber.reminders_process"
    return Held(module, topics.bootstrap, topics.prefix, str(file), hold_at=hold_at)


def test_command_line(tmp_path: Path) -> None:
    """The service's own commands say what they are for, and what is due."""
    said = subprocess.run([sys.executable, str(FILE)], capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "python reminders.py follow KAFKA FILE" in said.stderr
    asked = [sys.executable, str(FILE), "due", str(tmp_path / "own.db")]
    assert subprocess.run(asked, capture_output=True, text=True, check=True).stdout == ""
