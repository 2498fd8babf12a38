"""What do all commands of the line share: options, an opened installation, a row for each look at a journey?"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from entrypoints.app import App, open_app
from entrypoints.cli.talk import Exit, Failed
from entrypoints.settings import Settings
from journey.recorded import Actor
from journey.store.access import Outcome
from journey.store.reading import read
from journey.values import Role
from projections import audit

OPERATOR = "operator"
"""The role of whoever has the command line: no role of the clinic, for the keys are at hand there."""


def instant(text: str) -> datetime:
    """A time with its offset from UTC."""
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment
    raise typer.BadParameter("must be a time in ISO 8601, with its offset from UTC")


def day(text: str) -> date:
    """A day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("must be a date in ISO 8601") from None


JourneyId = Annotated[UUID, typer.Argument(metavar="JOURNEY", help="The journey's id.")]
SessionId = Annotated[UUID, typer.Argument(metavar="SESSION", help="The session's id.")]
MaybeJourney = Annotated[UUID | None, typer.Option("--journey", metavar="JOURNEY", help="Of this journey alone.")]
AtVersion = Annotated[int | None, typer.Option(min=1, help="As of a version.")]
AsRecorded = Annotated[datetime | None, typer.Option(parser=instant, metavar="TIME", help="As recorded by a time.")]
AsHappened = Annotated[
    datetime | None, typer.Option(parser=instant, metavar="TIME", help="As of when it happened, as it is known now.")
]
Since = Annotated[datetime | None, typer.Option(parser=instant, metavar="TIME", help="Recorded from this time on.")]
Until = Annotated[datetime | None, typer.Option(parser=instant, metavar="TIME", help="Recorded before this time.")]
ActingRole = Annotated[Role, typer.Option(help="The role you act in.")]
ActingAs = Annotated[str | None, typer.Option(help="Who you are; your name on this machine if not said.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="So many rows at most.")]


def acting(role: Role, by: str | None) -> Actor:
    """Whoever sits there, in a role. Raises journey.store.reading.Invalid."""
    return read(Actor, {"user": by or getpass.getuser(), "role": role})


@contextmanager
def installation(context: typer.Context, *, current: bool = False) -> Iterator[App]:
    """Open the installation that the settings name, its read models `current` if they are to answer."""
    with open_app(settings_of(context)) as app:
        if current:
            app.catch_up()
        yield app


def settings_of(context: typer.Context) -> Settings:
    """The settings of this call."""
    settings: Settings = context.find_root().obj
    return settings


def looked(app: App, command: str, journey_id: UUID | None = None, *, found: bool = True) -> None:
    """Leave the row that every look at a person's data leaves."""
    who = getpass.getuser(), OPERATOR, f"journey {command}", journey_id
    if found:
        app.store.access.record(*who)
    else:
        app.store.access.record(*who, Outcome.NOT_FOUND)


def replayed(
    context: typer.Context,
    command: str,
    journey_id: UUID,
    at_version: int | None,
    as_recorded: datetime | None,
    as_happened: datetime | None,
) -> dict[str, Any]:
    """A journey replayed, the look recorded under the command that asks. Raises Failed."""
    with installation(context) as app:
        rows = app.history(journey_id)
        looked(app, command, journey_id, found=bool(rows))
        if not rows:
            raise Failed("There is no such journey.", Exit.NOT_FOUND)
        return audit.replay(
            rows, at_version=at_version, as_recorded=as_recorded, as_happened=as_happened, clinic=app.past
        )
