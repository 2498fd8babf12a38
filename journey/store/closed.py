"""How are the types of the domain read strictly: no field that they do not have?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import is_dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import ConfigDict, with_config

T = TypeVar("T")

CLOSED = ConfigDict(extra="forbid")


def closed(kind: type[T]) -> type[T]:
    """The same class; pydantic's readers of it, and of what it is made of, refuse unknown fields from now on."""
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
