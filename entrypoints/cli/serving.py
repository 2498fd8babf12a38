"""What runs until it is told to stop?"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Annotated

import typer

from consumers.metrics import Measure, listening, text
from consumers.published import current
from consumers.running import worker_of
from consumers.topics import create
from consumers.worker import stop_on_signals
from entrypoints.app import open_app, open_models, topics
from entrypoints.cli.asking import settings_of
from entrypoints.cli.projections import known
from entrypoints.cli.talk import say
from entrypoints.measuring import of_models, of_worker
from entrypoints.settings import Settings


def serve(
    context: typer.Context,
    *,
    host: Annotated[str | None, typer.Option(help="The address to serve at, as JOURNEY_HOST.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65_535, help="The port, as JOURNEY_PORT.")] = None,
) -> None:
    """Serve pages and programs over HTTP, until told to stop."""
    from entrypoints import server  # noqa: PLC0415 - slow to load, and few commands serve

    _talk()
    settings = settings_of(context)
    at = host or settings.host, settings.port if port is None else port
    with open_app(settings) as app, server.bound(*at) as listening:
        address, number = listening.getsockname()[:2]
        shown = f"[{address}]" if ":" in address else address
        server.serve(app, listening, started=lambda: say(f"serving at http://{shown}:{number}"))


def work(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="All if not said.")] = None,
    *,
    member: Annotated[str | None, typer.Option(help="This worker's name among those of its group.")] = None,
) -> None:
    """Keep read models up with the log, until told to stop."""
    stop = running()
    settings = settings_of(context)
    with open_models(settings, member=member) as (log, models):
        wanted = [known(models, name) for name in names or models.projections]
        worker = worker_of(models, log, wanted, topics(settings))
        with measured(settings, lambda: (*of_worker(worker), *of_models(models, log, wanted))):
            worker.run(stop)


def metrics(context: typer.Context) -> None:
    """Print what Prometheus is told of the read models, in its format."""
    with open_models(settings_of(context)) as (log, models):
        typer.echo(text(of_models(models, log)), nl=False)


def migrate(context: typer.Context) -> None:
    """Make what is missing: keys, tables and topics. Once, before anything else runs on PostgreSQL."""
    settings = settings_of(context)
    with open_app(settings, create=True) as app:
        say(f"the store {app.store.log.store_id} is ready")
    if (published := topics(settings)) is not None:
        made = create(current(published))
        say(f"made {', '.join(made)}" if made else "the topics are there")


@contextmanager
def measured(settings: Settings, measure: Measure) -> Iterator[None]:
    """Let Prometheus ask this process, if JOURNEY_METRICS_PORT says where."""
    if settings.metrics_port is None:
        yield
        return
    with listening(settings.host, settings.metrics_port, measure):
        yield


def _talk() -> None:
    """Let what runs say on stderr how it fares."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.WARNING)  # it tells of every step of a group


def running() -> Event:
    """Talk on stderr, and hear when it is time to stop."""
    _talk()
    stop = Event()
    stop_on_signals(stop)
    return stop
