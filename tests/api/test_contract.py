"""Does the contract that programs read say what the server does?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from entrypoints.api.asking import IF_MATCH_REQUIRED
from entrypoints.api.auth import MayAsk, checks
from journey.commands import COMMANDS
from journey.store import codec
from journey.values import Role
from tests.api.conftest import Desk
from tests.examples import COMMANDS as EXAMPLES

HIDDEN = {"GET /openapi.json", "GET /sign-in/{code}", "POST /sign-out"}
PAGES = {
    *("GET /", "GET /board", "GET /week", "GET /tasks", "GET /find", "GET /journey/{journey_id}", "GET /outcomes"),
    *("GET /unusual", "GET /drug", "/static"),
}


@pytest.fixture(scope="module")
def contract(busy: Desk) -> dict[str, Any]:
    """The contract as it is served, to whoever asks."""
    answer = busy.get("/openapi.json", None)
    assert answer.status == 200
    whole: dict[str, Any] = answer.json
    return whole


def refs(value: Any) -> Iterator[str]:
    """Every reference in it."""
    if isinstance(value, dict):
        yield from [value["$ref"]] if "$ref" in value else []
        for it in value.values():
            yield from refs(it)
    elif isinstance(value, list):
        for it in value:
            yield from refs(it)


def test_every_route_is_in_it(busy: Desk, contract: dict[str, Any]) -> None:
    """Every route but pages and sign-in is described, once, under a name of its own."""
    described = {f"{method.upper()} {path}" for path, operations in contract["paths"].items() for method in operations}
    assert described == {address for address, _ in checks(busy.server)} - HIDDEN - PAGES
    names = [it["operationId"] for operations in contract["paths"].values() for it in operations.values()]
    assert len(names) == len(set(names))
    assert "start_infusion" in names
    assert contract["openapi"].startswith("3.1")


def test_nothing_points_nowhere(contract: dict[str, Any]) -> None:
    """Every reference leads to a schema, and every schema is one."""
    schemas = contract["components"]["schemas"]
    assert {ref.removeprefix("#/components/schemas/") for ref in refs(contract)} <= schemas.keys()
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described(busy: Desk, contract: dict[str, Any], name: str) -> None:
    """A command's example is valid under its schema, ids may be left out, and no other field may be sent."""
    path = busy.paths()[COMMANDS[name]]
    operation = contract["paths"][path]["post"]
    required = {it["name"] for it in operation["parameters"] if it.get("required")}
    assert "Idempotency-Key" in required
    assert ("If-Match" in required) == (COMMANDS[name] in IF_MATCH_REQUIRED)
    schema = {"components": contract["components"], "$ref": f"#/components/schemas/{name}"}
    body = operation["requestBody"]["content"]["application/json"]["schema"]
    assert body == {"$ref": f"#/components/schemas/{name}"}
    example = codec.plain(EXAMPLES[name])
    if name == "CorrectEntry" and example["replacement"]:
        example["replacement"].pop("stated")
    sent = example | {"at": "2026-03-02T09:00:00Z", "note": "words"}
    validator = Draft202012Validator(schema)
    assert [error.message for error in validator.iter_errors(sent)] == []
    assert list(validator.iter_errors(sent | {"unheard": 1}))
    assert list(validator.iter_errors({key: value for key, value in sent.items() if key != "at"}))


def test_schemas_agree_with_the_server(busy: Desk, contract: dict[str, Any]) -> None:
    """Each field that the schema requires is missed by the server, too, and none besides."""
    for address, check in checks(busy.server):
        if not isinstance(check, MayAsk):
            continue
        schema = contract["components"]["schemas"][check.command.__name__]
        example = codec.plain(EXAMPLES[check.command.__name__])
        body = {name: value for name, value in example.items() if name in schema["required"] and name != "at"}
        role = next(role for role in Role if check.allows(role))
        key = "00000000-0000-4000-8000-000000000001"
        path = address.removeprefix("POST ").format(journey_id=key, container_id=key)
        headers = {"Idempotency-Key": key, "If-Match": '"0"'}
        answer = busy.send("POST", path, role, headers=headers, json=body)
        assert answer.json["detail"] == "at is missing.", (address, answer.text)


def test_problems_are_described(contract: dict[str, Any], busy: Desk) -> None:
    """Every route may answer a problem, and a problem is as described."""
    for operations in contract["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert "422" not in operation["responses"]
    schema = contract["components"]["schemas"]["Problem"]
    for path, role in (("/schedule/day", None), ("/schedule/day", Role.ANALYST), ("/schedule/day?date=x", Role.NURSE)):
        Draft202012Validator(schema).validate(json.loads(busy.get(path, role).text))
