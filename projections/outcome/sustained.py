"""How long does it last? From the response after the induction to its loss, or to a relapse, under any rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from journey.response import ResponseRule, day_of, days_between, window
from projections.connection import Session
from projections.database import ReadModels
from projections.outcome import survival
from projections.outcome.curves import answered
from projections.outcome.gains import GAINS
from projections.outcome.groups import Scope, groups, one_of
from projections.outcome.patients import Patient, Point
from projections.outcome.survival import Followed
from projections.plain import parsed

UNTIL = ("loss", "relapse")
MAINTENANCE = ("counted", "censored")

DEFINITIONS = {
    "started": "journeys in which the pump was started at least once",
    "n": "of those, the ones that had it: at a score after the last infusion of the induction, or in the rule's window "
    "for the endpoint, and no later than that window's end; the first such score is day 0",
    "day": "from that score, by the clinic's calendar",
    "loss": "the first later score that is none any more, under the same rule and baseline; it was lost between that "
    "score and the one before. Who has not lost it is followed to the last score",
    "relapse": "the first relapse that was detected later, whatever it was seen by. Who has none is followed to the "
    "last score of any instrument, or infusion",
    "counted": "infusions after day 0 are part of the course",
    "censored": "who was followed no longer and had not had it. Where maintenance is censored an infusion after day 0 "
    "ends it, too: what the induction does by itself",
}


def sustained(
    models: ReadModels, scope: Scope, of: str = "response", until: str = "loss", maintenance: str = "counted"
) -> dict[str, Any]:
    """The share whose response (or remission) lasts, day by day, with the number still at risk.

    Raises ValueError for a word that is none of `GAINS`, `UNTIL`, `MAINTENANCE`.
    """
    one_of("of", of, tuple(GAINS))
    one_of("until", until, UNTIL)
    one_of("maintenance", maintenance, MAINTENANCE)
    with models.database.reading() as session:
        ends = _ends(models, session) if until == "relapse" else {}
        curves = []
        for group in groups(models, session, scope):
            times = (
                followed(patient, group.rule, of, ends.get(key, ()), until=until, maintenance=maintenance)
                for key, patient in group.patients.items()
            )
            curve = survival.kaplan_meier(it for it in times if it is not None)
            curves.append((group.name, {"started": len(group.patients)}, curve))
        position = models.position_in(session, "outcome")
        stale = models.stale_in(session, "outcome").any()
    told = answered(curves, "day", "lost" if until == "loss" else "relapsed")
    said = scope.named | {"of": of, "until": until, "maintenance": maintenance, "position": position, **told}
    return said | {"definitions": survival.DEFINITIONS | DEFINITIONS | scope.definitions, **stale}


Ends = Iterable[tuple[datetime, bool]]
"""Moments at which somebody was seen, and whether with a relapse."""


def _ends(models: ReadModels, session: Session) -> Mapping[str, Ends]:
    ends: dict[str, list[tuple[datetime, bool]]] = {}
    for table, is_relapse in (("scores", False), ("relapses", True)):
        for journey, at in models.columns_in(session, "outcome", table, ("journey_id", "at"), order="t.at"):
            ends.setdefault(journey, []).append((parsed(at), is_relapse))
    return ends


def followed(
    patient: Patient, rule: ResponseRule, of: str, ends: Ends, *, until: str, maintenance: str
) -> Followed | None:
    """How long one journey kept it; None of one that did not have it after the induction."""
    had = GAINS[of]
    said = patient.after_start(rule)
    origin = _origin(patient, rule, [point for point, now in said if had(now)])
    if origin is None:
        return None
    if until == "loss":
        seen = [(point.at, not had(now)) for point, now in said if point.at > origin.at]
    else:
        infused = [(it.ended, False) for it in patient.infusions]
        seen = sorted(it for it in (*ends, *infused) if it[0] > origin.at)
    if maintenance == "censored":
        again = next((it.started for it in patient.infusions if it.started > origin.at), None)
        if again is not None:
            seen = [*(it for it in seen if it[0] < again), (again, False)]
    at, event = next((it for it in seen if it[1]), seen[-1] if seen else (origin.at, False))
    return Followed(days_between(origin.at, at, patient.zone), event)


def _origin(patient: Patient, rule: ResponseRule, having: Iterable[Point]) -> Point | None:
    """The first score that had it after the induction, or in the rule's window for its endpoint."""
    induction = patient.induction
    if not induction:
        return None
    ended = induction[-1].ended
    counted_from = rule.counted_from(induction[0].started, ended)
    first, last = window(counted_from, rule, patient.zone)
    for point in having:
        day = day_of(point.at, patient.zone)
        in_window = first <= day and point.at > counted_from
        if day <= last and (point.at > ended or in_window):
            return point
    return None
