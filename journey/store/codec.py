"""How does an event lie in the store and on Kafka, and how is it read back?

One form for both: a CloudEvents 1.0 structured JSON event. These bytes are never written anew: SHA-256 of them is the
event's digest everywhere. What the shape of an event may do over the years is said in versions.py.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import orjson
from pydantic import ValidationError
from pydantic_core import SchemaValidator, core_schema

from journey.errors import Rule
from journey.events import EVENTS, EntryCorrected, Event
from journey.events.records import Replacement
from journey.recorded import Actor, Recorded
from journey.store.closed import Correction, read
from journey.store.times import moment
from journey.store.versions import Fields, current, upcast
from journey.values import LateReason, Origin, Sensitivity, SiteId

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
DATA = frozenset({"event", "deviations", "sensitivity"})
OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS
RULES = {rule.value: rule for rule in Rule}
SENSITIVITIES = {it.value: it for it in Sensitivity}
HEAD = SchemaValidator(
    core_schema.typed_dict_schema(
        {name: core_schema.typed_dict_field(core_schema.str_schema()) for name in ("type", "subject", "recordedat")}
    )
).validate_json
"""Reads three attributes of bytes that are JSON throughout; to make values of all of them takes half as long again."""
IS_SITE = re.compile(r"/sites/[a-z0-9][a-z0-9-]{0,39}").fullmatch
IS_DIGEST = re.compile(r"[0-9a-f]{64}").fullmatch


class Unreadable(ValueError):  # noqa: N818 - what the bytes are
    """Bytes that are no event of ours; says where, never what was read."""


def encode(recorded: Recorded[Event]) -> bytes:
    """The event as it is stored and sent: the same bytes for the same event, always."""
    actor, type_ = recorded.actor, tag(recorded.event)
    attributes = {
        "specversion": "1.0",
        "id": recorded.event_id,
        "source": f"/sites/{recorded.site_id}",
        "type": type_,
        "subject": recorded.journey_id,
        "time": recorded.at,
        "datacontenttype": "application/json",
        "dataschema": f"/schemas/{type_}.json",
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
    return written({key: value for key, value in attributes.items() if value is not None})


def decode(body: bytes) -> Recorded[Event]:
    """The event of its bytes, in its newest shape. Raises Unreadable."""
    return recorded(parsed(body))


def parsed(body: bytes) -> Fields:
    """The attributes that bytes hold. Raises Unreadable where they hold none."""
    try:
        attributes = orjson.loads(body)
    except ValueError as error:
        raise Unreadable(f"no event of ours: {type(error).__name__}") from None
    if not isinstance(attributes, dict):
        raise Unreadable("no event of ours: not an object")
    return attributes


def recorded(attributes: Fields) -> Recorded[Event]:
    """The event of its attributes, in its newest shape. Raises Unreadable."""
    try:
        return _recorded(attributes)
    except Unreadable:
        raise
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False)[0]
        raise Unreadable(f"a field is not of its type: {fault['type']}") from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"no event of ours: {type(error).__name__}") from None


def digest(body: bytes) -> str:
    """SHA-256 of stored bytes, in hex: what names an event's contents everywhere."""
    return hashlib.sha256(body).hexdigest()


def tag(event: Event) -> str:
    """An event's type with its version, as consumers know it."""
    return current(type(event).__name__)


def head(body: bytes) -> tuple[str, UUID, datetime]:
    """Type, journey and `recorded_at` of stored bytes; the rest is looked at, and not kept. Raises ValueError."""
    said = HEAD(body, strict=True)
    return said["type"], as_uuid(said["subject"]), datetime.fromisoformat(said["recordedat"])


def site(body: bytes) -> SiteId:
    """The site that stored bytes come from, without reading the rest."""
    return as_site(orjson.loads(body)["source"])


def plain(value: Any) -> Any:
    """Any value of the domain as JSON has it: decimals and ids as text, times in UTC."""
    return orjson.loads(written(value))


def text(value: Any) -> str:
    """Any value of the domain as one line of JSON."""
    return written(value).decode()


def written(value: Any) -> bytes:
    """The bytes of any value of the domain as JSON: the same for the same value, always."""
    return orjson.dumps(value, default=_plain, option=OPTIONS)


