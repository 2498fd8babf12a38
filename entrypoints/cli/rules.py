"""What counts as response and remission? The rules, as data."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from entrypoints.cli.asking import installation
from entrypoints.cli.talk import Exit, Failed, Json, show
from entrypoints.response_rules import told, told_of
from journey.response_text import UnsoundRule, rule_of
from journey.store.rules import NotAdded, add

group = typer.Typer(no_args_is_help=True, help="What counts as response and remission? The rules, as data.")


@group.command("list")
def list_(context: typer.Context, *, as_json: Json = False) -> None:
    """Show every response rule in force."""
    with installation(context) as app:
        answer = told(app)
    show(answer, as_json=as_json)


@group.command("show")
def show_(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule's id.")],
    *,
    as_json: Json = False,
) -> None:
    """Show one rule, and its versions."""
    with installation(context) as app:
        answer = told_of(app, rule)
    if answer is None:
        raise Failed("There is no such response rule.", Exit.NOT_FOUND)
    show(answer, as_json=as_json)


@group.command("add")
def add_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The rule's fields, as TOML.")],
    *,
    as_json: Json = False,
) -> None:
    """Put a rule in force, at once and for every process; an id that is there gets its next version.

    What was assessed stays as it was. `journey outcome responses --rule ID` asks under it from now on.
    """
    try:
        rule = rule_of(tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, UnsoundRule) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise Failed(f"{file}: {reason}", Exit.USAGE) from None
    with installation(context) as app:
        try:
            add(app.store.log, rule, app.clock())
        except NotAdded as refusal:
            raise Failed(str(refusal), Exit.CONFLICT) from None
        answer = told_of(app, rule.id)
    show(answer, as_json=as_json)
