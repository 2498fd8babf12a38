"""What is everything made of? Wired by hand, here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event

from consumers.feed import LogFeed, histories
from consumers.relay import run_relay
from consumers.topics import Topics
from consumers.worker import Worker, run_worker
from entrypoints.settings import Settings
from journey.clinic import Clinic
from journey.store import codec
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from projections.database import ReadModels
from projections.models import PROJECTIONS


@dataclass(frozen=True, slots=True)
class App:
    """An installation: what happened, what is shown of it, and what keeps the one following the other."""

    settings: Settings
    clinic: Clinic
    store: Store
    models: ReadModels
    clock: Callable[[], datetime]

    @property
    def topics(self) -> Topics | None:
        """The topics on Kafka; None in embedded mode."""
        settings = self.settings
        if settings.kafka is None:
            return None
        return Topics(bootstrap=settings.kafka, prefix=settings.topic_prefix, replication=settings.replication)

    def catch_up(self) -> None:
        """In embedded mode bring the read models to the end of the log; else the workers do, in their own time."""
        if self.settings.embedded:
            self.worker().catch_up()

    def worker(self) -> Worker:
        """A worker that reads the log itself."""
        log = self.store.log
        return Worker(self.models, {name: LogFeed(log, log.store_id) for name in self.models.projections})

    def work(self, names: Sequence[str], stop: Event, *, member: str | None = None) -> None:
        """Run a worker for some projections until told to stop."""
        run_worker(self.models, self.store.log, names, stop, topics=self.topics, member=member)

    def relay(self, topics: Topics, stop: Event) -> None:
        """Publish the log to Kafka until told to stop."""
        url = self.settings.store
        run_relay(self.store.log, topics, stop, lock_url=url if self.store.log.postgres else None)


@contextmanager
def open_app(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    clinic: Clinic | None = None,
    simulated: bool = False,
    create: bool = True,
) -> Iterator[App]:
    """Open an installation, and make what is missing of it if `create`.

    Raises Misconfigured, journey.store.keys.KeyFault and journey.store.log.StoreUnavailable, each with its words.
    """
    with ExitStack() as opened:
        clinic = clinic or settings.clinic()
        keys = Keys.open(settings.master_key, settings.keys, create=create)
        opened.callback(keys.close)
        store = open_store(settings.store, keys=keys, clinic=clinic, clock=clock, simulated=simulated, create=create)
        opened.callback(store.close)
        models = ReadModels(
            settings.projections, PROJECTIONS, decode=codec.decode, clock=clock, history=histories(store.log)
        )
        opened.callback(models.close)
        yield App(settings=settings, clinic=clinic, store=store, models=models, clock=clock)
