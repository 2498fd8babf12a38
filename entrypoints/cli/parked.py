"""Which journeys wait because an event could not be read or folded, and how do they go on?"""

from __future__ import annotations

import getpass
from typing import Annotated
from uuid import UUID

import typer

from entrypoints.app import open_models
from entrypoints.cli.asking import settings_of
from entrypoints.cli.projections import Name, known
from entrypoints.cli.talk import Exit, Failed, Json, say, show
from journey.store import codec
from projections.database import ReadModels
from projections.facts import facts
from projections.parking import SkipReason
from projections.place import Stopped
from projections.reading import UNKNOWN_JOURNEY
from projections.redriving import NotThis, Redriven, queues, redrive, skip

group = typer.Typer(no_args_is_help=True, help="Which journeys wait, and how do they go on?")


def waiting(text: str) -> str:
    """A journey's id, or what stands for records that name none."""
    try:
        return text if text == UNKNOWN_JOURNEY else str(UUID(text))
    except ValueError:
        raise typer.BadParameter(f"is a journey's id, or {UNKNOWN_JOURNEY}") from None


MaybeName = Annotated[str | None, typer.Argument(metavar="[NAME]", help="Of this read model alone.")]
Journey = Annotated[
    str, typer.Argument(parser=waiting, metavar="JOURNEY", help=f"Its id; {UNKNOWN_JOURNEY} of records that name none.")
]


@group.command("list")
def list_(
    context: typer.Context,
    name: MaybeName = None,
    *,
    skipped: Annotated[bool, typer.Option("--skipped", help="Show what was left out, and by whom.")] = False,
    as_json: Json = False,
) -> None:
    """Show each journey that waits: at which event, why, since when, and how many events wait with it."""
    with open_models(settings_of(context)) as (_, models):
        names = models.projections if name is None else [known(models, name)]
        if skipped:
            rows = [{"projection": it} | row for it in names for row in _skipped(models, it)]
        else:
            rows = [codec.plain(queue) for it in names for queue in queues(models, it)]
    show({"rows": rows}, as_json=as_json)


@group.command("show")
def show_(context: typer.Context, name: Name, journey: Journey, *, as_json: Json = False) -> None:
    """Show what waits of a journey, in order: the fault, and the envelope's facts as far as they can be trusted."""
    with open_models(settings_of(context)) as (_, models), models.database.reading() as session:
        queue = models.parking(session, known(models, name)).queue(journey)
    if not queue:
        raise Failed("Nothing of this journey waits.", Exit.NOT_FOUND)
    show({"projection": name, "journey_id": journey, "rows": [facts(it) for it in queue]}, as_json=as_json)


@group.command("redrive")
def redrive_(
    context: typer.Context,
    name: Name,
    journey: Annotated[
        str | None, typer.Argument(parser=waiting, metavar="[JOURNEY]", help="Of all if not said.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Try again what waits, in order; what still fails waits on, and the exit code is 3."""
    with open_models(settings_of(context)) as (_, models):
        journeys = [it.journey_id for it in queues(models, known(models, name))] if journey is None else [journey]
        done = []
        try:
            for it in journeys or [UNKNOWN_JOURNEY]:
                done += redrive(models, name, it)
        except Stopped as stopped:
            raise Failed(str(stopped)) from None
        with models.database.reading() as session:
            broken = models.breaker(session, name).words()
    _told(done, as_json=as_json)
    if broken is not None:
        raise Failed(broken, Exit.UNVERIFIED)


@group.command("skip")
def skip_(
    context: typer.Context,
    name: Name,
    journey: Journey,
    *,
    position: Annotated[int, typer.Option(help="The position of the event to leave out, as `list` shows it.")],
    reason: Annotated[SkipReason, typer.Option(help="Why it is left out.")],
    as_json: Json = False,
) -> None:
    """Leave out for good the event that a journey waits for, and redrive the rest. Your name is kept with it."""
    with open_models(settings_of(context)) as (_, models):
        try:
            done = skip(models, known(models, name), journey, position, reason, getpass.getuser())
        except NotThis as other:
            raise Failed(str(other), Exit.CONFLICT) from None
        except Stopped as stopped:
            raise Failed(str(stopped)) from None
    say(f"left out of {name}; its rows say so from now on. `journey projections rebuild {name}` makes them whole")
    _told([done], as_json=as_json)


def _skipped(models: ReadModels, name: str) -> list[dict[str, object]]:
    with models.database.reading() as session:
        found: list[dict[str, object]] = codec.plain(models.parking(session, name).skipped())
    return found


def _told(done: list[Redriven], *, as_json: bool) -> None:
    show({"rows": codec.plain(done)}, as_json=as_json)
    if still := sum(it.waiting > 0 for it in done):
        raise Failed(f"{still} of {len(done)} still wait", Exit.UNVERIFIED)
