"""How does an event lie in the store and on Kafka, and how is it read back?

One form for both: a CloudEvents 1.0 structured JSON event. These bytes are never written anew: SHA-256 of them is the
event's digest everywhere. To change a stored field, give its event a new version in `VERSIONS` and an upcast.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter, ValidationError

from journey.errors import Rule
from journey.events import EVENTS, EntryCorrected, Event
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.recorded import Actor, Recorded
from journey.store.closed import closed
from journey.values import Instant, LateReason, Origin, Role, Sensitivity, UserId

Attributes = dict[str, Any]

VERSIONS: dict[str, int] = {}
"""Events whose shape has changed, with their current version; all others are at 1."""

UPCASTS: dict[tuple[str, int], Callable[[Attributes], Attributes]] = {}
"""Of an event's name and old version: its `data.event` as the next version has it."""

REQUIRED = frozenset(
    {
        *("specversion", "id", "source", "type", "subject", "time", "streamversion", "recordedat", "utcoffsetmin"),
        *("actor", "actorrole", "origin", "correlationid", "causationid", "commandid", "policyversion", "data"),
    }
)
OPTIONAL = frozenset(
    {
        *("datacontenttype", "dataschema", "onbehalfof", "onbehalfofrole"),
        *("reason", "noteid", "notecommitment", "prev"),
    }
)
RULES = {rule.value: rule for rule in Rule}


class Unreadable(ValueError):  # noqa: N818 - what the bytes are
    """Bytes that are no event of ours; says where, never what was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Replacement:
    type: str
    at: Instant
    data: Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Correction:
    """A correction as stored: what it puts in place is read by the type it names."""

    target_event_id: UUID
    kind: CorrectionKind
    replacement: _Replacement | None
    reason: CorrectionReason
    approved_by: UserId


def encode(recorded: Recorded[Event]) -> bytes:
    """The event as it is stored and sent: the same bytes for the same event, always."""
    actor = recorded.actor
    attributes = {
        "specversion": "1.0",
        "id": recorded.event_id,
        "source": f"/sites/{recorded.site_id}",
        "type": tag(recorded.event),
        "subject": recorded.journey_id,
        "time": recorded.at,
        "datacontenttype": "application/json",
        "dataschema": f"/schemas/{tag(recorded.event)}.json",
        "streamversion": recorded.version,
        "recordedat": recorded.recorded_at,
        "utcoffsetmin": recorded.utc_offset_min,
        "actor": actor.user,
        "actorrole": actor.role,
        "onbehalfof": actor.on_behalf_of,
        "onbehalfofrole": actor.on_behalf_of_role,
        "origin": recorded.origin,
        "correlationid": recorded.correlation_id,
        "causationid": recorded.causation_id,
        "commandid": recorded.command_id,
        "policyversion": recorded.policy_version,
        "reason": recorded.reason,
        "noteid": recorded.note_id,
        "notecommitment": recorded.note_commitment,
        "prev": recorded.prev,
        "data": {
            "event": _tagged(recorded.event),
            "deviations": recorded.deviations,
            "sensitivity": recorded.sensitivity,
        },
    }
    return _dumped({key: value for key, value in attributes.items() if value is not None})


def decode(body: bytes) -> Recorded[Event]:
    """The event of its bytes, in its newest shape. Raises Unreadable."""
    try:
        attributes = orjson.loads(body)
        unexpected = attributes.keys() - REQUIRED - OPTIONAL
        if unexpected or not attributes.keys() >= REQUIRED:
            raise Unreadable("an attribute is missing or unknown")
        return _recorded(attributes)
    except ValidationError as error:
        raise Unreadable(f"{'.'.join(str(part) for part in error.errors()[0]['loc'])} is not of its type") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"no event: {type(error).__name__}") from None


def digest(body: bytes) -> str:
    """SHA-256 of stored bytes, in hex: what names an event's contents everywhere."""
    return hashlib.sha256(body).hexdigest()


def tag(event: Event) -> str:
    """An event's type with its version, as consumers know it."""
    return _tag(type(event).__name__)


def head(body: bytes) -> tuple[str, UUID, datetime]:
    """Type, journey and `recorded_at` of stored bytes, without reading the rest."""
    attributes = orjson.loads(body)
    return attributes["type"], UUID(attributes["subject"]), datetime.fromisoformat(attributes["recordedat"])


