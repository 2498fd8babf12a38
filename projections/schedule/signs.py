"""When are a patient's signs to be read next, and are they such that somebody acts?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from journey.events import VitalsRecorded
from journey.policy import Policy
from journey.state import Stage
from projections.plain import later


@dataclass(frozen=True, kw_only=True)
class Beyond:
    """Since when, by the readings, pressure, pulse and oxygen are beyond their limits, and somebody acts."""

    pressure_since: str | None = None
    pulse_since: str | None = None
    oxygen_since: str | None = None
    act_since: str | None = None


WITHIN = Beyond()


def beyond(before: Beyond, read_at: str, read: VitalsRecorded, policy: Policy) -> Beyond:
    """How it stands after one more reading; what was not read stands as before.

    Somebody acts on a pressure or a pulse that is beyond its limit for so long, on a pressure far beyond it and on too
    little oxygen at once, and until all three are within their limits.
    """
    sbp_mmhg, dbp_mmhg = read.sbp_mmhg or 0, read.dbp_mmhg or 0
    high = None
    if read.sbp_mmhg is not None or read.dbp_mmhg is not None:
        high = sbp_mmhg > policy.act_sbp_mmhg or dbp_mmhg > policy.act_dbp_mmhg
    far = sbp_mmhg > policy.act_once_sbp_mmhg or dbp_mmhg > policy.act_once_dbp_mmhg
    fast = None if read.hr_per_min is None else read.hr_per_min > policy.act_hr_per_min
    low = None if read.spo2_pct is None else read.spo2_pct < policy.act_spo2_pct_min
    if before == WITHIN and not (high or far or fast or low):  # as most are
        return before
    pressure = _since(before.pressure_since, read_at, now=high)
    pulse = _since(before.pulse_since, read_at, now=fast)
    oxygen = _since(before.oxygen_since, read_at, now=low)
    lasting = timedelta(minutes=policy.act_after_min)
    lasts = any(since is not None and later(since, lasting) <= read_at for since in (pressure, pulse))
    act_since = before.act_since
    if far or lasts or oxygen is not None:
        act_since = act_since or read_at
    elif pressure is None and pulse is None:
        act_since = None
    return Beyond(pressure_since=pressure, pulse_since=pulse, oxygen_since=oxygen, act_since=act_since)


def _since(before: str | None, read_at: str, *, now: bool | None) -> str | None:
    """Since when something is so, after a reading that says so, does not, or says nothing of it."""
    if now is None:
        return before
    return (before or read_at) if now else None


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
