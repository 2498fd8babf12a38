"""The reminder service as a process that can be held: `... reminders_process BOOTSTRAP PREFIX FILE`."""

from __future__ import annotations

import sys

from consumers.feed import Feed
from consumers.subscriber.source import KafkaSource
from consumers.subscriber.tables import Tables
from consumers.topics import Topics
from projections.place import Place
from tests.consumers.processes import hold
from tests.consumers.worker_process import HeldFeed
from tests.subscriber.reminding import reminders

move = Tables.move


def held(self: Tables, to: Place, now: str) -> None:
    """Be held with a batch written, and not committed."""
    move(self, to, now)
    hold("written")


class HeldSource(KafkaSource):
    """The topic on Kafka, by a feed that can be held."""

    __slots__ = ()

    def feed(self, subscriber: str, member: str) -> Feed:
        """Give the feed."""
        return HeldFeed(self.topics, f"{self.topics.prefix}{subscriber}", member, session_timeout_ms=6_000)


def main(bootstrap: str, prefix: str, file: str) -> int:
    """Follow until told to stop."""
    Tables.move = held  # type: ignore[method-assign]  # the one place to be held at
    with reminders().subscribe(HeldSource(Topics(bootstrap=bootstrap, prefix=prefix)), file) as subscriber:
        subscriber.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
