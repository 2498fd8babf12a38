"""Does the bench of large logs run, and are its copies journeys like any other?"""

from __future__ import annotations

import pytest

from journey.history import fold
from journey.store import codec
from tests.bench.databases import POSTGRES, stored
from tests.bench.large.__main__ import MEASURES, measured
from tests.bench.large.growing import entered
from tests.bench.large.measures import Taken
from tests.bench.large.report import Size, tables
from tests.store.whole import rows

COPIES = 2


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_bench_runs(postgres_url: str, kafka_bootstrap: str) -> None:
    """Two sizes are measured, each by the same measures, and told side by side."""
    found = list(measured(postgres_url, kafka_bootstrap, [4_000, 5_000]))
    assert [it.events for it in found] == [4_000, 5_000]
    assert len({tuple(rate.name for rate in it.rates) for it in found}) == 1
    assert len(found[0].rates) > len(MEASURES)
    assert all(rate.rate > 0 and rate.beside > 0 for it in found for rate in it.rates)
    assert all(size > 0 for it in found for size in it.bytes_an_event.values())
    assert all(peak > 0 for it in found for peak in it.peaks_mb.values())
    assert "4,000" in tables(found)


def test_copies_are_journeys(postgres_url: str) -> None:
    """A copy reads and folds as its original, weeks later; its ids are its own, and its commands are answered."""
    with stored(POSTGRES, postgres_url) as (_, store):
        cohort = entered(store)
        once = len(cohort.forms)
        assert list(cohort.grow(store, once + 1)) == [once]
        events = [codec.decode(it.body) for it in rows(store)]
        assert len({it.event_id for it in events}) == len(events) == COPIES * once
        for number in range(len(cohort.journeys)):
            first, copy = (store.log.history(cohort.journey(number, it)) for it in range(COPIES))
            assert [type(it.event) for it in copy] == [type(it.event) for it in first]
            assert copy[0].at - first[0].at == copy[-1].at - first[-1].at > copy[0].at - copy[0].at
            assert fold(copy).journey_id == cohort.journey(number, 1)
        answered = store.log.read("SELECT command_id, journey_id FROM commands")
        assert {(str(it.command_id), str(it.journey_id)) for it in events} == set(answered)


def test_ratio_is_to_the_smallest_beside_the_yardstick() -> None:
    """A machine that is half as fast when the larger log is measured changes no ratio."""
    sizes = [
        Size(events=events, rates=[Taken(name="load", rate=rate, beside=beside)], bytes_an_event={}, peaks_mb={})
        for events, rate, beside in ((10, 800.0, 2.0), (1_000, 400.0, 1.5))
    ]
    assert tables(sizes).splitlines()[1].split() == ["load", "800", "(1.00)", "400", "(0.75)"]
