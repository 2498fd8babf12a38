"""What do the processes of an installation tell Prometheus? Counts, positions and times; nothing of a patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from consumers.feed import TRANSIENT
from consumers.metrics import Kind, Metric, Sample
from consumers.relay import Relay
from consumers.worker import Worker
from projections.database import Log, ReadModels
from projections.plain import parsed
from projections.progress import PartitionProgress, Progress, age, progress

OF = ("projection", "version")
OF_PARTITION = (*OF, "partition", "worker")

REACHED = Metric("journey_databases_reached", "1 if the event store and the read models answer, else 0")
HEAD = Metric("journey_log_position", "Position of the last event in the store")
POSITION = Metric("journey_projection_position", "Position up to which everything is shown", OF)
LAG_EVENTS = Metric("journey_projection_lag_events", "Events that happened and are not shown yet", OF)
LAG_SECONDS = Metric("journey_projection_lag_seconds", "Age of the first event that is not shown yet", OF)
PARKED = Metric("journey_projection_parked_journeys", "Journeys that wait because an event could not be folded", OF)
LEFT_OUT = Metric("journey_projection_left_out_events", "Events that an operator left out", OF)
BREAKER = Metric("journey_projection_breaker_open", "1 if so much could not be folded that all has stopped", OF)
STALLED = Metric("journey_projection_stalled_partitions", "Partitions that are behind and do not move", OF)
STOPPED = Metric("journey_projection_stopped_partitions", "Partitions that can not go on until somebody looks", OF)
MOVED = Metric("journey_projection_moved_timestamp_seconds", "When anything was applied last", OF)
PARTITION_POSITION = Metric("journey_partition_position", "Position up to which a partition is applied", OF_PARTITION)
PARTITION_LAG_EVENTS = Metric("journey_partition_lag_events", "Positions that a partition is behind", OF_PARTITION)
PARTITION_LAG_SECONDS = Metric("journey_partition_lag_seconds", "Age of the first event after it", OF_PARTITION)
PARTITION_MOVED = Metric("journey_partition_moved_timestamp_seconds", "When it moved last", OF_PARTITION)

TURNED = Metric("journey_worker_turned_timestamp_seconds", "When this worker last made a turn without a fault")
APPLIED = Metric("journey_worker_applied_events_total", "Events this worker has applied", kind=Kind.COUNTER)
FAILED = Metric("journey_worker_failures_total", "Turns that failed and were tried again", kind=Kind.COUNTER)
HALTED = Metric("journey_worker_halted_partitions", "Partitions that this worker leaves alone")

RELAY_STARTED = Metric("journey_relay_started_timestamp_seconds", "When this relay was started")
RELAY_POSITION = Metric("journey_relay_position", "Position up to which the log is on Kafka")
RELAY_LAG_EVENTS = Metric("journey_relay_lag_events", "Events that are not on Kafka yet")
RELAY_LAG_SECONDS = Metric("journey_relay_lag_seconds", "Age of the first event that is not on Kafka yet")
RELAY_TRANSACTED = Metric("journey_relay_transacted_timestamp_seconds", "When this relay last committed")


def of_models(models: ReadModels, log: Log, names: Iterable[str] | None = None) -> Iterator[Sample]:
    """How far the read models are, or those named; of databases that do not answer just that."""
    wanted = models.projections if names is None else set(names)
    try:
        head, found = log.head(), [it for it in progress(models, log) if it.name in wanted]
    except TRANSIENT:
        yield Sample(REACHED, 0)
        return
    yield Sample(REACHED, 1)
    yield Sample(HEAD, head)
    for it in found:
        yield from _of_projection(it)


def of_worker(worker: Worker) -> Iterator[Sample]:
    """What a worker itself knows, whatever its database says."""
    yield Sample(TURNED, worker.turned_at)
    yield Sample(APPLIED, worker.applied)
    yield Sample(FAILED, worker.failed)
    yield Sample(HALTED, len(worker.halted))


def of_relay(relay: Relay, log: Log, started_at: float, now: datetime) -> Iterator[Sample]:
    """How far this relay has come; of one that has not begun, or waits for another, that it was started."""
    yield Sample(RELAY_STARTED, started_at)
    if relay.place is None:
        return
    position = relay.place.position
    try:
        head, behind_s = log.head(), age(log, position, now)
    except TRANSIENT:
        yield Sample(REACHED, 0)
        return
    yield Sample(REACHED, 1)
    yield Sample(HEAD, head)
    yield Sample(RELAY_POSITION, position)
    yield Sample(RELAY_LAG_EVENTS, max(head - position, 0))
    yield Sample(RELAY_LAG_SECONDS, behind_s)
    yield Sample(RELAY_TRANSACTED, relay.transacted_at)


def _of_projection(it: Progress) -> Iterator[Sample]:
    own = (it.name, str(it.version))
    yield Sample(POSITION, it.position, own)
    yield Sample(LAG_EVENTS, it.lag_events, own)
    yield Sample(LAG_SECONDS, it.lag_seconds, own)
    yield Sample(PARKED, it.parked, own)
    yield Sample(LEFT_OUT, it.left_out, own)
    yield Sample(BREAKER, it.breaker is not None, own)
    yield Sample(STALLED, sum(part.stalled for part in it.partitions), own)
    yield Sample(STOPPED, sum(part.stopped is not None for part in it.partitions), own)
    if it.partitions:
        yield Sample(MOVED, max(map(_moved, it.partitions)), own)
    for part in it.partitions:
        labels = (*own, str(part.partition), part.worker or "")
        yield Sample(PARTITION_POSITION, part.position, labels)
        yield Sample(PARTITION_LAG_EVENTS, part.lag_events, labels)
        yield Sample(PARTITION_LAG_SECONDS, part.lag_seconds, labels)
        yield Sample(PARTITION_MOVED, _moved(part), labels)


def _moved(part: PartitionProgress) -> float:
    return parsed(part.moved_at).timestamp()
