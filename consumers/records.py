"""What does a record on Kafka promise, and does it keep it?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from uuid import UUID

from consumers.published import Record
from consumers.topics import CONTENT_TYPE, partition_of
from journey.recorded import Delivery
from projections.place import Entry

CONTENT = CONTENT_TYPE.encode()
DIGITS_MAX = 18
"""Of a position; with more it would fit no column, and is nobody's."""


def entries(
    records: Iterable[Record], position: int, partitions: int, reached: Callable[[int], bool]
) -> Iterable[Entry]:
    """Records of a topic of so many partitions as entries; what one promises and does not keep is said as its fault.

    A position that the relay can't have `reached` is none. That the body is of the type its header says is for whoever
    reads the body: it is parsed once.
    """
    for record in records:
        headers = dict(record.headers)
        key, partition = _journey(record.key, partitions)
        said = _position(headers.get("position"))
        found = said if said is not None and reached(said) else None
        type_ = _text(headers.get("type"))
        fault = None
        if found is None:
            fault = "position"
        elif key is None:
            fault = "key"
        elif record.partition != partition:
            fault = "partition"
        elif headers.get("content-type") != CONTENT:
            fault = "content_type"
        elif type_ is None:
            fault = "type_differs"
        position = position if found is None else found
        delivery = Delivery(position=position, body=record.value or b"")
        yield Entry(offset=record.offset, delivery=delivery, key=key, type=type_, fault=fault)


def position_of(record: Record) -> int | None:
    """The position a record says it has; None if it says none."""
    return _position(dict(record.headers).get("position"))


def _position(said: bytes | None) -> int | None:
    return int(said) if said is not None and said.isdigit() and len(said) <= DIGITS_MAX else None


# What returns in record after record is read once.


@lru_cache(maxsize=16_384)
def _journey(key: bytes | None, partitions: int) -> tuple[str | None, int | None]:
    """The journey a key names, and the partition it belongs to; None if it is no id."""
    try:
        name = (key or b"").decode()
        return (name, partition_of(name, partitions)) if str(UUID(name)) == name else (None, None)
    except ValueError:
        return None, None


@lru_cache(maxsize=1_024)
def _text(said: bytes | None) -> str | None:
    """What a header says; None if it is no text."""
    try:
        return None if said is None else said.decode()
    except ValueError:
        return None
