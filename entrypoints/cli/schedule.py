"""What happens on a day, what is due, how does a series go?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer

from entrypoints.app import App
from entrypoints.board import board
from entrypoints.cli.asking import (
    ActingAs,
    ActingRole,
    JourneyId,
    MaybeJourney,
    acting,
    day,
    installation,
    instant,
    looked,
)
from entrypoints.cli.talk import Exit, Failed, Json, show
from entrypoints.finding import series_slots
from entrypoints.periods import TooLong, period
from journey.store import codec
from journey.values import Role
from projections import schedule

group = typer.Typer(no_args_is_help=True, help="What happens on a day, what is due, how does a series go?")


MaybeDay = Annotated[date | None, typer.Argument(parser=day, metavar="[DATE]", help="Today if not said.")]
FirstDay = Annotated[
    date | None,
    typer.Option("--from", parser=day, metavar="DATE", help="The first day; a Monday if not said."),
]
LastDay = Annotated[
    date | None, typer.Option(parser=day, metavar="DATE", help="The last day; a week from the first if not said.")
]


@group.command("board")
def board_(
    context: typer.Context, on: MaybeDay = None, *, role: ActingRole, by: ActingAs = None, as_json: Json = False
) -> None:
    """Show a day by chair and time, and of each visit the step that is next and what your role may do for it."""
    actor = acting(role, by)
    with installation(context, current=True) as app:
        answer = board(app, on or app.today, actor)
        looked(app, "schedule board")
    show(answer, as_json=as_json)


@group.command("day")
def day_(context: typer.Context, on: MaybeDay = None, *, as_json: Json = False) -> None:
    """Show a day's board, by chair and time."""
    with installation(context, current=True) as app:
        answer = schedule.day(app.models, app.clinic.site.tzinfo, on or app.today, app.clinic.policy)
        looked(app, "schedule day")
    show(answer, as_json=as_json)


@group.command("week")
def week_(context: typer.Context, on: MaybeDay = None, *, as_json: Json = False) -> None:
    """Show the week of a day: how full each of its days is, and its visits."""
    with installation(context, current=True) as app:
        answer = schedule.week(app.models, app.clinic.site, on or app.today, app.clock())
        looked(app, "schedule week")
    show(answer, as_json=as_json)


@group.command("chairs")
def chairs_(context: typer.Context, *, first: FirstDay = None, until: LastDay = None, as_json: Json = False) -> None:
    """Show how much of the time in which each chair is open (open_min) it is booked and used."""
    with installation(context, current=True) as app:
        answer = schedule.chairs(app.models, app.clinic.site, *_period(app, first, until), app.clock())
        looked(app, "schedule chairs")
    show(answer, as_json=as_json)


@group.command("staff")
def staff_(context: typer.Context, *, first: FirstDay = None, until: LastDay = None, as_json: Json = False) -> None:
    """Show how much of each nurse's and provider's patient-minutes (open_min) is booked, and how many at once."""
    with installation(context, current=True) as app:
        answer = schedule.staff(app.models, app.clinic.site, *_period(app, first, until), app.clock())
        looked(app, "schedule staff")
    show(answer, as_json=as_json)


def _period(app: App, first: date | None, until: date | None) -> tuple[date, date]:
    try:
        return period(app.today, first, until)
    except TooLong as wrong:
        raise Failed(str(wrong), Exit.USAGE) from None


@group.command("maintenance")
def maintenance_(
    context: typer.Context,
    *,
    until: Annotated[date | None, typer.Option(parser=day, metavar="DATE", help="Due by this day.")] = None,
    as_json: Json = False,
) -> None:
    """Show whose infusion of maintenance is due, and which are booked, overdue or ahead."""
    with installation(context, current=True) as app:
        answer = schedule.maintenance(app.models, app.clinic.site, app.today, until)
        looked(app, "schedule maintenance")
    show(answer, as_json=as_json)


@group.command("due")
def due_(
    context: typer.Context,
    *,
    until: Annotated[datetime | None, typer.Option(parser=instant, metavar="TIME", help="Due by this time.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of this kind alone.")] = None,
    journey: MaybeJourney = None,
    as_json: Json = False,
) -> None:
    """Show what is due: appointments, reviews, maintenance, tasks; each with its date and reason."""
    with installation(context, current=True) as app:
        answer = schedule.due(app.models, until=until, kind=kind, journey_id=journey)
        looked(app, "schedule due", journey)
    show(answer, as_json=as_json)


@group.command("tasks")
def tasks_(
    context: typer.Context,
    *,
    owner: Annotated[Role | None, typer.Option(help="Of this role alone.")] = None,
    site: Annotated[str | None, typer.Option(help="Of this site alone.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only what is late.")] = False,
    until: Annotated[
        datetime | None, typer.Option(parser=instant, metavar="TIME", help="What will stand by then, too.")
    ] = None,
    journey: MaybeJourney = None,
    as_json: Json = False,
) -> None:
    """Show what is to be done now, by whom and by which command. Nothing is done by itself."""
    with installation(context, current=True) as app:
        answer = schedule.tasks(
            app.models,
            owner=owner,
            site=site,
            overdue=overdue,
            until=until,
            journey_ids=None if journey is None else [journey],
        )
        looked(app, "schedule tasks", journey)
    show(answer, as_json=as_json)


@group.command("series")
def series_(
    context: typer.Context,
    journey: Annotated[
        UUID | None, typer.Argument(metavar="[JOURNEY]", help="A journey's id; every open series if not said.")
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show a patient's series, planned slots and given infusions; or every series that is not given to its end."""
    with installation(context, current=True) as app:
        answer = schedule.open_series(app.models) if journey is None else schedule.series(app.models, journey)
        looked(app, "schedule series" + ("" if journey is None else " JOURNEY"), journey, found=answer is not None)
    if answer is None:
        raise Failed("There is no such journey.", Exit.NOT_FOUND)
    show(answer, as_json=as_json)


@group.command("find")
def find_(
    context: typer.Context,
    journey: JourneyId,
    *,
    earliest_at: Annotated[
        datetime | None, typer.Option("--from", parser=instant, metavar="TIME", help="Not before; now if not said.")
    ] = None,
    until: Annotated[
        date | None, typer.Option(parser=day, metavar="DATE", help="The last day; a month on if not said.")
    ] = None,
    length_min: Annotated[
        int | None, typer.Option(min=1, max=600, help="Minutes of a visit; infusion and watch if not said.")
    ] = None,
    provider: Annotated[str | None, typer.Option(help="A provider at each visit, or any.")] = None,
    as_json: Json = False,
) -> None:
    """Find the earliest series that fills the plan, or what prevents it. Nothing is held by asking."""
    with installation(context) as app:
        begins = earliest_at or app.clock()
        answer = series_slots(app.store, journey, begins, until=until, length_min=length_min, provider=provider)
        looked(app, "schedule find JOURNEY", journey, found=answer is not None)
    if answer is None:
        raise Failed("There is no such journey.", Exit.NOT_FOUND)
    show(codec.plain(answer), as_json=as_json)
