"""Does the bench of large logs run, and are its copies journeys like any other?"""

from __future__ import annotations

import pytest

from journey.history import fold
from journey.store import codec
from tests.bench.databases import POSTGRES, stored
from tests.bench.large.__main__ import MEASURES, main, measured
from tests.bench.large.growing import entered
from tests.bench.large.measures import Taken
from tests.bench.large.report import Size, tables
from tests.store.whole import rows

COPIES = 2


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_bench_runs(postgres_url: str, kafka_bootstrap: str) -> None:
    """A size is measured, by every measure, with its bytes and its memory."""
    [found] = measured(postgres_url, kafka_bootstrap, [4_000], turns=1)
    assert len(found.rates) > len(MEASURES)
    assert all(it.rate > 0 and it.beside > 0 for it in found.rates)
    assert all(size > 0 for size in found.bytes_an_event.values())
    assert all(peak > 0 for peak in found.peaks_mb.values())


def test_a_size_that_is_too_small(capsys: pytest.CaptureFixture[str]) -> None:
    """A log of less than two copies is refused before anything is started."""
    with pytest.raises(SystemExit):
        main(["--sizes", "10000,100"])
    assert "at least 4,000 events" in capsys.readouterr().err


def test_copies_are_journeys(postgres_url: str) -> None:
    """A copy reads and folds as its original, weeks later; its ids are its own, and its commands are answered.

    A dose that is drawn is told of its container, too, by the one command.
    """
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
        for number in range(len(cohort.containers)):
            ledgers = [store.log.stream(cohort.container(number, it)) for it in range(COPIES)]
            assert len(ledgers[0]) == len(ledgers[1]) > 1
        answered = store.log.read("SELECT command_id, journey_id FROM commands")
        entered_on = {(str(it.command_id), str(it.journey_id)) for it in events}
        assert {command for command, _ in entered_on} == {command for command, _ in answered}
        assert set(answered) < entered_on


def test_ratio_is_to_the_smallest_beside_the_yardstick() -> None:
    """A machine that is half as fast when the larger log is measured changes no ratio."""
    sizes = [
        Size(events=events, rates=[Taken(name="load", rate=rate, beside=beside)], bytes_an_event={}, peaks_mb={})
        for events, rate, beside in ((10, 800.0, 2.0), (1_000, 400.0, 1.5))
    ]
    assert tables(sizes).splitlines()[1].split() == ["load", "800", "(1.00)", "400", "(0.75)"]
