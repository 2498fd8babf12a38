"""What shape has an event's `data`? The schema that each event names in its `dataschema`.

Published open: a reader ignores what it does not know, so that a field may be added.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, Depends

from entrypoints.api.auth import Everybody
from entrypoints.api.problems import Fault, Problem
from journey.events import EVENTS, EntryCorrected
from journey.store import closed
from journey.store.versions import UnknownVersion, current, parts

routes = APIRouter(tags=["events"])

CODES = {"type": "array", "items": {"type": "string"}}


@routes.get("/schemas/{name}.json", dependencies=[Depends(Everybody("the contract; there is no patient in it"))])
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of an event type's `data`, such as `journey.VitalsRecorded.v1`."""
    try:
        event, _ = parts(name)
    except UnknownVersion:
        raise Problem(Fault.NOT_FOUND) from None
    if name != current(event):
        raise Problem(Fault.NOT_FOUND)
    return published(event)


@cache
def published(event: str) -> dict[str, Any]:
    """The schema of the current version of an event."""
    kind = closed.Correction if event == EntryCorrected.__name__ else EVENTS[event]
    shapes = _opened(closed.schemas({event: kind}, "#/$defs/{model}"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"/schemas/{current(event)}.json",
        "type": "object",
        "required": ["event", "deviations", "sensitivity"],
        "properties": {"event": {"$ref": f"#/$defs/{event}"}, "deviations": CODES, "sensitivity": CODES},
        "$defs": shapes,
    }


def _opened(shape: Any) -> Any:
    """A schema that lets further fields be."""
    if isinstance(shape, dict):
        kept = {key: _opened(value) for key, value in shape.items()}
        if kept.get("additionalProperties") is False:
            del kept["additionalProperties"]
        return kept
    return [_opened(part) for part in shape] if isinstance(shape, list) else shape