def plain(value: Any) -> Any:
    """Any value of the domain as JSON has it: decimals and ids as text, times in UTC."""
    return orjson.loads(_dumped(value))


def text(value: Any) -> str:
    """Any value of the domain as one line of JSON."""
    return _dumped(value).decode()


@cache
def _tag(name: str) -> str:
    return f"journey.{name}.v{VERSIONS.get(name, 1)}"


def _tagged(event: Event) -> Any:
    """The event's fields; what a correction puts in place carries its version, to be upcast too."""
    if not isinstance(event, EntryCorrected) or event.replacement is None:
        return event
    replacement = event.replacement
    return {
        "target_event_id": event.target_event_id,
        "kind": event.kind,
        "replacement": {"type": _tag(replacement.type), "at": replacement.at, "data": replacement.data},
        "reason": event.reason,
        "approved_by": event.approved_by,
    }


def _recorded(attributes: Mapping[str, Any]) -> Recorded[Event]:
    data = attributes["data"]
    if attributes["specversion"] != "1.0" or data.keys() != {"event", "deviations", "sensitivity"}:
        raise Unreadable("not of this form")
    note_id, prev, reason = attributes.get("noteid"), attributes.get("prev"), attributes.get("reason")
    behalf_role = attributes.get("onbehalfofrole")
    return Recorded(
        event=_event(attributes["type"], data["event"]),
        event_id=UUID(attributes["id"]),
        site_id=attributes["source"].removeprefix("/sites/"),
        journey_id=UUID(attributes["subject"]),
        version=int(attributes["streamversion"]),
        at=_moment(attributes["time"]),
        utc_offset_min=int(attributes["utcoffsetmin"]),
        recorded_at=_moment(attributes["recordedat"]),
        actor=Actor(
            user=attributes["actor"],
            role=Role(attributes["actorrole"]),
            on_behalf_of=attributes.get("onbehalfof"),
            on_behalf_of_role=None if behalf_role is None else Role(behalf_role),
        ),
        origin=Origin(attributes["origin"]),
        correlation_id=UUID(attributes["correlationid"]),
        causation_id=UUID(attributes["causationid"]),
        command_id=UUID(attributes["commandid"]),
        policy_version=attributes["policyversion"],
        reason=None if reason is None else LateReason(reason),
        note_id=None if note_id is None else UUID(note_id),
        note_commitment=attributes.get("notecommitment"),
        deviations=tuple(RULES[code] for code in data["deviations"]),
        sensitivity=tuple(Sensitivity(code) for code in data["sensitivity"]),
        prev=prev,
    )


def _event(tagged: str, fields: Attributes) -> Event:
    name, version = _parts(tagged)
    while version < VERSIONS.get(name, 1):
        fields = UPCASTS[name, version](fields)
        version += 1
    if version != VERSIONS.get(name, 1):
        raise Unreadable("a version of the event that is not known yet")
    if name == EntryCorrected.__name__:
        return _correction(fields)
    return _adapter(name).validate_python(fields)


def _correction(fields: Attributes) -> EntryCorrected:
    stored = _corrections().validate_python(fields)
    replacement = stored.replacement
    return EntryCorrected(
        target_event_id=stored.target_event_id,
        kind=stored.kind,
        replacement=None
        if replacement is None
        else Replacement(
            type=_parts(replacement.type)[0],
            at=replacement.at,
            data=_event(replacement.type, replacement.data),  # type: ignore[arg-type]  # a correction is never replaced
        ),
        reason=stored.reason,
        approved_by=stored.approved_by,
    )


@cache
def _parts(tagged: str) -> tuple[str, int]:
    prefix, name, version = tagged.split(".")
    if prefix != "journey" or name not in EVENTS or not version.startswith("v"):
        raise Unreadable("no such type of event")
    return name, int(version[1:])


@cache
def _adapter(name: str) -> TypeAdapter[Event]:
    return TypeAdapter(closed(EVENTS[name]))


@cache
def _corrections() -> TypeAdapter[_Correction]:
    return TypeAdapter(closed(_Correction))


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise Unreadable("a time without its offset")
    return moment


def _dumped(value: Any) -> bytes:
    return orjson.dumps(value, default=_written, option=orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    raise TypeError