def _tagged(event: Event) -> Any:
    """The event's fields; what a correction puts in place carries its version, to be upcast too."""
    if not isinstance(event, EntryCorrected) or event.replacement is None:
        return event
    replacement = event.replacement
    return {
        "target_event_id": event.target_event_id,
        "kind": event.kind,
        "replacement": {"type": current(replacement.type), "at": replacement.at, "data": replacement.data},
        "reason": event.reason,
        "approved_by": event.approved_by,
    }


def _recorded(attributes: Fields) -> Recorded[Event]:
    data = attributes["data"]
    if attributes.keys() - REQUIRED - OPTIONAL:
        raise Unreadable("an attribute is not known")
    if attributes["specversion"] != "1.0" or data.keys() != DATA:
        raise Unreadable("not of this form")
    found = attributes.get
    reason, note_id = found("reason"), found("noteid")
    return Recorded(
        event=_event(attributes["type"], data["event"]),
        event_id=UUID(attributes["id"]),
        site_id=as_site(attributes["source"]),
        journey_id=as_uuid(attributes["subject"]),
        version=_counted(attributes["streamversion"]),
        at=as_moment(attributes["time"]),
        utc_offset_min=_whole(attributes["utcoffsetmin"]),
        recorded_at=as_moment(attributes["recordedat"]),
        actor=as_actor(attributes["actor"], attributes["actorrole"], found("onbehalfof"), found("onbehalfofrole")),
        origin=_origin(attributes["origin"]),
        correlation_id=as_uuid(attributes["correlationid"]),
        causation_id=as_uuid(attributes["causationid"]),
        command_id=as_uuid(attributes["commandid"]),
        policy_version=attributes["policyversion"],
        reason=None if reason is None else LateReason(reason),
        note_id=None if note_id is None else UUID(note_id),
        note_commitment=_digest(found("notecommitment")),
        deviations=tuple([RULES[code] for code in data["deviations"]]),
        sensitivity=tuple([SENSITIVITIES[code] for code in data["sensitivity"]]),
        prev=_digest(found("prev")),
    )


def _event(tagged: str, fields: Fields) -> Event:
    name, fields = upcast(tagged, fields)
    if name == EntryCorrected.__name__:
        return _correction(fields)
    return read(EVENTS[name], orjson.dumps(fields))


def _correction(fields: Fields) -> EntryCorrected:
    stored = read(Correction, orjson.dumps(fields))
    put = stored.replacement
    replacement = None
    if put is not None:
        event: Any = _event(put.type, put.data)
        replacement = Replacement(type=type(event).__name__, at=put.at, data=event)
    return EntryCorrected(
        target_event_id=stored.target_event_id,
        kind=stored.kind,
        replacement=replacement,
        reason=stored.reason,
        approved_by=stored.approved_by,
    )


# What returns in event after event is read once: a third of the whole.


@lru_cache(maxsize=16_384)
def as_uuid(written: str) -> UUID:
    """An id of its text; those of journeys return often."""
    return UUID(written)


@lru_cache(maxsize=1_024)
def as_actor(user: str, role: str, on_behalf_of: str | None, on_behalf_of_role: str | None) -> Actor:
    """Who entered something, and for whom, of their names."""
    named = {"user": user, "role": role, "on_behalf_of": on_behalf_of, "on_behalf_of_role": on_behalf_of_role}
    return read(Actor, orjson.dumps(named))


@lru_cache(maxsize=1_024)
def as_site(source: str) -> str:
    """The site that a source names. Raises Unreadable."""
    if not IS_SITE(source):
        raise Unreadable("no site of ours")
    return source.removeprefix("/sites/")


@cache
def _origin(written: str) -> Origin:
    return Origin(written)


def _digest(written: str | None) -> str | None:
    if written is not None and not IS_DIGEST(written):
        raise Unreadable("a digest that is none")
    return written


def as_moment(written: str) -> datetime:
    """A time that says its offset. Raises Unreadable."""
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise Unreadable("a time without its offset")
    return at


def _whole(written: Any) -> int:
    if type(written) is not int:
        raise Unreadable("a number that is not whole")
    return written


def _counted(written: Any) -> int:
    if _whole(written) < 1:
        raise Unreadable("versions count from 1")
    return int(written)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    raise TypeError
