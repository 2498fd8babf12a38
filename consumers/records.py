"""What does a record on Kafka promise, and does it keep it?"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from consumers.published import Record
from consumers.topics import CONTENT_TYPE
from journey.recorded import Delivery
from journey.store import codec
from projections.place import Entry


def entries(records: Iterable[Record], position: int) -> Iterable[Entry]:
    """Records as entries; what a record promises and does not keep is said as its fault."""
    for record in records:
        body = record.value or b""
        key = _journey(record.key)
        found = position_of(record)
        fault = "position" if found is None else "key" if key is None else _header_fault(record, body)
        position = position if found is None else found
        yield Entry(offset=record.offset, delivery=Delivery(position=position, body=body), key=key, fault=fault)


def _journey(key: bytes | None) -> str | None:
    """The journey a key names; None if it is no id."""
    try:
        name = (key or b"").decode()
        return name if str(UUID(name)) == name else None
    except ValueError:
        return None


def _header_fault(record: Record, body: bytes) -> str | None:
    headers = dict(record.headers)
    if headers.get("content-type") != CONTENT_TYPE.encode():
        return "content_type"
    try:
        name, _, _ = codec.head(body)
    except Exception as error:  # noqa: BLE001 - whatever these bytes do, they would do it again
        return f"decode:{type(error).__name__}"
    return None if headers.get("type") == name.encode() else "type_differs"


def position_of(record: Record) -> int | None:
    """The position a record says it has; None if it says none."""
    for name, value in record.headers:
        if name == "position" and value.isdigit():
            return int(value)
    return None
