"""Is the schema that an event names there, and does it say what is stored?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from journey.events import EVENTS
from journey.values import Role
from tests.api.conftest import Desk

GOLDEN = Path(__file__).parents[1] / "golden"


def stored(event: str) -> dict[str, Any]:
    """An event as it is stored."""
    body: dict[str, Any] = json.loads((GOLDEN / f"{event}.v1.json").read_text())
    return body


def validator(desk: Desk, event: str) -> Draft202012Validator:
    """The schema that an event names, as anybody gets it."""
    answer = desk.get(stored(event)["dataschema"], None)
    assert answer.status == 200
    Draft202012Validator.check_schema(answer.json)
    return Draft202012Validator(answer.json)


@pytest.mark.parametrize("event", EVENTS)
def test_what_is_stored_is_valid(busy: Desk, event: str) -> None:
    """The example of each event is valid under the schema that it names; one without a field that it needs is not."""
    schema, data = validator(busy, event), stored(event)["data"]
    assert list(schema.iter_errors(data)) == []
    whole: Any = schema.schema
    required = whole["$defs"][event]["required"]
    short = data | {"event": {key: value for key, value in data["event"].items() if key != required[0]}}
    assert list(schema.iter_errors(short)) != []


def test_a_further_field_is_no_fault(busy: Desk) -> None:
    """A reader of today gets on with the events of tomorrow."""
    data = stored("VitalsRecorded")["data"]
    later = data | {"event": data["event"] | {"temperature_c": "36.8"}}
    assert list(validator(busy, "VitalsRecorded").iter_errors(later)) == []


@pytest.mark.parametrize("name", ["journey.VitalsRecorded.v2", "journey.Nothing.v1", "VitalsRecorded"])
def test_there_is_no_other_schema(busy: Desk, name: str) -> None:
    """An unknown type or version has none."""
    answer = busy.get(f"/schemas/{name}.json", Role.SERVICE)
    assert (answer.status, answer.code) == (404, "not_found")
