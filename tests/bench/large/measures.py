"""What is measured of a log of some length?"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from statistics import median
from threading import Event, Thread
from uuid import UUID, uuid4

import orjson

from consumers.log_feed import histories
from consumers.relay import Relay
from consumers.topics import Topics
from entrypoints.importing import read_request
from journey.commands import CompleteAssessment
from journey.store import codec
from journey.store.log import EventLog
from journey.store.mapper import Entry
from journey.store.opening import Store, open_log
from journey.store.request import Status
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.place import Place
from projections.rebuild import rebuild
from tests.bench import corpus
from tests.bench.databases import Fresh, reopened
from tests.bench.large import yardsticks
from tests.bench.large.growing import Cohort
from tests.bench.measured import timed
from tests.servers import processes

MANY = 100
"""So many journeys are loaded, or asked something of, in a turn."""
SHORT = 20
"""So many events has the journey that a command is decided on."""
ASKED = 4
"""The line of the corpus that makes it one longer: an assessment."""
DECODED = 5_000


@dataclass(frozen=True, slots=True)
class Grown:
    """A store that has grown to some length, and read models that tell it."""

    database: Fresh
    models: Fresh
    cohort: Cohort

    def journeys(self) -> list[UUID]:
        """Some journeys from everywhere in the log."""
        return self._some(self.cohort.journey)

    def containers(self) -> list[UUID]:
        """Some containers from everywhere in the log."""
        return self._some(self.cohort.container)

    def _some(self, of: Callable[[int, int], UUID]) -> list[UUID]:
        copies, chance = self.cohort.copies, random.Random(self.cohort.copies)
        return [of(chance.randrange(1_000), chance.randrange(copies)) for _ in range(MANY)]


@dataclass(frozen=True, slots=True)
class Ground:
    """What is measured: a store of some length, and beside it one that stays as short as the first size."""

    large: Grown
    small: Grown
    topics: Topics
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How often a second it was done, and how often for each time that the yardstick was."""

    name: str
    rate: float
    beside: float


def taken(name: str, ours: Callable[[], float], yardstick: Callable[[], float], turns: int) -> Taken:
    """Both in turns; the yardstick is taken before and after, because ours may last for minutes."""
    found = [(yardstick(), ours(), yardstick()) for _ in range(turns)]
    return Taken(
        name=name,
        rate=median(our for _, our, _ in found),
        beside=median(2 * our / (before + after) for before, our, after in found),
    )


def appending(ground: Ground) -> list[Taken]:
    """Whole commands: load a journey of 20 events, decide, append. Beside the same in the small store."""
    with reopened(ground.large.database) as store, reopened(ground.small.database) as small:
        ours = _commanding(store, ground.large.cohort, ground.turns)
        yardstick = _commanding(small, ground.small.cohort, 2 * ground.turns)
        return [taken("append, whole commands", ours, yardstick, ground.turns)]


def _commanding(store: Store, cohort: Cohort, turns: int) -> Callable[[], float]:
    """What gives commands in one of so many turns, each to a journey of its own, and says how many a second."""
    fresh = iter(_short(store, cohort, turns * MANY))
    template = read_request(orjson.loads(corpus.copied(0)[ASKED]), site_id="main")
    assessment = template.command
    assert isinstance(assessment, CompleteAssessment)

    def act() -> int:
        for _ in range(MANY):
            command = replace(assessment, assessment_id=uuid4())
            asked = replace(template, journey_id=next(fresh), command_id=uuid4(), command=command)
            assert store.journeys.execute(asked).status is Status.ACCEPTED
        return MANY

    return partial(timed, act)


def loading(ground: Ground) -> list[Taken]:
    """Journeys from anywhere in the log, whole. Beside those of the small store."""
    with _logged(ground.large) as log, _logged(ground.small) as small:
        ours, yardstick = _loading(log, ground.large.journeys()), _loading(small, ground.small.journeys())
        return [taken("load, journeys of 149 events", ours, yardstick, ground.turns)]


def _loading(log: EventLog, keys: list[UUID]) -> Callable[[], float]:
    def act() -> int:
        assert all(log.history(key) for key in keys)
        return len(keys)

    return partial(timed, act)


def _logged(grown: Grown) -> closing[EventLog]:
    return closing(open_log(grown.database.url))


def relaying(ground: Ground) -> list[Taken]:
    """Publish what is not published yet."""
    with _logged(ground.large) as log:
        bodies, head, stop = _bodies(log), log.head(), Event()
        relay = Relay(log, ground.topics)

        def published() -> int:
            return relay.place.position if relay.place is not None else -1

        def act() -> int:
            before = published()
            processes.until(lambda: published() >= head, seconds=3_600, what="the log to be published")
            return head - before

        thread = Thread(target=relay.run, args=(stop,))
        thread.start()
        processes.until(lambda: published() >= 0, seconds=60, what="the relay to begin")
        found = taken("relay, events", lambda: timed(act), lambda: yardsticks.decoding(bodies), turns=1)
        stop.set()
        thread.join()
        return [found]


def rebuilding(ground: Ground) -> list[Taken]:
    """Rebuild each read model, in one process."""
    with _logged(ground.large) as log, closing(opened(ground.large.models, log)) as models:
        bodies = _bodies(log)

        def act(name: str) -> int:
            return rebuilt(models, name, log)

        return [
            taken(
                f"rebuild, {name}, events", partial(timed, partial(act, name)), partial(yardsticks.decoding, bodies), 1
            )
            for name in models.projections
        ]


def rebuilt(models: ReadModels, name: str, log: EventLog) -> int:
    """Rebuild a read model; the position it was built to."""
    return rebuild(models, name, log, begins=partial(_begins, log))


def opened(built: Fresh, log: EventLog) -> ReadModels:
    """Open the read models of a log."""
    return ReadModels(
        built.url,
        PROJECTIONS,
        decode=codec.decode,
        clock=lambda: corpus.NOW,
        history=histories(log),
        log=log,
    )


def _begins(log: EventLog, position: int) -> list[Place]:
    """Where a worker goes on that follows the log itself."""
    return [Place(feed=log.store_id, partition=0, offset=position + 1, position=position)]


def _bodies(log: EventLog) -> list[bytes]:
    return [row.body for row in log.rows(0, DECODED)]


def _short(store: Store, cohort: Cohort, journeys: int) -> list[UUID]:
    """Journeys that have just begun, at the end of the log."""
    key = next(form.entry.originator_id for form in cohort.forms)
    first = [form.entry for form in cohort.forms if form.entry.originator_id == key][:SHORT]
    keys = [uuid4() for _ in range(journeys)]
    for start in range(0, journeys, MANY):
        store.log.append([_of(it, own) for own in keys[start : start + MANY] for it in first], [])
    return keys


def _of(entry: Entry, own: UUID) -> Entry:
    body = entry.body.replace(str(entry.originator_id).encode(), str(own).encode())
    return Entry(own, entry.originator_version, entry.tag, body)
