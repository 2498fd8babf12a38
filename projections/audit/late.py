"""What was recorded long after it happened, by how much, and why? How late is late, the policy of its day says."""

from __future__ import annotations

from typing import Any

from journey.clinic import Clinic
from projections.audit.asking import Asked, Condition, Shape, answer, page
from projections.audit.timeline import CLINIC, TABLE, corrections, told
from projections.database import ReadModels

SHAPE = Shape(table=TABLE, kind="reason", time="recorded_at", order=("position",))


def late(models: ReadModels, asked: Asked, clinic: Clinic = CLINIC) -> dict[str, Any]:
    """Late entries in the order of the log, as the timeline tells them; `kind` is the code of the reason.

    An imported entry is no late one. Raises ValueError for a false `after`.
    """
    with models.database.reading() as session:
        found, following = page(models, session, SHAPE, asked, ("t.imported = 0", ()), _is_late(clinic))
        corrected = corrections(models, session, [row["event_id"] for row in found])
        return answer(models, session, asked.journey_id, (told(row, corrected, clinic) for row in found), following)


def _is_late(clinic: Clinic) -> Condition:
    """That the delay is over the limit of the policy that an entry bears, or of today's where that is not kept."""
    today = clinic.policy.late_after_min * 60
    others = {version: policy.late_after_min * 60 for version, policy in clinic.former.items()}
    others = {version: limit for version, limit in others.items() if version != clinic.policy.version}
    own = {version: limit for version, limit in others.items() if limit != today}
    if not own:
        return "t.delay_s > ?", (today,)
    cases = " ".join("WHEN ? THEN ?" for _ in own)  # every limit is above the least, by which the index is asked
    said = [value for case in own.items() for value in case]
    least = min(today, *own.values())
    return f"t.delay_s > ? AND t.delay_s > CASE t.policy_version {cases} ELSE ? END", (least, *said, today)
