"""What is there for analysts, and who of them may read it where it lies?"""

from __future__ import annotations

from typing import Annotated

import typer

from entrypoints.app import open_models
from entrypoints.cli.asking import settings_of
from entrypoints.cli.talk import Json, say, show
from entrypoints.exporting.dictionary import dictionary
from projections.granting import grant

group = typer.Typer(no_args_is_help=True, help="What is there for analysts, and who may read it where it lies?")


@group.command("views")
def views_(context: typer.Context, *, as_json: Json = False) -> None:
    """Show every view, its name in SQL, and what a row is; as JSON also its columns: the dictionary."""
    with open_models(settings_of(context)) as (_, models):
        told = dictionary(models.projections.values())
    show(told if as_json else [{**it, "columns": len(it["columns"])} for it in told], as_json=as_json)


@group.command("grant")
def grant_(
    context: typer.Context,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role of PostgreSQL; made if there is none.")],
) -> None:
    """Let a role of PostgreSQL read the views, and nothing else; refuses one that could do more.

    It has no password: how it signs in is PostgreSQL's to say, by its administrator.
    """
    with open_models(settings_of(context)) as (_, models):
        models.publish()
        with models.database.writing() as session:
            grant(session, role)
    say(f"{role} reads the views, and nothing else")
