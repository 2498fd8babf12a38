"""By which routes are outcomes asked?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query

from entrypoints.api.answering import found, question
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer
from journey.response import ResponseRule
from journey.roles import Question
from projections import outcome

routes = APIRouter(tags=["outcome"])

RuleId = Annotated[str | None, Query(max_length=40, description="a response rule's id")]


@question(routes, "/outcome/responses", Question.OUTCOME_RESPONSES, of="outcome", tables=["rows"])
def responses(
    wired: FromServer, rule: RuleId = None, by: Literal["infusion", "endpoint"] = "infusion"
) -> dict[str, Any]:
    """Response and remission by infusion number or at the endpoint, under a rule."""
    rules = wired.app.rules
    return outcome.responses(wired.app.models, _rule(rules, rule or next(iter(rules))), by)


@question(
    routes,
    "/outcome/side-effects",
    Question.OUTCOME_SIDE_EFFECTS,
    of="outcome",
    tables=["per_infusion", "per_patient", "per_observed_patient"],
)
def side_effects(wired: FromServer) -> dict[str, Any]:
    """How many infusions, and how many patients, had each side effect."""
    return outcome.side_effects(wired.app.models)


@question(
    routes,
    "/journeys/{journey_id}/outcome",
    Question.OUTCOME_JOURNEY,
    of="outcome",
    tables=["scores", "infusions", "responses", "side_effects", "medications"],
)
def journey(wired: FromServer, journey_id: UUID, rule: RuleId = None) -> dict[str, Any]:
    """A journey's scores, infusions, responses and side effects, and what they say under a rule."""
    rules = wired.app.rules
    chosen = None if rule is None else _rule(rules, rule).id
    return found(outcome.journey(wired.app.models, journey_id, rules, chosen))


def _rule(rules: Mapping[str, ResponseRule], named: str) -> ResponseRule:
    if named not in rules:
        raise Problem(Fault.INVALID_PARAMETER, f"rule is one of {', '.join(rules)}.")
    return rules[named]
