"""Does the treatment work, and what does it do besides?"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from entrypoints.app import App
from entrypoints.cli.asking import JourneyId, installation, looked
from entrypoints.cli.talk import Exit, Failed, Json, show
from journey.response import ResponseRule
from projections import outcome
from projections.outcome import Scope

group = typer.Typer(no_args_is_help=True, help="Does the treatment work, and what does it do besides?")


class By(StrEnum):
    """What responses are counted by."""

    INFUSION = "infusion"
    ENDPOINT = "endpoint"


class Denominator(StrEnum):
    """Of whom they are a share."""

    ASSESSED = "assessed"
    REACHED = "reached"
    STARTED = "started"


class Time(StrEnum):
    """What time is counted in."""

    DAY = "day"
    INFUSION = "infusion"


class Gain(StrEnum):
    """What comes, and lasts."""

    RESPONSE = "response"
    REMISSION = "remission"


class End(StrEnum):
    """Until what."""

    LOSS = "loss"
    RELAPSE = "relapse"


class Maintenance(StrEnum):
    """What a later infusion does to it."""

    COUNTED = "counted"
    CENSORED = "censored"


class PerGroup(StrEnum):
    """What journeys are told apart by."""

    RULE = "rule"
    INDICATION = "indication"
    SEVERITY = "severity"
    DOSE_BAND = "dose_band"
    SITE = "site"
    MONTH = "month"


class ReferredPer(StrEnum):
    """What journeys are told apart by that may never have been started."""

    INDICATION = "indication"
    SITE = "site"
    MONTH = "month"


class StartPer(StrEnum):
    """What journeys are told apart by where there is no rule."""

    INDICATION = "indication"
    DOSE_BAND = "dose_band"
    SITE = "site"
    MONTH = "month"


Rule = Annotated[str | None, typer.Option(help="Under this response rule; the first if not said.")]
Per = Annotated[PerGroup | None, typer.Option(help="Told apart by this.")]


@group.command("responses")
def responses_(
    context: typer.Context,
    *,
    by: Annotated[By, typer.Option(help="Counted by this.")] = By.INFUSION,
    of: Annotated[Denominator, typer.Option(help="As shares of these.")] = Denominator.ASSESSED,
    rule: Rule = None,
    per: Per = None,
    as_json: Json = False,
) -> None:
    """Show response and remission with their denominators, under a response rule."""
    with installation(context, current=True) as app:
        answer = outcome.responses(app.models, _scope(app, rule, per), by.value, of.value)
        looked(app, "outcome responses")
    show(answer, as_json=as_json)


@group.command("time-to-response")
def time_to_response_(
    context: typer.Context,
    *,
    by: Annotated[Time, typer.Option(help="Counted in this.")] = Time.DAY,
    of: Annotated[Gain, typer.Option(help="How soon this comes.")] = Gain.RESPONSE,
    rule: Rule = None,
    per: Per = None,
    as_json: Json = False,
) -> None:
    """Show what share has responded, or remitted, by each day or infusion, with the number still at risk."""
    with installation(context, current=True) as app:
        answer = outcome.time_to_response(app.models, _scope(app, rule, per), by.value, of.value)
        looked(app, "outcome time-to-response")
    show(answer, as_json=as_json)


@group.command("sustained")
def sustained_(
    context: typer.Context,
    *,
    of: Annotated[Gain, typer.Option(help="How long this lasts.")] = Gain.RESPONSE,
    until: Annotated[End, typer.Option(help="Until it is lost, or a relapse is detected.")] = End.LOSS,
    maintenance: Annotated[
        Maintenance, typer.Option(help="Whether later infusions are part of the course, or end it.")
    ] = Maintenance.COUNTED,
    rule: Rule = None,
    per: Per = None,
    as_json: Json = False,
) -> None:
    """Show for how long the response after the induction lasts, with the number still at risk."""
    with installation(context, current=True) as app:
        scope = _scope(app, rule, per)
        answer = outcome.sustained(app.models, scope, of.value, until.value, maintenance.value)
        looked(app, "outcome sustained")
    show(answer, as_json=as_json)


@group.command("trajectories")
def trajectories_(
    context: typer.Context,
    *,
    by: Annotated[Time, typer.Option(help="Counted in this.")] = Time.INFUSION,
    journeys: Annotated[bool, typer.Option("--journeys", help="Of each journey, not of all together.")] = False,
    rule: Rule = None,
    per: Per = None,
    as_json: Json = False,
) -> None:
    """Show how the scores went: median and quartiles, or each journey's own."""
    question = outcome.courses if journeys else outcome.trajectories
    with installation(context, current=True) as app:
        answer = question(app.models, _scope(app, rule, per), by.value)
        looked(app, "outcome trajectories")
    show(answer, as_json=as_json)


@group.command("adherence")
def adherence_(
    context: typer.Context,
    *,
    per: Annotated[ReferredPer | None, typer.Option(help="Told apart by this.")] = None,
    as_json: Json = False,
) -> None:
    """Show how far journeys come, from referral to maintenance, and why they end before."""
    with installation(context, current=True) as app:
        answer = outcome.adherence(app.models, None if per is None else per.value, app.clinic.site.tzinfo)
        looked(app, "outcome adherence")
    show(answer, as_json=as_json)


@group.command("pressure")
def pressure_(
    context: typer.Context,
    *,
    every_min: Annotated[int, typer.Option(min=1, max=60, help="Minutes between the rows.")] = outcome.EVERY_MIN,
    per: Annotated[StartPer | None, typer.Option(help="Told apart by this.")] = None,
    as_json: Json = False,
) -> None:
    """Show how far the pressure rises, minute by minute after the start of the pump."""
    with installation(context, current=True) as app:
        answer = outcome.pressure_rise(
            app.models, every_min, None if per is None else per.value, app.clinic.site.tzinfo
        )
        looked(app, "outcome pressure")
    show(answer, as_json=as_json)


@group.command("journey")
def journey_(
    context: typer.Context,
    journey: JourneyId,
    *,
    rule: Annotated[str | None, typer.Option(help="Under this response rule; the plan's if not said.")] = None,
    as_json: Json = False,
) -> None:
    """Show a journey's scores, its baseline and endpoint, its reviews."""
    with installation(context, current=True) as app:
        chosen = None if rule is None else _rule(app, rule).id
        answer = outcome.journey(app.models, journey, app.rules, chosen, app.clinic.site.tzinfo)
        looked(app, "outcome journey JOURNEY", journey, found=answer is not None)
    if answer is None:
        raise Failed("There is no such journey.", Exit.NOT_FOUND)
    show(answer, as_json=as_json)


@group.command("side-effects")
def side_effects_(
    context: typer.Context,
    *,
    per: Annotated[StartPer | None, typer.Option(help="Told apart by this.")] = None,
    as_json: Json = False,
) -> None:
    """Show side effects per infusion and per patient, by grade, and by the infusion's number."""
    with installation(context, current=True) as app:
        answer = outcome.side_effects(app.models, None if per is None else per.value, app.clinic.site.tzinfo)
        looked(app, "outcome side-effects")
    show(answer, as_json=as_json)


def _scope(app: App, rule: str | None, per: PerGroup | None) -> Scope:
    named = _rule(app, rule)
    return Scope(rule=named, per=None if per is None else per.value, rules=app.rules, zone=app.clinic.site.tzinfo)


def _rule(app: App, name: str | None) -> ResponseRule:
    rules = app.rules
    if name is None:
        return next(iter(rules.values()))
    if name not in rules:
        raise Failed(f"There is no such response rule; there are {', '.join(rules)}.", Exit.NOT_FOUND)
    return rules[name]
