"""What runs until it is told to stop?"""

from __future__ import annotations

import logging
import sys
from threading import Event
from typing import Annotated

import typer

from consumers.deadline import TRY_AGAIN
from consumers.relay import RelayEnded, run_relay
from consumers.worker import run_worker, stop_on_signals
from entrypoints.app import open_app, open_log, open_models, topics
from entrypoints.cli.asking import settings_of
from entrypoints.cli.projections import known
from entrypoints.cli.talk import say
from entrypoints.cli.topics import configured


def relay(context: typer.Context) -> None:
    """Publish the log to Kafka, in order, until told to stop. Ends with 75 when it is enough to start it again."""
    stop = _running()
    settings, published = settings_of(context), configured(context)
    try:
        with open_log(settings) as log:
            run_relay(log, published, stop, lock_url=settings.store if log.postgres else None)
    except RelayEnded as ended:
        say(str(ended))
        raise typer.Exit(TRY_AGAIN) from None


def work(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="All if not said.")] = None,
    *,
    member: Annotated[str | None, typer.Option(help="This worker's name among those of its group.")] = None,
) -> None:
    """Keep read models up with the log, until told to stop."""
    stop = _running()
    settings = settings_of(context)
    with open_models(settings) as (log, models):
        wanted = [known(models, name) for name in names or models.projections]
        run_worker(models, log, wanted, stop, topics=topics(settings), member=member)


def migrate(context: typer.Context) -> None:
    """Make what is missing: keys and tables. Once, before anything else runs on PostgreSQL."""
    with open_app(settings_of(context), create=True) as app:
        say(f"the store {app.store.log.store_id} is ready")


def _running() -> Event:
    """Talk on stderr, and hear when it is time to stop."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stop = Event()
    stop_on_signals(stop)
    return stop
