"""What changed between two states of a journey?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from journey.state import Journey
from journey.store.codec import plain

UNTOLD = frozenset({"version"})
"""Changes with every event."""


def changed(before: Journey, after: Journey) -> dict[str, dict[str, Any]]:
    """The fields that differ, by their path in the state, each with its value `before` and `after`."""
    return {
        path: {"before": plain(old), "after": plain(new)}
        for path, old, new in _differences(before, after, "")
        if path not in UNTOLD
    }


def _differences(before: Any, after: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    """Go down as long as both sides have the same shape; what is new or gone is told whole."""
    if before is after:
        return
    inside = _parts(before), _parts(after)
    if type(before) is not type(after) or inside[0] is None or inside[1] is None:
        if before != after:
            yield path, before, after
        return
    for name in {**inside[0], **inside[1]}:
        step = f"{path}.{name}" if path else str(name)
        yield from _differences(inside[0].get(name), inside[1].get(name), step)


def _parts(value: Any) -> Mapping[Any, Any] | None:
    """What a value is made of, by name or number; None of what is one piece."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple):
        return dict(zip(getattr(value, "_fields", range(len(value))), value, strict=True))
    return None
