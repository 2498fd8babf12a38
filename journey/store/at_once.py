"""How is a whole event read in one pass over its bytes, by whoever was told what they are?

Where the bytes do not allow it, nothing is said of them: codec.py and opened.py read them with more patience. What is
not known of them does not allow it either: a read model of ours must not lose it, whichever way it reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema

from journey.errors import Rule
from journey.events import Event
from journey.recorded import Recorded
from journey.store import codec
from journey.store.codec import OPTIONAL, as_actor, as_moment, as_site, as_uuid
from journey.store.happened import kind_at_once
from journey.store.versions import Fields
from journey.values import Digest, LateReason, Origin, Sensitivity

Moment = Annotated[str, AfterValidator(as_moment)]

TOLD = re.compile(rb'\{[^{}]{0,200}?"type":"([\w.]{1,80})","subject":"([0-9a-f-]{36})"').match
"""What bytes of our own say early on of their type and journey; whether it is so is seen when all of them are read."""

LARGEST = 2**63
"""What is beyond is no whole number to codec.py."""

FIELDS: dict[str, tuple[Any, str]] = {
    "event_id": (UUID, "id"),
    "journey_id": (Annotated[str, AfterValidator(as_uuid)], "subject"),
    "version": (Annotated[int, Field(ge=1, lt=LARGEST)], "streamversion"),
    "at": (Moment, "time"),
    "utc_offset_min": (Annotated[int, Field(gt=-LARGEST, lt=LARGEST)], "utcoffsetmin"),
    "recorded_at": (Moment, "recordedat"),
    "site_id": (Annotated[str, AfterValidator(as_site)], "source"),
    "origin": (Origin, "origin"),
    "correlation_id": (UUID, "correlationid"),
    "causation_id": (UUID, "causationid"),
    "command_id": (UUID, "commandid"),
    "policy_version": (str, "policyversion"),
    "reason": (LateReason, "reason"),
    "note_id": (UUID, "noteid"),
    "note_commitment": (Digest, "notecommitment"),
    "prev": (Digest, "prev"),
}
"""Of each field its type, and the attribute that it is."""

INSIDE: dict[str, Any] = {"deviations": tuple[Rule, ...], "sensitivity": tuple[Sensitivity, ...]}
"""Of each field that lies in `data` beside the event its type."""

OTHERS = (
    *("specversion", "type", "subject", "actor", "actorrole", "onbehalfof", "onbehalfofrole"),
    *("datacontenttype", "dataschema"),
)
"""Texts that are no fields by themselves."""


def decode(body: bytes) -> Recorded[Event]:
    """The event of its bytes, as `codec.decode` gives it, and at once where that can be. Raises Unreadable."""
    said = TOLD(body)
    return (said and recorded(said[1].decode(), said[2].decode(), body)) or codec.decode(body)


def recorded(tagged: str, subject: str, body: bytes) -> Recorded[Event] | None:
    """The event of a journey and of a type in its current version; None if it can't be read so."""
    read = _reader(tagged)
    if read is None:
        return None
    try:
        return read(body, strict=True, context=(tagged, subject))
    except ValidationError:
        return None


@cache
def _reader(tagged: str) -> Callable[..., Recorded[Event]] | None:
    """Reads an event's type, if that can be done at once."""
    kind = kind_at_once(tagged)
    if kind is None:
        return None
    kept = [lying(name, TypeAdapter(of).core_schema, attribute) for name, (of, attribute) in FIELDS.items()]
    kept += [lying(f"its_{name}", core_schema.str_schema(), name, init_only=True) for name in OTHERS]
    kept += [lying("its_data", data_of(kind), "data", init_only=True)]
    read = core_schema.dataclass_args_schema("Recorded", kept, collect_init_only=True, extra_behavior="forbid")
    whole = core_schema.with_info_after_validator_function(_whole, read)
    schema = core_schema.dataclass_schema(Recorded, whole, [*FIELDS, *INSIDE, "event", "actor"], slots=True)
    return cast("Callable[..., Recorded[Event]]", SchemaValidator(schema).validate_json)


def data_of(kind: type[Event]) -> core_schema.CoreSchema:
    """What `data` is made of, and nothing else."""
    inside = {
        name: core_schema.typed_dict_field(TypeAdapter(of).core_schema, required=True)
        for name, of in ({"event": kind} | INSIDE).items()
    }
    return core_schema.typed_dict_schema(inside, extra_behavior="forbid")


def lying(
    name: str, schema: core_schema.CoreSchema, attribute: str, *, init_only: bool = False
) -> core_schema.DataclassField:
    """A field that is an attribute of the bytes."""
    if attribute in OPTIONAL:
        schema = core_schema.with_default_schema(schema, default=None)
    return core_schema.dataclass_field(name, schema, kw_only=True, init_only=init_only, validation_alias=attribute)


def _whole(read: tuple[Fields, tuple[Any, ...]], info: core_schema.ValidationInfo) -> tuple[Fields, tuple[()]]:
    """The fields of an event, if it is of the type and the journey that it should be."""
    fields, (form, tagged, subject, *actor, _, _, data) = read
    if form != "1.0" or (tagged, subject) != info.context:
        raise ValueError
    fields.update(data, actor=as_actor(*actor))
    return fields, ()
