"""What shape has an event's `data`? The schema that each event names in its `dataschema`.

Published open: a reader ignores what it does not know, so that a field may be added.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends

from entrypoints.api.auth import Everybody
from entrypoints.api.problems import Fault, Problem
from entrypoints.contract import data_schema
from journey.store.versions import UnknownVersion, current, parts

routes = APIRouter(tags=["events"])


@routes.get("/schemas/{name}.json", dependencies=[Depends(Everybody("the contract; there is no patient in it"))])
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of an event type's `data`, such as `journey.VitalsRecorded.v1`."""
    try:
        event, _ = parts(name)
    except UnknownVersion:
        raise Problem(Fault.NOT_FOUND) from None
    if name != current(event):
        raise Problem(Fault.NOT_FOUND)
    return data_schema(event)
