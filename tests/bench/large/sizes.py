"""How many bytes does an event take: in the store, in the read models, in Kafka?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from kafka import KafkaAdminClient

from journey.store.log import EventLog
from journey.store.opening import open_log
from projections.models import PROJECTIONS
from tests.bench.large.measures import Ground, opened

ENTERED = ("reservations", "open_journeys", "vault_entries", "vault_index", "data_keys")
"""What commands leave beside events and answers: only the journeys that were really entered have it."""
SIZE = (
    "SELECT COALESCE(SUM({0}(c.oid)), 0)::bigint FROM pg_class c "
    "WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(?)"
)
Read = Callable[..., list[tuple[Any, ...]]]
WITH_INDEXES, ALONE, INDEXES = "pg_total_relation_size", "pg_table_size", "pg_indexes_size"


def of_entered(log: EventLog) -> dict[str, float]:
    """What the journeys that were entered take beside their events, an event."""
    return {"store, words, seats and keys": _size(log.read, WITH_INDEXES, ENTERED) / log.head()}


def of(ground: Ground) -> dict[str, float]:
    """What everything takes, an event."""
    with closing(open_log(ground.large.database.url)) as log:
        head = log.head()
        return {
            "store, events": _size(log.read, ALONE, ["stored_events"]) / head,
            "store, indexes of events": _size(log.read, INDEXES, ["stored_events"]) / head,
            "store, answers": _size(log.read, WITH_INDEXES, ["commands"]) / head,
            **{f"read models, {name}": size / head for name, size in _read_models(ground, log).items()},
            "Kafka, one replica": _published(ground) / head,
        }


def _size(read: Read, measured: str, tables: Iterable[str]) -> int:
    return int(read(SIZE.format(measured), list(tables))[0][0])


def _read_models(ground: Ground, log: EventLog) -> dict[str, int]:
    with closing(opened(ground.large.models, log)) as models, models.database.reading() as session:
        live = {it.name: models.live(session, it.name) for it in PROJECTIONS}
        return {
            name: _size(session.read, WITH_INDEXES, [tables.name(it) for it in tables.names])
            for name, tables in live.items()
        }


def _published(ground: Ground) -> int:
    """What the segments of the events topic take."""
    admin = KafkaAdminClient(bootstrap_servers=ground.topics.bootstrap)
    try:
        found: list[dict[str, Any]] = admin.describe_log_dirs([ground.topics.events])
    finally:
        admin.close()
    return sum(
        partition["partition_size"]
        for broker in found
        for folder in broker["log_dirs"]
        for topic in folder["topics"]
        for partition in topic["partitions"]
    )
