"""Does the worked file lead to the same rows on SQLite without Kafka and on PostgreSQL through Kafka?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from consumers.kafka_feed import KafkaFeed
from consumers.topics import Topics
from consumers.worker import Worker
from entrypoints.app import App, open_app
from entrypoints.importing import imported
from entrypoints.settings import Settings
from projections.models import PROJECTIONS
from projections.status import status
from projections.verifying import dump, verify
from tests.consumers.reading import assert_exact, publish
from tests.servers import until

WORKED = Path(__file__).parents[2] / "examples" / "worked-journey.ndjson"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@contextmanager
def lived(folder: Path, url: str | None = None) -> Iterator[App]:
    """Yield an installation into which the worked file was imported, at a moment that does not move."""
    said = None if url is None else SecretStr(url)
    settings = Settings(data=folder, store_url=said, projections_url=said)
    with open_app(settings, clock=lambda: NOW, create=True) as app:
        with WORKED.open("rb") as file:
            answers = list(imported(app.store.journeys, file, app.clinic.site.site_id))
        assert all(answer.accepted for answer in answers), [answer for answer in answers if not answer.accepted]
        yield app


def test_rows_are_equal(tmp_path: Path, postgres_schema: str, topics: Topics) -> None:
    """Every row of every read model is the same, both ways, and what a rebuild from the log would make."""
    with lived(tmp_path / "alone") as alone, lived(tmp_path / "keys", postgres_schema) as served:
        alone.catch_up()
        publish(served.store.log, topics)
        feeds = {it.name: KafkaFeed(topics, topics.group(it.name, it.version), "one") for it in PROJECTIONS}
        worker = Worker(served.models, feeds)
        head = served.store.log.head()

        def applied() -> bool:
            worker.step(0.05)
            return all(it["position"] == head for it in status(served.models, served.store.log))

        until(applied, seconds=60, what="every read model to be current")
        for feed in feeds.values():
            feed.close()
        assert_exact(topics, served.store.log)
        for projection in PROJECTIONS:
            assert dump(served.models, projection.name) == dump(alone.models, projection.name), projection.name
            assert verify(served.models, projection.name, served.store.log) == []
            assert dump(alone.models, projection.name)["documents"]
