"""What is read of an event's bytes by a fold that needs little of them, and must not pass over what is not known?

As much as `happened` gives; but an attribute that is not known, or not of its type, is refused as by codec.py: a read
model of ours that is built anew parks what its worker parks. What is not needed is looked at, and not kept.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema

from journey.events import Event
from journey.recorded import Happened
from journey.store import codec
from journey.store.at_once import FIELDS, data_of, lying
from journey.store.codec import as_site, as_uuid
from journey.store.happened import PLACES, kind_at_once
from journey.store.versions import Fields
from journey.values import Digest, LateReason, Origin, Role, UserId

READ = ("event_id", "version", "utc_offset_min", "policy_version")
"""Fields that are read as they lie."""

TEXTS = ("time", "recordedat", "source", "subject")
"""Attributes that are made fields of, in this order."""

SEEN: dict[str, Any] = {
    **dict.fromkeys(("actor", "onbehalfof"), UserId),
    **dict.fromkeys(("actorrole", "onbehalfofrole"), Role),
    **dict.fromkeys(("correlationid", "causationid", "commandid", "noteid"), UUID),
    **dict.fromkeys(("notecommitment", "prev"), Digest),
    **dict.fromkeys(("datacontenttype", "dataschema"), str),
    "origin": Origin,
    "reason": LateReason,
}
"""Attributes that a fold does not need."""


def happened(tagged: str, body: bytes) -> Happened[Event]:
    """What a fold needs of an event's bytes, all of which are known, in its newest shape. Raises codec.Unreadable."""
    read = _reader(tagged)
    if read is None:
        return codec.decode(body)
    try:
        return read(body, strict=True)
    except ValidationError:
        return codec.decode(body)  # which says what is wrong, or reads with more patience


@cache
def _reader(tagged: str) -> Callable[..., Happened[Event]] | None:
    """Reads an event's type in one pass over the bytes, if that can be done."""
    kind = kind_at_once(tagged)
    if kind is None:
        return None
    of = {attribute: TypeAdapter(type_).core_schema for attribute, type_ in SEEN.items()}
    of |= dict.fromkeys(TEXTS, core_schema.str_schema())
    of |= {"specversion": core_schema.literal_schema(["1.0"]), "type": core_schema.literal_schema([tagged])}
    kept = [lying(name, TypeAdapter(FIELDS[name][0]).core_schema, FIELDS[name][1]) for name in READ]
    others = (*TEXTS, *(of.keys() - {*TEXTS}))
    kept += [lying(f"its_{name}", of[name], name, init_only=True) for name in others]
    kept += [lying("its_data", data_of(kind), "data", init_only=True)]
    read = core_schema.dataclass_args_schema("Happened", kept, collect_init_only=True, extra_behavior="forbid")
    whole = core_schema.no_info_after_validator_function(_whole, read)
    schema = core_schema.dataclass_schema(Happened, whole, ["event", *PLACES], slots=True)
    return cast("Callable[..., Happened[Event]]", SchemaValidator(schema).validate_json)


def _whole(read: tuple[Fields, tuple[Any, ...]]) -> tuple[Fields, tuple[()]]:
    """The fields of an event, those among them that are made of texts."""
    fields, others = read
    at, recorded_at, data = datetime.fromisoformat(others[0]), datetime.fromisoformat(others[1]), others[-1]
    if at.tzinfo is None or recorded_at.tzinfo is None:
        raise ValueError
    fields["at"], fields["recorded_at"] = at, recorded_at
    fields["site_id"], fields["journey_id"] = as_site(others[2]), as_uuid(others[3])
    fields["event"], fields["deviations"] = data["event"], data["deviations"]
    return fields, ()
