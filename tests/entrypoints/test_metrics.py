"""Is Prometheus told the truth, in its own format, and is every alert about something that is told?"""

from __future__ import annotations

import re
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from consumers.log_feed import LogFeed
from consumers.metrics import CONTENT, Kind, Metric, Sample, listening, text
from consumers.published import Published
from consumers.relay import Relay
from consumers.topics import Topics
from consumers.worker import Worker
from entrypoints import measuring
from entrypoints.measuring import of_models, of_relay, of_worker
from journey.events import Event
from journey.recorded import Delivery, Recorded
from journey.store import codec
from projections.breaker import Tripped
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.parking import SkipReason
from projections.redriving import skip
from tests.decisions.states import infusing
from tests.entrypoints.command_line import CommandLine, Said
from tests.entrypoints.conftest import WORKED
from tests.projections.reading import FEED, NOW, Kept, batch
from tests.projections.stories import as_journey
from tests.servers import free_port, until

DOCS = Path(__file__).parents[2] / "docs"
RULES: list[dict[str, Any]] = yaml.safe_load((DOCS / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
METRICS = [it for it in vars(measuring).values() if isinstance(it, Metric)]
LOG = Kept(*(as_journey(infusing().log, number) for number in range(30)))
SECOND = 31
"""The position of the first journey's second event."""

Told = dict[tuple[str, str], float]


def told(samples: Iterable[Sample]) -> Told:
    """Return what a foreign reader makes of the text: of each metric and projection its value, the largest."""
    found: Told = {}
    for family in text_string_to_metric_families(text(samples)):
        for it in family.samples:
            key = it.name, it.labels.get("projection", "")
            found[key] = max(it.value, found.get(key, it.value))
    return found


class Clock:
    """A clock that is set."""

    at = NOW


@pytest.fixture
def clock() -> Clock:
    """Return a clock."""
    return Clock()


@pytest.fixture
def models(tmp_path: Path, clock: Clock) -> Iterator[ReadModels]:
    """Yield read models of a version that can't read the second events of 25 journeys."""
    bodies = {LOG.events[position - 1].body for position in range(SECOND, SECOND + 25)}

    def decode(body: bytes) -> Recorded[Event]:
        if body in bodies:
            raise NotImplementedError
        return codec.decode(body)

    made = ReadModels(
        f"sqlite:///{tmp_path / 'models.db'}", PROJECTIONS, decode=decode, clock=lambda: clock.at, history=LOG.history
    )
    yield made
    made.close()


def test_the_text_is_prometheuss() -> None:
    """A foreign reader finds every name, kind, meaning, label and value, whatever a label holds."""
    odd = 'a "quoted"\\ name\nof two lines'
    gauge, counter = Metric("some_seconds", "How long", ("of",)), Metric("some_total", "How many", kind=Kind.COUNTER)
    written = text([Sample(gauge, 0.1, (odd,)), Sample(counter, 2**53), Sample(gauge, -1e-9, ("b",))])
    first, second = text_string_to_metric_families(written)
    assert (first.name, first.type, first.documentation) == ("some_seconds", "gauge", "How long")
    assert [(it.labels, it.value) for it in first.samples] == [({"of": odd}, 0.1), ({"of": "b"}, -1e-9)]
    assert (second.type, second.samples[0].name, second.samples[0].value) == ("counter", "some_total", 2**53)


def test_names_are_as_prometheus_wants_them() -> None:
    """Every metric has a prefix, a base unit or none, and a name of its own; a counter ends in `_total`."""
    assert len({it.name for it in METRICS}) == len(METRICS) > 20
    for metric in METRICS:
        assert re.fullmatch(r"journey_[a-z_]+", metric.name)
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)


def test_progress_is_told(models: ReadModels) -> None:
    """Position and lag of each read model are those of its database and of the log."""
    models.apply("schedule", FEED, batch(LOG, 0, 21))
    found = told(of_models(models, LOG))
    assert found["journey_log_position", ""] == LOG.head()
    assert found["journey_projection_position", "schedule"] == 20
    assert found["journey_projection_lag_events", "schedule"] == LOG.head() - 20
    waits_s = (NOW - codec.decode(LOG.events[20].body).recorded_at).total_seconds()
    assert found["journey_projection_lag_seconds", "schedule"] == waits_s
    assert found["journey_partition_lag_seconds", "schedule"] == waits_s
    assert found["journey_projection_moved_timestamp_seconds", "schedule"] == NOW.timestamp()
    assert found["journey_projection_lag_events", "audit"] == LOG.head()
    assert {name for name, _ in told(of_models(models, LOG, ["audit"]))} >= {"journey_projection_position"}
    assert ("journey_projection_position", "schedule") not in told(of_models(models, LOG, ["audit"]))


def test_a_partition_that_does_not_move_is_stalled(models: ReadModels, clock: Clock) -> None:
    """Other partitions that move hide none that does not; one that has just something to do is not stalled."""
    models.begin("schedule", "kafka", 2)
    models.apply("schedule", "kafka", batch(LOG, 0, 21))
    clock.at = NOW + timedelta(seconds=31)
    models.apply("schedule", "kafka", batch(LOG, 21, 25))
    assert told(of_models(models, LOG))["journey_projection_stalled_partitions", "schedule"] == 1
    fresh = Kept()
    fresh.events = [Delivery(it.position, _recorded_now(it.body, clock)) for it in LOG.events]
    assert told(of_models(models, fresh))["journey_projection_stalled_partitions", "schedule"] == 0


def _recorded_now(body: bytes, clock: Clock) -> bytes:
    at = clock.at.isoformat().replace("+00:00", "Z").encode()
    return re.sub(rb'"recordedat":"[^"]*"', b'"recordedat":"' + at + b'"', body)


def test_what_waits_is_told(models: ReadModels) -> None:
    """Parked journeys, events left out, stopped partitions and the breaker are counted."""
    models.apply("schedule", FEED, batch(LOG, 0, SECOND + 2))
    models.stop("schedule", FEED, 0, "version 3 is missing")
    with pytest.raises(Tripped):
        models.apply("audit", FEED, batch(LOG, 0, LOG.head() + 1))
    before = told(of_models(models, LOG))
    assert before["journey_projection_parked_journeys", "schedule"] == 2
    assert before["journey_projection_stopped_partitions", "schedule"] == 1
    assert [before["journey_projection_breaker_open", it] for it in ("schedule", "audit")] == [0, 1]
    journey = str(codec.decode(LOG.events[0].body).journey_id)
    skip(models, "schedule", journey, SECOND, SkipReason.DAMAGED, "olive")
    after = told(of_models(models, LOG))
    assert after["journey_projection_parked_journeys", "schedule"] == 1
    assert after["journey_projection_left_out_events", "schedule"] == 1


def test_a_database_that_is_away_is_told(models: ReadModels) -> None:
    """A process whose database does not answer says so, and not what it was told last."""

    class Away(Kept):
        def head(self) -> int:
            raise sqlite3.OperationalError

    assert told(of_models(models, Away())) == {("journey_databases_reached", ""): 0}


def test_a_worker_tells_its_turns(models: ReadModels) -> None:
    """What a worker applied, left alone and failed at is told, and when it last turned."""

    class Journal(Kept):
        store_id = "store-1"

        def wait(self, after: int, timeout_s: float) -> bool:  # noqa: ARG002 - nothing more comes
            return False

    journal = Journal()
    journal.events = LOG.events[: SECOND - 1]
    worker = Worker(models, {"schedule": LogFeed(journal, journal.store_id)})
    worker.catch_up()
    worker.halted["schedule", 3] = "version 3 is missing"
    found = told(of_worker(worker))
    assert found["journey_worker_applied_events_total", ""] == SECOND - 1
    assert found["journey_worker_halted_partitions", ""] == 1
    assert found["journey_worker_turned_timestamp_seconds", ""] == 0


def test_a_relay_tells_its_place() -> None:
    """Before a relay knows its place it says only that it was started; then how far it is behind the log."""

    class Journal(Kept):
        store_id = "store-1"

    relay = Relay(cast("Any", Journal()), Topics(bootstrap="nowhere:1"))
    assert told(of_relay(relay, LOG, 7.0, NOW)) == {("journey_relay_started_timestamp_seconds", ""): 7}
    relay.place = Published(
        store_id="store-1", log_epoch=1, topic_id="t", partitions=12, position=20, event_id="e", digest="d"
    )
    relay.transacted_at = 9.0
    found = told(of_relay(relay, LOG, 7.0, NOW))
    assert found["journey_relay_position", ""] == 20
    assert found["journey_relay_lag_events", ""] == LOG.head() - 20
    waits_s = (NOW - codec.decode(LOG.events[20].body).recorded_at).total_seconds()
    assert found["journey_relay_lag_seconds", ""] == waits_s
    assert found["journey_relay_transacted_timestamp_seconds", ""] == 9


def test_only_what_is_measured_is_answered() -> None:
    """The listener answers /metrics and nothing else, and one that can't measure says so and lives."""
    metric, broken = Metric("some", "Something"), [True]

    def measure() -> Iterator[Sample]:
        if broken:
            raise LookupError
        yield Sample(metric, 1)

    with listening("127.0.0.1", 0, measure) as port:
        with pytest.raises(OSError, match=r"closed|reset"):
            get(port)
        broken.clear()
        assert get(port) == (CONTENT, text([Sample(metric, 1)]))
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(port, "/")


def get(port: int, path: str = "/metrics") -> tuple[str, str]:
    """Ask a listener."""
    with closing(urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10)) as answer:
        return answer.headers["content-type"], answer.read().decode()


