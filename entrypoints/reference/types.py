"""How is a field's type written for people?"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from annotated_types import Ge, Gt, Le, MinLen

from journey.commands import COMMANDS, Reportable
from journey.commands.records import Amendment
from journey.events import EVENTS, Original
from journey.events.records import Replacement
from journey.values import Code, New

UNITS = {
    "mg_per_kg": "mg/kg",
    "mg_per_ml": "mg/ml",
    "ml_h": "ml/h",
    "per_min": "1/min",
    "mmhg": "mmHg",
    "mg": "mg",
    "kg": "kg",
    "cm": "cm",
    "ml": "ml",
    "min": "min",
    "h": "h",
    "d": "days",
    "pct": "%",
    "cents": "cents",
    "years": "years",
    "weeks": "weeks",
}
UNIT = re.compile(rf"(?:^|_)({'|'.join(UNITS)})(?=_|$)")

PLAIN = {
    bool: "true or false",
    int: "whole number",
    Decimal: "number, as text",
    UUID: "UUID",
    datetime: "time with its offset",
    date: "date",
    Reportable: "the entry, as its command asks for it",
    Original: "an event of that type",
    object: "any",
}


def hints(kind: type) -> dict[str, Any]:
    """The types of a dataclass's fields, with their marks."""
    return get_type_hints(kind, localns={"Original": Original, "Reportable": Reportable}, include_extras=True)


def unit(name: str) -> str:
    """The unit that a field's name carries."""
    found = UNIT.findall(name)
    return UNITS[found[-1]] if found else ""


def written(hint: Any, link: str = "") -> str:
    """A type in words; lists of values and parts are links into the page `link`."""
    hint, marks = _plain(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if code := next((mark for mark in marks if isinstance(mark, Code)), None):
        return code.system
    if origin is tuple:
        return _list(arguments, marks, link)
    if origin is not None and issubclass(origin, Mapping):
        key, value = arguments
        return f"object: {written(key, link)} to {written(value, link)}{' or null' if optional(value) else ''}"
    if hint is Amendment:  # sent as it is stored
        hint = Replacement
    if isinstance(hint, type) and (issubclass(hint, Enum) or is_dataclass(hint)):
        return f"[{hint.__name__}]({link}#{hint.__name__.lower()})"
    return f"{PLAIN[hint]}{_bounds(marks)}"


def optional(hint: Any) -> bool:
    """Whether a field may be null."""
    return _is_union(hint) and type(None) in get_args(hint)


def needed(field: Field[Any], hint: Any) -> str:
    """Whether a field must be sent, and what it is otherwise."""
    if New() in _plain(hint)[1]:
        return "derived"
    if field.default is MISSING:
        return "yes" if field.default_factory is MISSING else "no"
    if field.default in (None, ()):
        return "no"
    return f"no: `{getattr(field.default, 'value', field.default)}`".replace("`False`", "`false`")


def listed() -> tuple[list[type[Enum]], list[type]]:
    """Every list of values, and every part that is no event or command, in the order they are met."""
    enums: dict[type[Enum], None] = {}
    parts: dict[type, None] = {}
    ahead: list[type] = [*EVENTS.values(), *COMMANDS.values()]
    while ahead:
        kind = ahead.pop(0)
        for found in (it for field in fields(kind) for it in _named(hints(kind)[field.name])):
            if issubclass(found, Enum):
                enums[found] = None
            elif found not in {*parts, Amendment, *EVENTS.values(), *COMMANDS.values()}:
                parts[found] = None
                ahead.append(found)
    return list(enums), list(parts)


def _named(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint) and (issubclass(hint, Enum) or is_dataclass(hint)):
        yield hint
    for argument in get_args(hint):
        yield from _named(argument)


def _plain(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type behind `| None` and `Annotated`, and its marks."""
    if hint in PLAIN:
        return hint, ()
    if optional(hint):
        (hint,) = (it for it in get_args(hint) if it is not type(None))
    if get_origin(hint) is Annotated:
        plain, *marks = get_args(hint)
        return plain, tuple(marks)
    return hint, ()


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in {Union, types.UnionType}


def _list(arguments: tuple[Any, ...], marks: tuple[Any, ...], link: str) -> str:
    item = written(arguments[0], link)
    if Ellipsis not in arguments:
        return f"list of {len(arguments)}: {item}"
    return f"list of {item}{', at least one' if MinLen(1) in marks else ''}"


def _bounds(marks: tuple[Any, ...]) -> str:
    over = next((it.gt for it in marks if isinstance(it, Gt)), None)
    low = next((it.ge for it in marks if isinstance(it, Ge)), None)
    high = next((it.le for it in marks if isinstance(it, Le)), None)
    if high is None:
        return ""
    return f", {low} to {high}" if over is None else f", over {over}, at most {high}"
