"""Is a record what the contract says, and is it made of what is stored alone?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from consumers import outgoing
from consumers.outgoing import Outgoing
from consumers.resuming import RelayRefused
from journey.recorded import Delivery
from tests.consumers.logs import WrittenLog, written
from tests.consumers.reading import assert_promised


@dataclass(frozen=True)
class Sent:
    """A record as a consumer sees it."""

    value: bytes
    key: bytes
    headers: list[outgoing.Header]
    partition: int
    timestamp: int


@pytest.mark.parametrize("partitions", [1, 12])
def test_record_keeps_the_promises(partitions: int) -> None:
    """Bytes, key, partition, headers and time are those of the event, also when its journey came before."""
    making = Outgoing(partitions)
    for position, body in enumerate(written(60), 1):
        row = Delivery(position, body)
        assert_promised(Sent(*making.record(row)), row, partitions)


def test_many_journeys_are_not_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is known of journeys is bounded, and a journey that was forgotten goes where it went before."""
    monkeypatch.setattr(outgoing, "ROUTES_MAX", 3)
    making, rows = Outgoing(12), [Delivery(position, body) for position, body in enumerate(written(200), 1)]
    first = [making.record(row) for row in rows]
    assert [making.record(row) for row in rows] == first
    assert len(making._routes) <= 3


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'"text"', b'{"type":"t","subject":"no id","recordedat":"2026-01-01T00:00:00Z"}'],
    ids=["nothing", "half", "list", "empty", "text", "no journey"],
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    """Bytes that name no type, journey and time are not sent; their position is said, and nothing of them."""
    with pytest.raises(RelayRefused, match=r"^the event at position 7 can't be read: \w+$"):
        Outgoing(12).record(Delivery(7, body))


def test_events_at_some_positions_are_found(tmp_path: Path, postgres_schema: str) -> None:
    """A log gives the events at the positions it is asked for, those that are there, on both databases."""
    for url in (f"sqlite:///{tmp_path / 'log.db'}", postgres_schema):
        log = WrittenLog(url)
        log.put(written(20))
        found = sorted(log.at([1, 7, 20, 21, 100_000]), key=lambda row: row.position)
        assert found == [row for row in log.rows(0, 20) if row.position in {1, 7, 20}]
        assert log.at([]) == []
        log.close()
