"""Does it stay as fast as it is when the log grows, and what does an event cost to keep?

    make bench-large [ARGS="--sizes 10000,1000000"]

One store grows from size to size. At each it is measured, every measurement in a process of its own; sizes are
compared by what stood beside them in the same minute, so that a busy neighbour befalls both. Starts a PostgreSQL and
an Apache Kafka of its own. Five million events take some 40 GB of disk while it runs.
"""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from functools import partial

from consumers.topics import Topics, create
from tests.bench import machine
from tests.bench.apart import apart, quiet, settle
from tests.bench.databases import POSTGRES, Fresh, fresh, reopened
from tests.bench.large import sizes
from tests.bench.large.growing import Cohort, entered
from tests.bench.large.measures import (
    Ground,
    Grown,
    Taken,
    appending,
    loading,
    opened,
    rebuilding,
    rebuilt,
    relaying,
)
from tests.bench.large.questions import asking
from tests.bench.large.report import Size, tables
from tests.bench.large.watching import Watching
from tests.bench.measured import timed
from tests.servers import Kafka, Postgres

TURNS = 9
SETTINGS = {"shared_buffers": "4GB", "max_wal_size": "8GB"}
"""As whoever keeps millions of events sets them: the defaults are for a small machine."""
SIZES = (10_000, 1_000_000, 5_000_000)
LEAST = 4_000
"""Two copies: a day of the second has as many visits as any other."""
MEASURES: tuple[Callable[[Ground], list[Taken]], ...] = (loading, relaying, rebuilding, asking, appending)
"""In this order: the short journeys that commands are asked of are not in the read models, which are asked before."""


def main(arguments: Sequence[str]) -> int:
    """Measure at each size, and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.large")
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help="how many events, with commas between")
    asked = parser.parse_args(arguments)
    quiet()
    with Postgres(SETTINGS) as server, Kafka() as broker:
        described = {**machine.described(server.url), **SETTINGS}
        print("\n".join(f"{name}: {said}" for name, said in described.items()), flush=True)
        found = []
        for size in measured(server.url, broker.bootstrap, asked.sizes):
            found.append(size)
            print(f"\n{tables(found)}", flush=True)
    return 0


def measured(postgres_url: str, bootstrap: str, wanted: Sequence[int], turns: int = TURNS) -> Iterator[Size]:
    """Let a store grow, and measure it at each of these sizes."""
    topics = Topics(bootstrap=bootstrap, prefix=f"bench{uuid.uuid4().hex[:8]}.", replication=1)
    create(topics)
    with fresh(POSTGRES, postgres_url) as database:
        with reopened(database) as store:
            cohort = entered(store)
            beside = sizes.of_entered(store.log)
        for events in sorted(wanted):
            with ExitStack() as made:
                models, short, told = (made.enter_context(fresh(POSTGRES, postgres_url)) for _ in range(3))
                small = _small(short, told, min(wanted))
                ground = Ground(Grown(database, models, cohort), small, topics, turns)
                loading_rate = timed(partial(grown, database, cohort, events))
                yield measured_at(ground, events, loading_rate, beside)


def _small(database: Fresh, models: Fresh, events: int) -> Grown:
    """A store of so many events, and the read models that tell it."""
    with reopened(database) as store, closing(opened(models, store.log)) as built:
        cohort = entered(store)
        for _ in cohort.grow(store, events):
            pass
        for name in built.projections:
            rebuilt(built, name, store.log)
    return Grown(database, models, cohort)


def grown(database: Fresh, cohort: Cohort, events: int) -> int:
    """Load as many events as are missing; how many that was."""
    with reopened(database) as store:
        before = store.log.head()
        for head in cohort.grow(store, events):
            if head % 500_000 < len(cohort.forms):
                _say(f"{head:,} events are loaded")
        return store.log.head() - before


def measured_at(ground: Ground, events: int, load_rate: float, beside: Mapping[str, float]) -> Size:
    """Everything that is measured at a size."""
    rates: list[Taken] = []
    peaks: dict[str, float] = {}
    taking: dict[str, float] = {}
    for measure in MEASURES:
        if measure is appending:
            taking = {**sizes.of(ground), **beside}
        settle(ground.large.database.url)
        with Watching() as watching:
            found = apart(measure, ground)
        for it in found:
            _say(f"{events:,}: {it.name} {it.rate:,.4g} a second, {it.beside:.4g} beside the yardstick")
        rates += found
        peaks |= {f"{measure.__name__}, {name}": peak for name, peak in watching.peaks_mb.items()}
    bulk = Taken(name="bulk append, events", rate=load_rate, beside=load_rate)
    return Size(events=events, rates=[bulk, *rates], bytes_an_event=taking, peaks_mb=peaks)


def _sizes(text: str) -> list[int]:
    wanted = [int(it) for it in text.split(",")]
    if min(wanted) < LEAST:
        raise argparse.ArgumentTypeError(f"at least {LEAST:,} events")
    return wanted


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
