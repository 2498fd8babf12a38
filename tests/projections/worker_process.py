"""A worker as a process that can be held: `python -m tests.projections.worker_process LOG MODELS`."""

from __future__ import annotations

import sys

from consumers.log_feed import LogFeed
from consumers.worker import Worker
from projections.tables import Tables
from tests.projections.build_process import holding, opened

BATCH = 40


def main(log_url: str, models_url: str) -> int:
    """Bring the schedule to the log's end, a few events a transaction."""
    holding(Tables, "keep", "kept")  # in the transaction: the rows are written, the place is not
    with opened(log_url, models_url) as (log, models):
        Worker(models, {"schedule": LogFeed(log, log.store_id, batch=BATCH)}).catch_up()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