def test_a_worker_process_answers(worked_folder: Path) -> None:
    """`journey work` answers at JOURNEY_METRICS_PORT, `journey metrics` in its own process; both say the same."""
    port = free_port()
    line = CommandLine(worked_folder, {"JOURNEY_METRICS_PORT": str(port)})
    process = line.start("work", "schedule")
    try:
        begun = time.time()

        def turned() -> Told | None:
            try:
                found = told_by(get(port)[1])
            except OSError:
                return None
            return found if found["journey_worker_turned_timestamp_seconds", ""] > begun else None

        found = until(turned, seconds=30, what="the worker to turn")
    finally:
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said
    assert found is not None
    assert found["journey_projection_lag_events", "schedule"] == 0
    assert found["journey_projection_position", "schedule"] == found["journey_log_position", ""] > 0
    printed: Said = line("metrics")
    assert told_by(printed.out)["journey_projection_position", "schedule"] == found["journey_log_position", ""]


def told_by(written: str) -> Told:
    """Return what is told in a text."""
    return {
        (it.name, it.labels.get("projection", "")): it.value
        for family in text_string_to_metric_families(written)
        for it in family.samples
    }


def test_nothing_of_a_patient_is_told(worked: CommandLine) -> None:
    """The text holds no id, no name and no free text: what is not a number is a label of ours."""
    worked("schedule", "due")
    labels = {
        (name, value)
        for family in text_string_to_metric_families(worked("metrics").out)
        for it in family.samples
        for name, value in it.labels.items()
    }
    assert {name for name, _ in labels} == {"projection", "version", "partition", "worker"}
    assert {value for name, value in labels if name == "projection"} == {it.name for it in PROJECTIONS}
    assert WORKED.exists()


@pytest.mark.parametrize("rule", RULES, ids=[it["alert"] for it in RULES])
def test_alerts_are_about_what_is_told(rule: dict[str, Any]) -> None:
    """Each names metrics that there are, by labels that they have, and operations.md says what to do."""
    known = {it.name: it for it in METRICS} | {"up": Metric("up", "Prometheus's own", ("job",))}
    named = re.findall(r"\bjourney_[a-z_]+|\bup\b", rule["expr"])
    assert named
    assert set(named) <= known.keys()
    for grouped in re.findall(r"by \(([a-z, ]+)\)", rule["expr"]):
        assert set(grouped.split(", ")) <= set(known[named[0]].labels)
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert f"`{rule['alert']}`" in (DOCS / "operations.md").read_text(encoding="utf-8")
