"""How far are the read models, and are they what the events say?"""

from __future__ import annotations

from typing import Annotated

import typer

from entrypoints.app import open_models
from entrypoints.cli.asking import settings_of
from entrypoints.cli.talk import Exit, Failed, Json, say, show
from journey.store import codec
from projections.database import ReadModels
from projections.rebuild import rebuild
from projections.status import status
from projections.verifying import verify

group = typer.Typer(no_args_is_help=True, help="How far are the read models, and are they what the events say?")

Name = Annotated[str, typer.Argument(metavar="NAME", help="schedule, outcome or audit.")]


@group.command("status")
def status_(context: typer.Context, *, as_json: Json = False) -> None:
    """Show of each read model its position, the log's head, the lag, what is parked, and whether it moves.

    As JSON also of each of its partitions, and which worker moved it last.
    """
    with open_models(settings_of(context)) as (log, models):
        answer = status(models, log)
    show(answer if as_json else [{**it, "partitions": len(it["partitions"])} for it in answer], as_json=as_json)


@group.command("rebuild")
def rebuild_(context: typer.Context, name: Name) -> None:
    """Build a read model anew beside the live one, and switch."""
    with open_models(settings_of(context)) as (log, models):
        position = rebuild(models, known(models, name), log)
    say(f"{name} is rebuilt up to position {position}")


@group.command("verify")
def verify_(context: typer.Context, name: Name, *, as_json: Json = False) -> None:
    """Build a read model into a scratch, compare every row, and name each that differs."""
    with open_models(settings_of(context)) as (log, models):
        differences = codec.plain(verify(models, known(models, name), log))
    show({"name": name, "verified": not differences, "differences": differences}, as_json=as_json)
    if differences:
        raise Failed(f"{len(differences)} rows are not what the events say", Exit.UNVERIFIED)


def known(models: ReadModels, name: str) -> str:
    """The name of a read model that there is."""
    if name not in models.projections:
        raise Failed(f"There is no such read model; there are {', '.join(models.projections)}.", Exit.NOT_FOUND)
    return name
