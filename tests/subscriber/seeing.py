"""What does the subscriber of the tests do? It notes each reading of signs, as often as it is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid5

from consumers import MemoryTopic, Subscriber
from consumers.subscriber.source import Source
from consumers.topics import Topics
from journey.events import VitalsRecorded
from journey.recorded import Recorded
from projections.connection import Database
from tests.consumers.logs import CLINIC, vitals

TABLE = "CREATE TABLE IF NOT EXISTS seen (number {serial}, journey_id TEXT, version INTEGER, hr INTEGER)"
NOTED = "INSERT INTO seen (journey_id, version, hr) VALUES ({0}, {0}, {0})"

JOURNEYS = [uuid5(CLINIC, f"journey {number}") for number in range(8)]
SICK, WELL = JOURNEYS[:2]

Failing = Callable[[Recorded[VitalsRecorded]], None]


class Seeing:
    """A subscriber and its own table, which has no key: what is done twice is there twice."""

    def __init__(self, url: str, source: Topics | Source, *, many: bool = False, **given: Any) -> None:
        """Make the table and the subscriber; its handler fails as `failing` says."""
        self.failing: Failing = lambda _: None
        self.calls = 0
        self.database = Database(url)
        serial = "SERIAL" if self.database.postgres else "INTEGER PRIMARY KEY"
        with self.database.writing() as session:
            session.run(TABLE.format(serial=serial))
        self._noted = NOTED.format("%s" if self.database.postgres else "?")
        self.subscriber = Subscriber("seeing", url, source, **given)
        if many:
            self.subscriber.on_many(VitalsRecorded)(self._many)
        else:
            self.subscriber.on(VitalsRecorded)(self._one)

    def seen(self, journey_id: UUID | None = None) -> list[tuple[str, int, int]]:
        """Give what was noted, in order: journey, version, heart rate."""
        with self.database.reading() as session:
            rows = session.read("SELECT journey_id, version, hr FROM seen ORDER BY number")
        return [(row[0], row[1], row[2]) for row in rows if journey_id in {None, UUID(row[0])}]

    def versions(self, journey_id: UUID) -> list[int]:
        """Give the versions that were noted of a journey, in order."""
        return [version for _, version, _ in self.seen(journey_id)]

    def close(self) -> None:
        """Close both."""
        self.subscriber.close()
        self.database.close()

    def _one(self, recorded: Recorded[VitalsRecorded], connection: Any) -> None:
        self.calls += 1
        connection.execute(self._noted, _row(recorded))
        self.failing(recorded)

    def _many(self, events: Sequence[Recorded[VitalsRecorded]], connection: Any) -> None:
        self.calls += 1
        connection.cursor().executemany(self._noted, [_row(it) for it in events])
        for recorded in events:
            self.failing(recorded)


def _row(recorded: Recorded[VitalsRecorded]) -> tuple[Any, ...]:
    return str(recorded.journey_id), recorded.version, recorded.event.hr_per_min


def told(each: int = 5) -> MemoryTopic:
    """Return a topic in which each journey has some signs, in turns."""
    topic = MemoryTopic()
    for turn in range(each):
        for journey in JOURNEYS:
            topic.tell(vitals(journey, hr=60 + turn), journey)
    return topic
