"""How far are the read models, are they what the events say, and how are they built anew?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated

import typer
from rich.progress import TaskID

from consumers.beginning import beginnings
from entrypoints.app import open_models, topics
from entrypoints.cli.asking import settings_of
from entrypoints.cli.talk import Exit, Failed, Json, progress, say, show
from entrypoints.settings import Settings
from journey.store import codec
from projections.building import build
from projections.crew import Crew, Heard, together
from projections.database import ReadModels
from projections.rebuild import rebuild, switch, switch_back
from projections.status import status
from projections.verifying import verify

group = typer.Typer(no_args_is_help=True, help="How far are the read models, and are they what the events say?")

Name = Annotated[str, typer.Argument(metavar="NAME", help="schedule, outcome or audit.")]
Processes = Annotated[int, typer.Option(min=1, max=64, help="So many side by side; as many as the machine has cores.")]
CORES = os.cpu_count() or 1


@group.command("status")
def status_(context: typer.Context, *, as_json: Json = False) -> None:
    """Show of each read model its position, the log's head, the lag, what is parked, and whether it moves.

    As JSON also of each of its partitions, and which worker moved it last.
    """
    with open_models(settings_of(context)) as (log, models):
        answer = status(models, log)
    show(answer if as_json else [{**it, "partitions": len(it["partitions"])} for it in answer], as_json=as_json)


@group.command("rebuild")
def rebuild_(
    context: typer.Context,
    name: Name,
    *,
    processes: Processes = CORES,
    no_switch: Annotated[bool, typer.Option("--no-switch", help="Build only; `switch` switches.")] = False,
) -> None:
    """Build a read model anew beside the live one, and switch. What was begun and killed goes on where it was."""
    settings = settings_of(context)
    with open_models(settings) as (log, models), _heard() as heard:
        known(models, name)
        if no_switch:
            built = build(models, name, log, _crew(settings, processes), heard)
            said = f"{name} is built up to position {built.position}; `journey projections switch {name}` switches"
        else:
            begins = partial(beginnings, log, topics(settings))
            position = rebuild(models, name, log, crew=_crew(settings, processes), heard=heard, begins=begins)
            said = f"{name} is rebuilt up to position {position}"
    say(said)


@group.command("switch")
def switch_(context: typer.Context, name: Name) -> None:
    """Switch to the build that is made and not live yet."""
    settings = settings_of(context)
    with open_models(settings) as (log, models), _heard() as heard:
        begins = partial(beginnings, log, topics(settings))
        position = switch(models, known(models, name), log, heard=heard, begins=begins)
    say(f"{name} is switched, at position {position}; `journey projections switch-back {name}` undoes it")


@group.command("switch-back")
def switch_back_(context: typer.Context, name: Name) -> None:
    """Switch to the build that was live before, once it is brought up to the end of the log."""
    with open_models(settings_of(context)) as (log, models), _heard() as heard:
        position = switch_back(models, known(models, name), log, heard=heard)
    say(f"{name} is switched back, at position {position}")


@group.command("verify")
def verify_(context: typer.Context, name: Name, *, processes: Processes = CORES, as_json: Json = False) -> None:
    """Fold every journey anew, compare every row, and name each that differs."""
    settings = settings_of(context)
    with open_models(settings) as (log, models), _heard() as heard:
        found = verify(models, known(models, name), log, _crew(settings, processes), heard)
    differences = codec.plain(found)
    show({"name": name, "verified": not differences, "differences": differences}, as_json=as_json)
    if differences:
        raise Failed(f"{len(differences)} rows are not what the events say", Exit.UNVERIFIED)


def known(models: ReadModels, name: str) -> str:
    """The name of a read model that there is."""
    if name not in models.projections:
        raise Failed(f"There is no such read model; there are {', '.join(models.projections)}.", Exit.NOT_FOUND)
    return name


def _crew(settings: Settings, processes: int) -> Crew:
    return together(partial(open_models, settings), processes)


@contextmanager
def _heard() -> Iterator[Heard]:
    """Show how far a long work is."""
    with progress() as shown:
        tasks: dict[str, TaskID] = {}

        def hear(doing: str, done: int, of: int) -> None:
            if doing not in tasks:
                tasks[doing] = shown.add_task(doing, total=of or None)
            shown.update(tasks[doing], completed=done, total=of or None)

        yield hear
