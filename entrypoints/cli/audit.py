"""Who did what, who was refused, who looked, and what did a journey look like then?"""

from __future__ import annotations

from typing import Annotated

import typer

from entrypoints.cli.asking import (
    AsHappened,
    AsRecorded,
    AtVersion,
    JourneyId,
    Limit,
    MaybeJourney,
    Since,
    Until,
    installation,
    looked,
    replayed,
)
from entrypoints.cli.talk import Exit, Failed, Json, show
from journey.events import EVENTS
from journey.store import codec
from projections import audit

group = typer.Typer(no_args_is_help=True, help="Who did what, who was refused, who looked?")


@group.command("timeline")
def timeline_(  # noqa: PLR0913 - each filter by its own name, as it is typed
    context: typer.Context,
    *,
    journey: MaybeJourney = None,
    actor: Annotated[str | None, typer.Option(help="Entered by or for this person.")] = None,
    kind: Annotated[list[str] | None, typer.Option("--type", help="Of these types of event.")] = None,
    site: Annotated[str | None, typer.Option(help="Of this site alone.")] = None,
    since: Since = None,
    until: Until = None,
    after: Annotated[int, typer.Option(min=0, help="After this position.")] = 0,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """Show entries as they were made: who, what, when it happened, when it was recorded, why."""
    unknown = [name for name in kind or () if name not in EVENTS]
    if unknown:
        raise Failed("--type: there is no such type of event; see docs/events.md.", Exit.USAGE)
    with installation(context, current=True) as app:
        answer = audit.timeline(
            app.models,
            journey_id=journey,
            actor=actor,
            types=kind or (),
            site=site,
            since=since,
            until=until,
            after=after,
            limit=limit,
            clinic=app.clinic,
        )
        looked(app, "audit timeline", journey)
    show(answer, as_json=as_json)


@group.command("replay")
def replay_(
    context: typer.Context,
    journey: JourneyId,
    *,
    at_version: AtVersion = None,
    as_recorded: AsRecorded = None,
    as_happened: AsHappened = None,
    as_json: Json = False,
) -> None:
    """Replay a journey from its events: its state, and what each step changed."""
    answer = replayed(context, "audit replay JOURNEY", journey, at_version, as_recorded, as_happened)
    show(answer, as_json=as_json)


@group.command("refused")
def refused_(
    context: typer.Context,
    *,
    journey: MaybeJourney = None,
    actor: Annotated[str | None, typer.Option(help="Asked by this person.")] = None,
    since: Since = None,
    until: Until = None,
    after: Annotated[str | None, typer.Option(help="What `next` said.")] = None,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """Show what was refused: who tried what, and why it was not allowed."""
    with installation(context) as app:
        try:
            answer = audit.refused(
                app.store.attempts,
                journey_id=journey,
                actor=actor,
                since=since,
                until=until,
                after=after,
                limit=limit,
            )
        except ValueError:
            raise Failed("--after takes what `next` said.", Exit.USAGE) from None
        looked(app, "audit refused", journey)
    show(answer, as_json=as_json)


@group.command("reads")
def reads_(
    context: typer.Context,
    *,
    journey: MaybeJourney = None,
    subject: Annotated[str | None, typer.Option(help="Looks of this person.")] = None,
    since: Since = None,
    until: Until = None,
    after: Annotated[int, typer.Option(min=0, help="After this position.")] = 0,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """Show who looked at what."""
    with installation(context) as app:
        looked(app, "audit reads", journey)
        found = app.store.access.reads(
            journey_id=journey, subject=subject, since=since, until=until, after=after, limit=limit + 1
        )
    rows = codec.plain(found[:limit])
    show({"rows": rows, "next": rows[-1]["position"] if len(found) > limit else None}, as_json=as_json)
