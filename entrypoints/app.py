"""What is everything made of? Wired by hand, here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from consumers.log_feed import feeds, histories
from consumers.topics import Topics
from consumers.worker import Worker
from entrypoints.settings import Settings
from journey.clinic import Clinic
from journey.events import OF_CONTAINER, Event
from journey.recorded import Recorded
from journey.response import ResponseRule
from journey.store import at_once, codec, configuration, opening, rules
from journey.store.keys import Keys
from journey.store.log import EventLog
from journey.store.opening import Store, open_store
from projections.database import ReadModels
from projections.models import projections
from projections.reading import remembered
from projections.schedule import Terms

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class App:
    """An installation: what happened, what is shown of it, and what keeps the one following the other."""

    settings: Settings
    clinic: Clinic
    store: Store
    models: ReadModels
    clock: Clock

    @property
    def rules(self) -> Mapping[str, ResponseRule]:
        """The response rules in force at this moment, by id."""
        return rules.InForce(self.store.log, self.clinic.rules)

    @property
    def past(self) -> Clinic:
        """The clinic with every version of every response rule, by digest: what old reviews are recomputed by."""
        return replace(self.clinic, rules=rules.Ever(self.store.log))

    @property
    def today(self) -> date:
        """The site's own day."""
        return self.clinic.site.day(self.clock())

    def history(self, journey_id: UUID) -> list[tuple[int, Recorded[Event]]]:
        """A journey's events with their positions; none of a container of the drug, which is no journey."""
        rows = [(row.position, codec.decode(row.body)) for row in self.store.log.stream(journey_id)]
        return [] if rows and type(rows[0][1].event) in OF_CONTAINER else rows

    def log_of(self, journey_id: UUID) -> list[Recorded[Event]]:
        """A journey's events alone."""
        return [entry for _, entry in self.history(journey_id)]

    def catch_up(self) -> None:
        """In embedded mode bring the read models to the end of the log; else the workers do, in their own time."""
        if self.settings.embedded:
            self.worker().catch_up()

    def worker(self) -> Worker:
        """A worker that reads the log itself."""
        return Worker(self.models, feeds(self.store.log, self.models.projections))


@contextmanager
def open_app(
    settings: Settings,
    *,
    clock: Clock = now,
    clinic: Clinic | None = None,
    simulated: bool = False,
    create: bool | None = None,
) -> Iterator[App]:
    """Open an installation, and make what is missing of it if `create`; if nothing is said, where it is a file.

    Raises Misconfigured, journey.store.keys.KeyFault and journey.store.log.StoreUnavailable, each with its words.
    """
    with ExitStack() as opened:
        clinic = clinic or settings.clinic()
        create = settings.store.startswith("sqlite") if create is None else create
        keys = Keys.open(settings.master_key, settings.keys, create=create)
        opened.callback(keys.close)
        store = open_store(settings.store, keys=keys, clinic=clinic, clock=clock, simulated=simulated, create=create)
        opened.callback(store.close)
        models = opened.enter_context(_models(settings, store.log, clock))
        if create:
            models.publish()
        yield App(settings=settings, clinic=store.clinic, store=store, models=models, clock=clock)


def topics(settings: Settings) -> Topics | None:
    """The installation's topics on Kafka; None in embedded mode."""
    if settings.kafka is None:
        return None
    return Topics(bootstrap=settings.kafka, prefix=settings.topic_prefix, replication=settings.replication)


@contextmanager
def open_log(settings: Settings) -> Iterator[EventLog]:
    """Open the events alone: what a relay needs, and no key."""
    log = opening.open_log(settings.store)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def open_models(
    settings: Settings, clock: Clock = now, *, member: str | None = None
) -> Iterator[tuple[EventLog, ReadModels]]:
    """Open the events and the read models: what a worker needs, and no key. `member` is the worker's name."""
    with open_log(settings) as log, _models(settings, log, clock, member) as models:
        yield log, models


@contextmanager
def _models(settings: Settings, log: EventLog, clock: Clock, member: str | None = None) -> Iterator[ReadModels]:
    decode = remembered(at_once.decode)
    models = ReadModels(
        settings.projections,
        projections(Terms(configuration.Policies(log), rules.OfItsDay(log))),
        decode=decode,
        clock=clock,
        history=histories(log, decode),
        log=log,
        member=member,
    )
    try:
        yield models
    finally:
        models.close()
