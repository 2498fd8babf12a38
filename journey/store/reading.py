"""How does what people and programs send become a command? Faults are named by field and rule, never by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast, get_type_hints
from uuid import UUID, uuid5

import orjson
from pydantic import ValidationError

from journey.commands import ANSWERED_BY, COMMANDS, Command, CorrectEntry, Reportable, new_ids
from journey.commands.records import Amendment
from journey.store import closed

T = TypeVar("T")

ASKED_BY = {event.__name__: command for command, event in ANSWERED_BY.items() if command is not CorrectEntry}
"""Of an event's name the command that asks for it."""


class Invalid(Exception):  # noqa: N818 - what the sender's words are
    """What was sent is no command: a code and a text that name the fault, and nothing of what was sent."""

    def __init__(self, code: str, message: str) -> None:
        """Say what is wrong."""
        super().__init__(message)
        self.code = code
        self.message = message


def read_command(name: str, sent: Mapping[str, Any], command_id: UUID) -> Command:
    """The command of its name and fields; ids left out of what it brings into being are derived from `command_id`.

    Raises Invalid.
    """
    kind = COMMANDS.get(name)
    if kind is None:
        raise Invalid("unknown_command", "There is no such command.")
    if kind is CorrectEntry:
        return _correction(sent)
    left_out = [field for field in new_ids(kind) if field not in sent]  # type: ignore[arg-type]  # mypy takes a class for unhashable
    named = {field: uuid5(command_id, field) for field in left_out}
    return read(kind, {**sent, **named})


def read(kind: type[T], sent: Mapping[str, Any]) -> T:
    """A value of a type from plain fields. Raises Invalid, naming the first field at fault."""
    try:
        json = orjson.dumps(sent)
    except orjson.JSONEncodeError:
        raise Invalid("invalid_field", "A number is too large, or a text broken.") from None
    try:
        return closed.read(kind, json)
    except ValidationError as error:
        raise _invalid(kind, error) from None


def _correction(sent: Mapping[str, Any]) -> CorrectEntry:
    correction = read(closed.Correction, sent)
    amendment = correction.replacement
    return CorrectEntry(
        target_event_id=correction.target_event_id,
        kind=correction.kind,
        replacement=None if amendment is None else _amended(amendment),
        reason=correction.reason,
        approved_by=correction.approved_by,
    )


def _amended(amendment: closed.Put) -> Amendment:
    """Fields that the command has are asked; the others of its event were computed, and are only compared."""
    kind = ASKED_BY.get(amendment.type)
    if kind is None:
        raise Invalid("invalid_field", "replacement.type: no entry of this type can be amended.")
    asked = {it.name for it in fields(kind)}
    computed = {it.name for it in fields(ANSWERED_BY[kind])} - asked
    data = {key: value for key, value in amendment.data.items() if key not in computed}
    stated = {key: value for key, value in amendment.data.items() if key in computed}
    try:
        asked_again = cast("Reportable", read(kind, data))
    except Invalid as invalid:
        raise Invalid(invalid.code, f"replacement.data: {invalid.message}") from None
    return Amendment(type=amendment.type, at=amendment.at, data=asked_again, stated=stated)


def _invalid(kind: type[Any], error: ValidationError) -> Invalid:
    fault = error.errors(include_url=False, include_input=False)[0]
    known = _names(kind)
    path = [str(part) for part in fault["loc"] if isinstance(part, int) or part in known]
    if fault["type"] == "unexpected_keyword_argument" or fault["type"] == "extra_forbidden":
        where = f"{path[0]}: " if path else ""
        return Invalid("unknown_field", f"{where}a field that is not known; known are {', '.join(sorted(known))}.")
    if fault["type"] in {"missing", "missing_argument", "missing_keyword_only_argument"}:
        return Invalid("missing_field", f"{'.'.join(path) or 'A field'} is missing.")
    return Invalid("invalid_field", f"{'.'.join(path) or 'A field'} {_fault(fault)}.")


def _names(kind: type[Any]) -> frozenset[str]:
    """The names of a type's fields, and of the fields of what it is made of: what a message may repeat."""
    names: set[str] = set()
    for name, hint in get_type_hints(kind).items():
        names.add(name)
        for part in (hint, *getattr(hint, "__args__", ())):
            if hasattr(part, "__dataclass_fields__"):
                names |= _names(part)
    return frozenset(names)


BOUNDS = {
    "greater_than": ("gt", "must be more than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
    "too_short": ("min_length", "must have at least this many entries:"),
    "too_long": ("max_length", "must have at most this many entries:"),
}

KINDS = {
    "timezone_aware": "must be a time with its offset from UTC",
    "datetime": "must be a time in ISO 8601, with its offset from UTC",
    "date": "must be a date in ISO 8601",
    "uuid": "must be a UUID",
    "decimal_max_places": "has too many decimal places",
    "decimal": "must be a decimal number",
    "finite": "must be a finite number",
    "int": "must be a whole number",
    "bool": "must be true or false",
    "string_pattern": "is not of the form that its code has",
    "string": "must be text",
    "tuple": "must be a list",
    "dict": "must be an object",
    "mapping": "must be an object",
    "dataclass": "must be an object",
}


def _fault(fault: Any) -> str:
    kind, context = str(fault["type"]), fault.get("ctx", {})
    if kind == "enum":
        return f"must be one of {context['expected']}"
    if kind in BOUNDS:
        bound, words = BOUNDS[kind]
        return f"{words} {context[bound]}"
    return next((words for start, words in KINDS.items() if kind.startswith(start)), "is not valid")
