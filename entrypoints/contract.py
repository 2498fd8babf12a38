"""What shape has what we publish: an event's data, and the record around it?

Open for readers, who ignore what they do not know, so that a field may be added; closed for what we write.
"""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

from journey.events import EVENTS, EntryCorrected
from journey.store import closed, codec
from journey.store.versions import current
from journey.values import LateReason, Origin, Role, Sensitivity

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE = "envelope.json"


def _text(format_: str | None = None, pattern: str | None = None) -> Schema:
    """A text, of a form or a pattern."""
    said = {"format": format_, "pattern": pattern}
    return {"type": "string", **{name: it for name, it in said.items() if it is not None}}


def _one_of(codes: type[Enum]) -> Schema:
    return {"type": "string", "enum": [str(it.value) for it in codes]}


DECIMAL = _text(pattern=r"^-?[0-9]+(\.[0-9]+)?$")
ID, TIME, DIGEST, WHO = _text("uuid"), _text("date-time"), _text(pattern="^[0-9a-f]{64}$"), _text()

ATTRIBUTES: dict[str, Schema] = {
    "specversion": {"const": "1.0"},
    "id": ID,
    "source": _text("uri-reference", "^/sites/[a-z0-9][a-z0-9-]{0,39}$"),
    "type": _text(pattern=r"^(journey|drug)\.[A-Za-z]+\.v[1-9][0-9]*$"),
    "subject": ID,
    "time": TIME,
    "datacontenttype": {"const": "application/json"},
    "dataschema": _text("uri-reference"),
    "streamversion": {"type": "integer", "minimum": 1},
    "recordedat": TIME,
    "utcoffsetmin": {"type": "integer"},
    "actor": WHO,
    "actorrole": _one_of(Role),
    "onbehalfof": WHO,
    "onbehalfofrole": _one_of(Role),
    "origin": _one_of(Origin),
    "correlationid": ID,
    "causationid": ID,
    "commandid": ID,
    "policyversion": _text(),
    "reason": _one_of(LateReason),
    "noteid": ID,
    "notecommitment": DIGEST,
    "prev": DIGEST,
    "data": {"type": "object"},
}


def envelope() -> Schema:
    """The record around every event: a CloudEvent."""
    return {
        "$schema": DRAFT,
        "$id": ENVELOPE,
        "title": "The envelope of every event: CloudEvents 1.0, structured, JSON",
        "type": "object",
        "required": sorted(codec.REQUIRED),
        "properties": ATTRIBUTES,
    }


@cache
def data_schema(event: str, *, is_closed: bool = False) -> Schema:
    """The shape of an event's `data`, in its current version: the schema that each event names in its `dataschema`."""
    kind = closed.Correction if event == EntryCorrected.__name__ else EVENTS[event]
    shapes = _as_written(closed.schemas({event: kind}, "#/$defs/{model}"))
    codes = {"type": "array", "items": {"type": "string"}}
    whole = {
        "$schema": DRAFT,
        "$id": f"/schemas/{current(event)}.json",
        "type": "object",
        "required": sorted(codec.DATA),
        "properties": {
            "event": {"$ref": f"#/$defs/{event}"},
            "deviations": codes,
            "sensitivity": codes if not is_closed else codes | {"items": _one_of(Sensitivity)},
        },
        "additionalProperties": False,
        "$defs": shapes,
    }
    return whole if is_closed else _opened(whole)


def record_schema(event: str, *, is_closed: bool = False) -> Schema:
    """The shape of a whole record, to be read beside the envelope's."""
    data = {name: it for name, it in data_schema(event, is_closed=is_closed).items() if not name.startswith("$")}
    whole = {
        "$schema": DRAFT,
        "$id": f"{current(event).partition('.')[2]}.json",
        "title": current(event),
        "description": " ".join((EVENTS[event].__doc__ or "").split()),
        "$ref": ENVELOPE,
        "properties": {"type": {"const": current(event)}, "data": data},
        "$defs": data_schema(event, is_closed=is_closed)["$defs"],
    }
    return whole | {"unevaluatedProperties": False} if is_closed else whole


def _opened(shape: Any) -> Any:
    """A schema that lets further fields be."""
    if isinstance(shape, dict):
        kept = {key: _opened(value) for key, value in shape.items()}
        if kept.get("additionalProperties") is False:
            del kept["additionalProperties"]
        return kept
    return [_opened(part) for part in shape] if isinstance(shape, list) else shape


def _as_written(shape: Any) -> Any:
    """A schema without titles, and of decimals as texts alone: never as numbers, which a reader may round."""
    if isinstance(shape, list):
        return [_as_written(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    kept = {key: _as_written(it) for key, it in shape.items() if not (key == "title" and isinstance(it, str))}
    parts = kept.get("anyOf", [])
    if {"number", "string"} <= {part.get("type") for part in parts}:
        texts = [DECIMAL if part.get("type") == "string" else part for part in parts if part.get("type") != "number"]
        kept = kept | {"anyOf": texts} if len(texts) > 1 else {**kept, **DECIMAL, "anyOf": None}
    return {key: it for key, it in kept.items() if key != "anyOf" or it is not None}
