"""How do `key=value` words become the fields of a command?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from decimal import Decimal
from functools import reduce
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import orjson

from journey.commands import COMMANDS, CorrectEntry
from journey.store.reading import Invalid


def fields_of(command: str, words: Sequence[str]) -> dict[str, Any]:
    """The fields that `key=value` words give: text as it is, numbers and objects as JSON, lists also by commas.

    Of a part `ride.kind=taxi` gives one field. Raises Invalid.
    """
    kind = COMMANDS.get(command)
    hints = {} if kind in (None, CorrectEntry) else get_type_hints(kind, include_extras=False)
    given = [_given(word, hints) for word in words]
    return reduce(_merged, given, {})


def _given(word: str, hints: Mapping[str, Any]) -> dict[str, Any]:
    key, equals, value = word.partition("=")
    if not equals or not key:
        raise Invalid("usage", "fields are given as key=value")
    name, *path = key.split(".")
    hint = hints.get(name)
    for part in path:
        hint = _hint_within(hint, part)
    whole: Any = _value(hint, value)
    for part in reversed(path):
        whole = {part: whole}
    return {name: whole}


def _merged(into: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if isinstance(value, Mapping) and isinstance(into.get(name), dict):
            into[name] = _merged(into[name], value)
        else:
            into[name] = value
    return into


def _hint_within(hint: Any, part: str) -> Any:
    for kind in _kinds(hint):
        if is_dataclass(kind):
            return get_type_hints(kind).get(part)
        if get_origin(kind) is not None and get_origin(kind) is not tuple:
            return get_args(kind)[1]
    return None


def _value(hint: Any, text: str) -> Any:
    kinds = _kinds(hint)
    if any(isinstance(kind, type) and (issubclass(kind, Decimal) or _is_text(kind)) for kind in kinds):
        return text
    if any(get_origin(kind) is tuple for kind in kinds) and not text.startswith("["):
        item = next(get_args(kind)[0] for kind in kinds if get_origin(kind) is tuple)
        return [_value(item, part) for part in text.split(",") if part]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _is_text(kind: type) -> bool:
    return not issubclass(kind, (bool, int, dict)) and not is_dataclass(kind) and kind is not type(None)


def _kinds(hint: Any) -> list[Any]:
    """What a field may be, its marks left aside."""
    if get_origin(hint) is Annotated:
        return _kinds(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        return [kind for argument in get_args(hint) for kind in _kinds(argument)]
    return [] if hint is None else [hint]
