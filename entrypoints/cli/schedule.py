"""What happens on a day, what is due, how does a series go?"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from entrypoints.cli.asking import JourneyId, MaybeJourney, day, installation, instant, looked
from entrypoints.cli.talk import Exit, Failed, Json, show
from entrypoints.finding import series_slots
from journey.store import codec
from projections import schedule

group = typer.Typer(no_args_is_help=True, help="What happens on a day, what is due, how does a series go?")


@group.command("day")
def day_(
    context: typer.Context,
    on: Annotated[date | None, typer.Argument(parser=day, metavar="[DATE]", help="Today if not said.")] = None,
    *,
    as_json: Json = False,
) -> None:
    """Show a day's board, by chair and time."""
    with installation(context, current=True) as app:
        site = app.clinic.site
        answer = schedule.day(app.models, site.tzinfo, on or site.local(app.clock()).date(), app.clinic.policy)
        looked(app, "schedule day")
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


@group.command("series")
def series_(context: typer.Context, journey: JourneyId, *, as_json: Json = False) -> None:
    """Show a patient's series: planned slots and given infusions."""
    with installation(context, current=True) as app:
        answer = schedule.series(app.models, journey)
        looked(app, "schedule series JOURNEY", journey, found=answer is not None)
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
