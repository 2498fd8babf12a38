"""How does a reader of another age read an event: one that knows less than whoever wrote it?

The store reads its own events strictly. A service that follows them may be older: what was added since, it leaves out.
"""

from __future__ import annotations

from dataclasses import is_dataclass
from typing import Any, get_args, get_type_hints

from journey.events import EVENTS, EntryCorrected, Event
from journey.recorded import Recorded
from journey.store import codec
from journey.store.closed import Correction
from journey.store.versions import Fields, current, parts


def recorded(attributes: Fields) -> Recorded[Event]:
    """The event of its attributes, without what this program does not know of it. Raises codec.Unreadable."""
    try:
        return codec.recorded(attributes)
    except codec.Unreadable:
        known = _known(attributes)
        if known == attributes:
            raise
        return codec.recorded(known)


def _known(attributes: Fields) -> Fields:
    """The attributes and fields that are known; all of them, if that is not what is wrong."""
    try:
        kept = {name: it for name, it in attributes.items() if name in codec.REQUIRED | codec.OPTIONAL}
        data = {name: it for name, it in attributes["data"].items() if name in codec.DATA}
        data["event"] = _event(attributes["type"], data["event"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return attributes
    return kept | {"data": data}


def _event(tagged: str, event: Any) -> Any:
    """An event's fields; those of an older version can't have been added to."""
    name, _ = parts(tagged)
    if tagged != current(name):
        return event
    if name != EntryCorrected.__name__:
        return _of(EVENTS[name], event)
    kept = _of(Correction, event)
    put = kept.get("replacement")
    if put is not None:
        put["data"] = _event(put["type"], put["data"])
    return kept


def _of(hint: Any, value: Any) -> Any:
    """A value without what its type does not have, all the way down; a list is of one type."""
    if isinstance(value, list):
        return [_of(hint, it) for it in value]
    kind = _dataclass(hint)
    if kind is None or not isinstance(value, dict):
        return value
    hints = get_type_hints(kind)
    return {name: _of(hints[name], it) for name, it in value.items() if name in hints}


def _dataclass(hint: Any) -> type | None:
    """The dataclass that a type is, or is made of."""
    if is_dataclass(hint) and isinstance(hint, type):
        return hint
    return next((found for it in get_args(hint) if (found := _dataclass(it)) is not None), None)
