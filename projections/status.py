"""How far is each projection behind the log, and does it move?"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from projections.builds import Builds
from projections.database import Log, ReadModels
from projections.plain import moment
from projections.progress import Progress, progress


def status(models: ReadModels, log: Log) -> list[dict[str, Any]]:
    """Of every projection its position, the log's head, the lag in events and seconds, and a state from progress.

    States: `new` (never ran), `current`, `catching_up`, `stalled` (a partition is behind, and not moving), `stopped`
    (says why in `stopped`). `lag_seconds` is the age of the oldest event that is not applied. `partitions` tells the
    same of each, and who moved it last; `builds` which build is live, which can be switched back to, and which is made.
    """
    checked_at = moment(models.clock())
    found = progress(models, log)
    with models.database.reading() as session:
        return [_told(it, models.builds(session, it.name), checked_at) for it in found]


def _told(it: Progress, builds: Builds, checked_at: str) -> dict[str, Any]:
    served, made = builds.served(), builds.next()
    answer = {
        "name": it.name,
        "version": it.version,
        "position": it.position,
        "head": it.head,
        "lag_events": it.lag_events,
        "lag_seconds": it.lag_seconds,
        "parked": it.parked,
        "left_out": it.left_out,
        "state": it.state,
        "builds": {
            "live": served.live,
            "former": served.former,
            "next": None if made is None else made.number,
            "next_is": None if made is None else made.state.value,
        },
        "partitions": [asdict(part) for part in it.partitions],
    }
    return answer if it.stopped is None else answer | {"stopped": it.stopped, "checked_at": checked_at}
