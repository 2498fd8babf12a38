"""What do requests and answers look like to programs? OpenAPI 3.1, from the types and routes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from journey.commands import COMMANDS, Command, CorrectEntry, new_ids
from journey.store import closed

REF = "#/components/schemas/{model}"

PROBLEM = {
    "type": "object",
    "description": "RFC 9457; every text is fixed, and nothing that was sent is said back.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "outcome": {"type": "string", "description": "of a command that a rule refuses: refused or duplicate"},
        "appointment_id": {"type": "string", "format": "uuid", "description": "the appointment that it is about"},
        "slot_no": {"type": "integer", "description": "the slot of the plan that it is about"},
        "resource": {"type": "string", "description": "the chair or staff member that it is about"},
    },
}


def command_schema(kind: type[Command]) -> dict[str, Any]:
    """Where a command's body is described."""
    return {"$ref": REF.format(model=kind.__name__)}


def contract(site: FastAPI, envelope: type, bodies: Iterable[type]) -> dict[str, Any]:
    """The whole contract; `envelope` is sent with any command beside its fields, `bodies` are what else may be sent."""
    whole = get_openapi(title=site.title, version=site.version, routes=site.routes, openapi_version="3.1.0")
    components = whole.setdefault("components", {})
    components["schemas"] = _schemas(envelope, bodies)
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    whole["security"] = [{"bearer": []}]
    problem = {"description": "A problem", "content": {"application/problem+json": {"schema": _ref("Problem")}}}
    for operations in whole["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem
    return whole


def _schemas(envelope: type, bodies: Iterable[type]) -> dict[str, Any]:
    kinds: dict[str, type] = {name: kind for name, kind in COMMANDS.items() if kind is not CorrectEntry}
    kinds |= {CorrectEntry.__name__: closed.Correction, "Envelope": envelope}
    schemas = closed.schemas(kinds | {kind.__name__: kind for kind in bodies}, REF)
    shared = schemas.pop("Envelope")
    for name, kind in COMMANDS.items():
        own = dict(schemas[name])
        derived = () if kind is CorrectEntry else new_ids(kind)  # type: ignore[arg-type]  # mypy takes a class for unhashable
        own["properties"] = own["properties"] | shared["properties"]
        own["required"] = sorted({*own.get("required", ()), *shared["required"]} - set(derived))
        schemas[name] = own
    return schemas | {"Problem": PROBLEM}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REF.format(model=name)}
