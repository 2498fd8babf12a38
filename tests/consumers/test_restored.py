"""Are read models that know more than the store followed on, once the store was restored?"""

from __future__ import annotations

import pytest

from consumers.log_feed import LogFeed
from consumers.worker import Worker
from projections.rebuild import rebuild
from projections.verifying import dump
from tests.consumers.logs import WrittenLog, written
from tests.consumers.models import models
from tests.consumers.test_feeds import position, replayed


@pytest.mark.parametrize("again", [0, 20], ids=["as it was", "gone on with"])
def test_rows_ahead_of_a_restored_store_are_refused(log: WrittenLog, models_url: str, again: int) -> None:
    """Rows of events that the store no longer has stop in words, and are made anew by a rebuild."""
    log.put(written(100))
    backup = log.backup()
    log.put(written(150)[100:])
    built = models(models_url, log)
    Worker(built, {"signs": LogFeed(log, log.store_id)}).catch_up()
    before = dump(built, "signs")
    log.restore(backup)
    log.put(written(100 + again, story="another")[100:])
    worker = Worker(built, {"signs": LogFeed(log, log.store_id)})
    worker.catch_up()
    assert "it was restored" in worker.halted["signs", 0]
    assert dump(built, "signs") == before
    rebuild(built, "signs", log)
    goes_on = Worker(built, {"signs": LogFeed(log, log.store_id)})
    goes_on.catch_up()
    assert (goes_on.halted, position(built)) == ({}, 100 + again)
    assert dump(built, "signs") == replayed(log)
    built.close()
