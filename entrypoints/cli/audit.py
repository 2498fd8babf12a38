"""Who did what, who was refused, who looked, and what did a journey look like then?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from entrypoints.app import App
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
    instant,
    looked,
    replayed,
)
from entrypoints.cli.talk import Exit, Failed, Json, show
from journey.events import EVENTS
from journey.store import codec
from projections import audit
from projections.audit import Asked

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


@group.command("drug-ledger")
def drug_ledger_(
    context: typer.Context,
    *,
    container: Annotated[UUID | None, typer.Option(metavar="CONTAINER", help="Of this container alone.")] = None,
    since: Annotated[datetime | None, typer.Option(parser=instant, help="What happened from this time on.")] = None,
    until: Annotated[datetime | None, typer.Option(parser=instant, help="What happened before this time.")] = None,
    after: Annotated[int, typer.Option(min=0, help="After this position.")] = 0,
    limit: Limit = 200,
    as_json: Json = False,
) -> None:
    """Show what became of each container of the drug, and what was left of it at the end of each day."""
    with installation(context, current=True) as app:
        answer = audit.drug_ledger(
            app.models,
            container_id=container,
            since=since,
            until=until,
            after=after,
            limit=limit,
            clinic=app.clinic,
        )
        looked(app, "audit drug-ledger")
    show(answer if as_json else _ledger_in_short(answer), as_json=as_json)


def _ledger_in_short(answer: dict[str, Any]) -> dict[str, Any]:
    """What a person wants of the ledger: each movement, and the rest at the end of each day."""
    who = ("actor", "witnessed_by", "session_id", "finding")
    names = ("at", "container_id", "type", "change_ml", "rest_ml", "mg", *who)
    return {
        "position": answer["position"],
        "rows": [{name: it[name] for name in names} for it in answer["rows"]],
        "days": answer["days"],
        "next": answer["next"],
    }


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


Ask = Callable[[App, Asked], dict[str, Any]]


def _answering(name: str, ask: Ask, *, current: bool) -> Callable[..., None]:
    """The command that asks a question with the filters that most have."""

    def command(  # noqa: PLR0913 - each filter by its own name, as it is typed
        context: typer.Context,
        *,
        journey: MaybeJourney = None,
        site: Annotated[str | None, typer.Option(help="Of this site alone.")] = None,
        actor: Annotated[str | None, typer.Option(help="Done by or for this person.")] = None,
        kind: Annotated[str | None, typer.Option(help="Of this kind alone, by its code.")] = None,
        since: Since = None,
        until: Until = None,
        after: Annotated[str | None, typer.Option(help="What `next` said.")] = None,
        limit: Limit = 200,
        as_json: Json = False,
    ) -> None:
        asked = Asked(
            journey_id=journey,
            site=site,
            actor=actor,
            kind=kind,
            since=since,
            until=until,
            after=after,
            limit=limit,
        )
        with installation(context, current=current) as app:
            try:
                answer = ask(app, asked)
            except ValueError:
                raise Failed("--after takes what `next` said.", Exit.USAGE) from None
            looked(app, f"audit {name}", journey)
        show(answer, as_json=as_json)

    return command


def _register(name: str, words: str, ask: Ask, *, current: bool = True) -> None:
    group.command(name, help=words)(_answering(name, ask, current=current))


_register(
    "refused",
    "Show what was refused: who tried what, and why it was not allowed. Its kind is the refusal's code.",
    lambda app, asked: audit.refused(app.store.attempts, asked),
    current=False,
)
_register(
    "deviations",
    "Show which rules were broken, by which entries. Its kind is the rule's code.",
    lambda app, asked: audit.deviations(app.models, asked),
)
_register(
    "overrides",
    "Show what prescribers set aside, found at what. Its kind is the check or criterion.",
    lambda app, asked: audit.overrides(app.models, asked),
)
_register(
    "late",
    "Show what was recorded long after it happened. Its kind is the code of the reason.",
    lambda app, asked: audit.late(app.models, asked, app.clinic),
)
_register(
    "corrections",
    "Show what was replaced by what, and what turned stale by it. Its kind is amend or retract.",
    lambda app, asked: audit.corrections(app.models, asked),
)
_register(
    "unsigned",
    "Show sessions that are over and not signed off, the oldest first. Its kind is withheld or discharged.",
    lambda app, asked: audit.unsigned(app.models, asked, app.clock(), app.clinic),
)
_register(
    "consents",
    "Show the consent in force at each infusion, as known then and as known now. Its kind is a finding.",
    lambda app, asked: audit.consents_in_force(app.models, asked),
)
