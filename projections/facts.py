"""What may be shown of an event that could not be read: nothing that could be about a patient."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from projections.parking import Waiting
from projections.plain import moment

IS_TYPE = re.compile(r"(journey|drug)\.[A-Za-z]{1,60}\.v[0-9]{1,3}").fullmatch
VERSION_MAX = 1_000_000


def facts(waiting: Waiting) -> dict[str, Any]:
    """Where an event waits, why, and of its envelope what has the form it must have; else None."""
    body = waiting.entry.delivery.body
    said = _object(body)
    return {
        "position": waiting.entry.delivery.position,
        "offset": waiting.entry.offset,
        "reason": waiting.reason,
        "since": waiting.since,
        "type": _formed(said.get("type"), _type),
        "event_id": _formed(said.get("id"), _uuid),
        "streamversion": _formed(said.get("streamversion"), _version),
        "recorded_at": _formed(said.get("recordedat"), _time),
        "bytes": len(body),
        "digest": hashlib.sha256(body).hexdigest(),
    }


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _formed(said: object, form: Callable[[Any], Any]) -> Any:
    """What was said, written anew in its form; None if it has another."""
    try:
        return form(said)
    except (ValueError, TypeError, AttributeError):
        return None


def _type(said: str) -> str | None:
    return said if IS_TYPE(said) else None


def _uuid(said: str) -> str:
    return str(UUID(said))


def _version(said: int) -> int | None:
    return said if type(said) is int and 0 < said < VERSION_MAX else None


def _time(said: str) -> str | None:
    at = datetime.fromisoformat(said)
    return None if at.tzinfo is None else moment(at)
