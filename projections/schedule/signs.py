"""When are a patient's signs to be read next?"""

from __future__ import annotations

from datetime import timedelta

from journey.policy import Policy
from journey.state import Stage
from projections.plain import later


def due_at(
    *,
    stage: str | None,
    started_at: str | None,
    ended_at: str | None,
    read_at: str | None,
    sbp_mmhg: int | None,
    dbp_mmhg: int | None,
    policy: Policy,
) -> str | None:
    """When signs are due while an infusion runs, or is recovered from; None at any other time.

    Counted from the last reading, the start or the end, whichever is the latest.
    """
    since = started_at if stage == Stage.INFUSING else ended_at if stage == Stage.RECOVERING else None
    if since is None:
        return None
    interval = policy.vitals_interval_during_min if stage == Stage.INFUSING else policy.vitals_interval_post_min
    if (sbp_mmhg or 0) > policy.act_sbp_mmhg or (dbp_mmhg or 0) > policy.act_dbp_mmhg:
        interval = min(interval, policy.vitals_interval_over_min)
    return later(max(since, read_at or since), timedelta(minutes=interval))
