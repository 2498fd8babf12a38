"""How is a whole event read in one pass over its bytes, by whoever was told what they are?

Where the bytes do not allow it, nothing is said of them: codec.py and opened.py read them with more patience.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema

from journey.errors import Rule
from journey.events import Event
from journey.recorded import Recorded
from journey.store.codec import OPTIONAL, as_actor, as_moment, as_site, as_uuid
from journey.store.happened import kind_at_once
from journey.store.versions import Fields
from journey.values import Digest, LateReason, Origin, Sensitivity

Moment = Annotated[str, AfterValidator(as_moment)]

FIELDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "event_id": (UUID, ("id",)),
    "journey_id": (Annotated[str, AfterValidator(as_uuid)], ("subject",)),
    "version": (Annotated[int, Field(ge=1)], ("streamversion",)),
    "at": (Moment, ("time",)),
    "utc_offset_min": (int, ("utcoffsetmin",)),
    "recorded_at": (Moment, ("recordedat",)),
    "deviations": (tuple[Rule, ...], ("data", "deviations")),
    "site_id": (Annotated[str, AfterValidator(as_site)], ("source",)),
    "origin": (Origin, ("origin",)),
    "correlation_id": (UUID, ("correlationid",)),
    "causation_id": (UUID, ("causationid",)),
    "command_id": (UUID, ("commandid",)),
    "policy_version": (str, ("policyversion",)),
    "reason": (LateReason, ("reason",)),
    "note_id": (UUID, ("noteid",)),
    "note_commitment": (Digest, ("notecommitment",)),
    "sensitivity": (tuple[Sensitivity, ...], ("data", "sensitivity")),
    "prev": (Digest, ("prev",)),
}
"""Of each field its type, and where it lies."""

OTHERS = ("specversion", "type", "subject", "actor", "actorrole", "onbehalfof", "onbehalfofrole")
"""Texts that are no fields by themselves."""


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
    fields = {"event": (kind, ("data", "event"))} | FIELDS
    lying = [_lying(name, of, *path) for name, (of, path) in fields.items()]
    lying += [_lying(f"its_{name}", str, name, init_only=True) for name in OTHERS]
    read = core_schema.dataclass_args_schema("Recorded", lying, collect_init_only=True)
    whole = core_schema.with_info_after_validator_function(_whole, read)
    schema = core_schema.dataclass_schema(Recorded, whole, [*fields, "actor"], slots=True)
    return cast("Callable[..., Recorded[Event]]", SchemaValidator(schema).validate_json)


def _lying(name: str, kind: Any, *path: str | int, init_only: bool = False) -> core_schema.DataclassField:
    """A field whose value lies there in the bytes."""
    schema = TypeAdapter(kind).core_schema
    if path[0] in OPTIONAL:
        schema = core_schema.with_default_schema(schema, default=None)
    return core_schema.dataclass_field(name, schema, kw_only=True, init_only=init_only, validation_alias=[*path])


def _whole(read: tuple[Fields, tuple[Any, ...]], info: core_schema.ValidationInfo) -> tuple[Fields, tuple[()]]:
    """The fields of an event, if it is of the type and the journey that it should be."""
    fields, (form, tagged, subject, *actor) = read
    if form != "1.0" or (tagged, subject) != info.context:
        raise ValueError
    fields["actor"] = as_actor(*actor)
    return fields, ()
