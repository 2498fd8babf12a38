"""Does the log reach Kafka, and is what stands there the log?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer

from consumers.deadline import TRY_AGAIN
from consumers.proving import Verdict, verify
from consumers.relay import Relay, RelayEnded, run_relay
from consumers.republishing import republish
from consumers.standing import standing
from consumers.topics import KafkaUnavailable, Topics
from consumers.verifying import Spot
from entrypoints.app import now, open_log
from entrypoints.cli.asking import settings_of
from entrypoints.cli.serving import measured, running
from entrypoints.cli.talk import Exit, Failed, Json, progress, say, show
from entrypoints.cli.topics import configured
from entrypoints.measuring import of_relay
from journey.store import codec
from journey.store.log import EventLog
from journey.store.troubles import Troubles

group = typer.Typer(invoke_without_command=True, help="Publish the log to Kafka; alone it runs, as `run` does.")

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@group.callback()
def relay(context: typer.Context) -> None:
    """Publish the log to Kafka. Alone it runs, as `journey relay run` does."""
    if context.invoked_subcommand is None:
        run_(context)


@group.command("run")
def run_(context: typer.Context) -> None:
    """Publish the log to Kafka, in order, until told to stop. Ends with 75 when it is enough to start it again."""
    stop = running()
    with _opened(context) as (log, topics, troubles):
        troubles.last()
        url = settings_of(context).store if log.postgres else None
        try:
            relay, begun = Relay(log, topics, troubles=troubles), time.time()
            with measured(settings_of(context), lambda: of_relay(relay, log, begun, now())):
                run_relay(relay, stop, lock_url=url)
        except RelayEnded as ended:
            say(str(ended))
            raise typer.Exit(TRY_AGAIN) from None


@group.command("status")
def status_(context: typer.Context, *, as_json: Json = False) -> None:
    """Show how far the log is published: position, head, lag, epoch, and the relay's last error."""
    with _opened(context) as (log, topics, troubles):
        last, away = troubles.last(), None
        known: dict[str, Any] = {"store_id": log.store_id, "head": log.head()}
        try:
            known |= asdict(standing(log, topics, now()))
        except KafkaUnavailable as unavailable:
            away = str(unavailable)
    answer = known | {"last_error": None if last is None else asdict(last), "kafka": away or "answers"}
    show(codec.plain(answer), as_json=as_json)
    if away is not None:
        raise Failed(f"how far the log is published is not known: {away}")


@group.command("verify")
def verify_(context: typer.Context, *, as_json: Json = False) -> None:
    """Read the whole topic and compare it with the store: each event once, in order, byte for byte."""
    with _opened(context) as (log, topics, _), progress(quiet=as_json) as shown:
        reading = shown.add_task("reading the topic", total=None)
        verdict = verify(log, topics, lambda done, of: shown.update(reading, completed=done, total=of))
    show(codec.plain(_answer(verdict, as_json=as_json)), as_json=as_json)
    if verdict.faults:
        said = ", ".join(f"{fault.count} {fault.kind}" for fault in verdict.faults)
        raise Failed(f"{verdict.topic} is not what the store holds: {said}", Exit.UNVERIFIED)


@group.command("republish")
def republish_(context: typer.Context, *, yes: Yes = False) -> None:
    """Let the relay begin anew in a topic of the next epoch: the way back when the current one can't go on."""
    with _opened(context) as (log, topics, _):
        if not yes:
            typer.confirm(
                "Every event goes out once more, to a new topic. Read models are rebuilt afterwards, and subscribers "
                "begin anew. Go on?",
                abort=True,
                err=True,
            )
        try:
            place = republish(log, topics)
        except RelayEnded as ended:
            raise Failed(str(ended)) from None
    say(f"the relay goes on at position 1 of {topics.of(place.log_epoch).events}")


@contextmanager
def _opened(context: typer.Context) -> Iterator[tuple[EventLog, Topics, Troubles]]:
    topics = configured(context)
    with open_log(settings_of(context)) as log:
        yield log, topics, Troubles(log, now, topics.relay)


def _answer(verdict: Verdict, *, as_json: bool) -> dict[str, Any]:
    found = asdict(verdict) | {
        "verified": not verdict.faults,
        "events_per_second": round(verdict.records / verdict.seconds),
        "seconds": round(verdict.seconds, 1),
    }
    if not as_json:
        found["faults"] = [
            {"kind": it.kind, "count": it.count, "first": ", ".join(map(_said, it.first))} for it in verdict.faults
        ]
    return found


def _said(spot: Spot) -> str:
    where = "" if spot.partition is None else f"partition {spot.partition} offset {spot.offset}"
    return where if spot.position is None else f"position {spot.position} {where}".strip()
