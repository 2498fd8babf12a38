"""How soon does the treatment work? From the first infusion to the first score that is a response, or a remission."""

from __future__ import annotations

from typing import Any

from journey.response import ResponseRule, days_between
from projections.database import ReadModels
from projections.outcome import survival
from projections.outcome.curves import answered
from projections.outcome.gains import GAINS
from projections.outcome.groups import Scope, groups, one_of
from projections.outcome.patients import Patient
from projections.outcome.survival import Followed

BY = ("day", "infusion")

DEFINITIONS = {
    "event": "the first score after the first infusion that is a response (or a remission) under the rule",
    "day": "from the first infusion to that score, by the clinic's calendar",
    "infusion": "the number of the infusion at which the score was, as in the responses by infusion",
    "censored": "without it: followed to the last score",
    "started": "journeys in which the pump was started at least once",
    "n": "of those, the ones with a baseline under the rule and a score after the first infusion (at one, by infusion)",
}


def time_to_response(models: ReadModels, scope: Scope, by: str = "day", of: str = "response") -> dict[str, Any]:
    """The share that has responded (or remitted) by each day, or `by="infusion"`, with the number still at risk.

    Raises ValueError for another `by`, or `of`.
    """
    one_of("by", by, BY)
    one_of("of", of, tuple(GAINS))
    found = by_day if by == "day" else by_infusion
    with models.database.reading() as session:
        curves = []
        for group in groups(models, session, scope):
            times = [found(patient, group.rule, of) for patient in group.patients.values()]
            followed = [it for it in times if it is not None]
            curves.append((group.name, {"started": len(group.patients)}, survival.kaplan_meier(followed)))
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    had = "responded" if of == "response" else "remitted"
    said = scope.named | {"by": by, "of": of, "position": position, **answered(curves, by, had)}
    return said | {"definitions": survival.DEFINITIONS | DEFINITIONS | scope.definitions, **stale}


def by_day(patient: Patient, rule: ResponseRule, of: str = "response") -> Followed | None:
    """The days to the first response (or remission), or to the last score; None where nothing can be said."""
    said = patient.after_start(rule)
    if not said:
        return None
    point, has = next(((point, True) for point, now in said if GAINS[of](now)), (said[-1][0], False))
    return Followed(days_between(patient.infusions[0].started, point.at, patient.zone), has)


def by_infusion(patient: Patient, rule: ResponseRule, of: str = "response") -> Followed | None:
    """The number of the infusion at which it first was a response (or remission), or of the last with a score."""
    said = [(number, now) for number, now in enumerate(patient.at_infusions(rule), start=1) if now is not None]
    if not said:
        return None
    number, has = next(((number, True) for number, now in said if GAINS[of](now)), (said[-1][0], False))
    return Followed(number, has)
