"""By which routes are outcomes asked?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from entrypoints.api.answering import found, question
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from entrypoints.app import App
from journey.response import ResponseRule
from journey.roles import Question
from projections import outcome
from projections.outcome import Scope

routes = APIRouter(tags=["outcome"])

RuleId = Annotated[str | None, Query(max_length=40, description="a response rule's id")]


Per = Annotated[
    Literal["rule", "indication", "severity", "dose_band", "site", "month"] | None,
    Query(description="told apart by this; all journeys together if not said"),
]
EveryMin = Annotated[int, Query(ge=1, le=60, description="minutes between the rows")]

StartPer = Annotated[
    Literal["indication", "dose_band", "site", "month"] | None,
    Query(description="told apart by this, as by the first start of the pump"),
]
ReferredPer = Annotated[
    Literal["indication", "site", "month"] | None, Query(description="told apart by this, as by the referral")
]

CURVE = ["rows", "at_times", "summary"]


@question(routes, "/outcome/responses", Question.OUTCOME_RESPONSES, of="outcome", tables=["rows"])
def responses(
    wired: FromServer,
    rule: RuleId = None,
    by: Literal["infusion", "endpoint"] = "infusion",
    of: Literal["assessed", "reached", "started"] = "assessed",
    per: Per = None,
) -> dict[str, Any]:
    """Response and remission by infusion number or at the endpoint, as shares of a denominator, under a rule."""
    return outcome.responses(wired.app.models, _scope(wired.app, rule, per), by, of)


@question(routes, "/outcome/time-to-response", Question.OUTCOME_TIME_TO_RESPONSE, of="outcome", tables=CURVE)
def time_to_response(
    wired: FromServer,
    rule: RuleId = None,
    by: Literal["day", "infusion"] = "day",
    of: Literal["response", "remission"] = "response",
    per: Per = None,
) -> dict[str, Any]:
    """The share that has responded, or remitted, by each day or infusion, with the number still at risk."""
    return outcome.time_to_response(wired.app.models, _scope(wired.app, rule, per), by, of)


@question(routes, "/outcome/sustained", Question.OUTCOME_SUSTAINED, of="outcome", tables=CURVE)
def sustained(
    wired: FromServer,
    rule: RuleId = None,
    of: Literal["response", "remission"] = "response",
    until: Literal["loss", "relapse"] = "loss",
    maintenance: Literal["counted", "censored"] = "counted",
    per: Per = None,
) -> dict[str, Any]:
    """The share whose response lasts after the induction, until it is lost or until a relapse, day by day."""
    return outcome.sustained(wired.app.models, _scope(wired.app, rule, per), of, until, maintenance)


@question(routes, "/outcome/trajectories", Question.OUTCOME_TRAJECTORIES, of="outcome", tables=["rows"])
def trajectories(
    wired: FromServer, rule: RuleId = None, by: Literal["infusion", "day"] = "infusion", per: Per = None
) -> dict[str, Any]:
    """Median and quartiles of the scores at each infusion, or on each day."""
    return outcome.trajectories(wired.app.models, _scope(wired.app, rule, per), by)


@question(routes, "/outcome/trajectories/journeys", Question.OUTCOME_TRAJECTORIES, of="outcome", tables=["rows"])
def trajectories_of_journeys(
    wired: FromServer, rule: RuleId = None, by: Literal["infusion", "day"] = "infusion", per: Per = None
) -> dict[str, Any]:
    """The scores of each journey at each infusion, or on each day."""
    return outcome.courses(wired.app.models, _scope(wired.app, rule, per), by)


@question(
    routes, "/outcome/adherence", Question.OUTCOME_ADHERENCE, of="outcome", tables=["stages", "reasons", "infusions"]
)
def adherence(wired: FromServer, per: ReferredPer = None) -> dict[str, Any]:
    """How many came to each stage and to each planned infusion, and of those who left, why."""
    app = wired.app
    return outcome.adherence(app.models, per, app.clinic.site.tzinfo)


@question(routes, "/outcome/pressure", Question.OUTCOME_PRESSURE, of="outcome", tables=["rows", "peaks"])
def pressure(wired: FromServer, every_min: EveryMin = outcome.EVERY_MIN, per: StartPer = None) -> dict[str, Any]:
    """How far the pressure rises, minute by minute after the start of the pump."""
    app = wired.app
    return outcome.pressure_rise(app.models, every_min, per, app.clinic.site.tzinfo)


@question(
    routes,
    "/outcome/side-effects",
    Question.OUTCOME_SIDE_EFFECTS,
    of="outcome",
    tables=["per_infusion", "per_patient", "per_observed_patient", "by_grade", "by_infusion"],
)
def side_effects(
    wired: FromServer,
    per: StartPer = None,
) -> dict[str, Any]:
    """How many infusions, and how many patients, had each side effect, how bad at its worst, and at which infusion."""
    app = wired.app
    return outcome.side_effects(app.models, per, app.clinic.site.tzinfo)


@question(
    routes,
    "/journeys/{journey_id}/outcome",
    Question.OUTCOME_JOURNEY,
    of="outcome",
    tables=["scores", "trajectory", "infusions", "responses", "side_effects", "medications", "pressures"],
)
def journey(wired: FromServer, journey_id: UUID, rule: RuleId = None) -> dict[str, Any]:
    """A journey's scores, infusions, responses and side effects, and what they say under a rule."""
    app = wired.app
    rules = app.rules
    chosen = None if rule is None else _rule(rules, rule).id
    return found(outcome.journey(app.models, journey_id, rules, chosen, app.clinic.site.tzinfo))


def _scope(app: App, rule: str | None, per: str | None) -> Scope:
    """A question under a rule, the first in force if none is named."""
    rules = app.rules
    named = _rule(rules, rule or next(iter(rules)))
    return Scope(rule=named, per=per, rules=rules, zone=app.clinic.site.tzinfo)


def _rule(rules: Mapping[str, ResponseRule], named: str) -> ResponseRule:
    if named not in rules:
        raise Problem(Fault.INVALID_PARAMETER, f"rule is one of {', '.join(rules)}.")
    return rules[named]
