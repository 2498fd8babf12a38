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

group = typer.Typer(no_args_is_help=True, help="Does the treatment work, and what does it do besides?")


class By(StrEnum):
    """What responses are counted by."""

    INFUSION = "infusion"
    ENDPOINT = "endpoint"


@group.command("responses")
def responses_(
    context: typer.Context,
    *,
    by: Annotated[By, typer.Option(help="Counted by this.")] = By.INFUSION,
    rule: Annotated[str | None, typer.Option(help="Under this response rule; the first if not said.")] = None,
    as_json: Json = False,
) -> None:
    """Show response and remission with their denominators, under a response rule."""
    with installation(context, current=True) as app:
        answer = outcome.responses(app.models, _rule(app, rule), by.value)
        looked(app, "outcome responses")
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
        answer = outcome.journey(app.models, journey, app.rules, chosen)
        looked(app, "outcome journey JOURNEY", journey, found=answer is not None)
    if answer is None:
        raise Failed("There is no such journey.", Exit.NOT_FOUND)
    show(answer, as_json=as_json)


@group.command("side-effects")
def side_effects_(context: typer.Context, *, as_json: Json = False) -> None:
    """Show side effects per infusion and per patient."""
    with installation(context, current=True) as app:
        answer = outcome.side_effects(app.models)
        looked(app, "outcome side-effects")
    show(answer, as_json=as_json)


def _rule(app: App, name: str | None) -> ResponseRule:
    rules = app.rules
    if name is None:
        return next(iter(rules.values()))
    if name not in rules:
        raise Failed(f"There is no such response rule; there are {', '.join(rules)}.", Exit.NOT_FOUND)
    return rules[name]
