"""Does what checks the read models after a fault see rows that are wrong, and words that are not true?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.log_feed import LogFeed
from consumers.worker import Worker
from projections.database import ReadModels
from tests.consumers.logs import WrittenLog
from tests.faults_worker.built import NAMES, assert_exact, assert_truthful, real_models
from tests.projections.reading import spelled

APPLIED = 400


@pytest.fixture
def behind(tmp_path: Path, log: WrittenLog, story: list[bytes]) -> Iterator[ReadModels]:
    """Yield read models that are exact, and then behind what was written since."""
    models = real_models(f"sqlite:///{tmp_path / 'models.db'}", log)
    log.put(story[:APPLIED])
    Worker(models, {name: LogFeed(log, log.store_id) for name in NAMES}).catch_up()
    assert_exact(models, log)
    log.put(story[APPLIED:])
    assert_truthful(models, log)
    yield models
    models.close()


def test_a_position_that_is_ahead_is_seen(behind: ReadModels, log: WrittenLog) -> None:
    """A read model that says it has come further than its rows is found out."""
    with behind.database.writing() as session:
        session.run("UPDATE places SET position = position + 100 WHERE projection = ?", NAMES[0])
    with pytest.raises(AssertionError, match=r"does not say so|is behind at"):
        assert_truthful(behind, log)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM outcome.infusions WHERE rowid = (SELECT MAX(rowid) FROM outcome.infusions)",
        "UPDATE schedule.documents SET version = version + 1 WHERE rowid = 1",
        "INSERT INTO audit.timeline (journey_id, key) VALUES ('doubled', '1')",
    ],
    ids=["lost", "changed", "doubled"],
)
def test_a_row_that_is_wrong_is_seen(behind: ReadModels, log: WrittenLog, sql: str) -> None:
    """A row that is lost, changed, or there twice is found out."""
    Worker(behind, {name: LogFeed(log, log.store_id) for name in NAMES}).catch_up()
    assert_exact(behind, log)
    with behind.database.writing() as session:
        assert session.run(spelled(sql)) == 1
    with pytest.raises(AssertionError, match="differs"):
        assert_exact(behind, log)


def test_nothing_is_exact_that_is_behind(behind: ReadModels, log: WrittenLog) -> None:
    """Rows that are right as far as they go are not exact."""
    with pytest.raises(AssertionError, match="differs"):
        assert_exact(behind, log)
