"""How are the types of the domain read strictly: no field that they do not have, and no value of another kind?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_type_hints
from uuid import UUID

from pydantic import ConfigDict, TypeAdapter, with_config

from journey.events.records import CorrectionKind, CorrectionReason
from journey.values import Instant, UserId

T = TypeVar("T")

CLOSED = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """What a correction puts in place; `data` is read by the type it names."""

    type: str
    at: Instant
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction as it is sent and as it is stored, half read."""

    target_event_id: UUID
    kind: CorrectionKind
    replacement: Put | None = None
    reason: CorrectionReason
    approved_by: UserId


def read(kind: type[T], json: bytes) -> T:
    """A value of a type, from JSON. Raises pydantic's ValidationError.

    By way of JSON, because strict reading knows there which texts stand for times, ids, decimals and codes.
    """
    return cast("T", _reader(kind).validate_json(json, strict=True))  # type: ignore[arg-type]  # mypy takes a class for unhashable


def schemas(kinds: Mapping[str, type], ref: str) -> dict[str, Any]:
    """JSON Schemas of some types by name, and of what they are made of; `ref` says how one names another."""
    named = [(name, "validation", _reader(kind)) for name, kind in kinds.items()]
    own, shared = TypeAdapter.json_schemas(named, ref_template=ref)  # type: ignore[arg-type]  # a list of literal modes
    parts: dict[str, Any] = shared.get("$defs", {})
    whole = {name: parts.get(str(schema.get("$ref")).rpartition("/")[2], schema) for (name, _), schema in own.items()}
    return parts | whole


@cache
def _reader(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(closed(kind))


def closed(kind: type[T]) -> type[T]:
    """The type, which pydantic from now on reads without a field it does not have."""
    for part in {kind, *_parts(kind)}:
        with_config(CLOSED)(part)
    return kind


def _parts(kind: Any) -> Iterator[Any]:
    """The dataclasses that a type is made of."""
    for hint in get_type_hints(kind, include_extras=False).values():
        for part in _named(hint):
            if is_dataclass(part):
                yield part
                yield from _parts(part)


def _named(hint: Any) -> Iterator[Any]:
    yield hint
    for argument in get_args(hint):
        yield from _named(argument)
