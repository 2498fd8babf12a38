"""Which shapes have events had, and how is an old one read today?

Adding an optional field changes no version. Any other change gives the event its next version in `VERSIONS`, and an
upcast from the one before: what is stored is never written anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from journey.events import EVENTS, OF_CONTAINER

Fields = dict[str, Any]

VERSIONS: dict[str, int] = {}
"""Events whose shape has changed, with their current version; all others are at 1."""

UPCASTS: dict[tuple[str, int], Callable[[Fields], Fields]] = {}
"""Of an event's name and old version: its plain fields as the next version has them."""


class UnknownVersion(ValueError):  # noqa: N818 - what it is
    """A type or version of an event that this program does not know."""


def current(name: str) -> str:
    """An event's type with its current version, as consumers know it."""
    return f"{_prefix(name)}.{name}.v{VERSIONS.get(name, 1)}"


def upcast(tagged: str, fields: Fields) -> tuple[str, Fields]:
    """An event's name, and its fields as the current version has them. Raises UnknownVersion."""
    name, version = parts(tagged)
    newest = VERSIONS.get(name, 1)
    if version > newest:
        raise UnknownVersion("a version of the event that is not known yet")
    for old in range(version, newest):
        fields = UPCASTS[name, old](fields)
    return name, fields


@cache
def parts(tagged: str) -> tuple[str, int]:
    """The name and the version that a type is made of. Raises UnknownVersion."""
    prefix, _, rest = tagged.partition(".")
    name, _, version = rest.partition(".v")
    if name not in EVENTS or prefix != _prefix(name) or not version.isdecimal() or version.startswith("0"):
        raise UnknownVersion("no such type of event")
    return name, int(version)


def _prefix(name: str) -> str:
    """What a type begins with: which kind of stream the event lies in."""
    return "drug" if EVENTS.get(name) in OF_CONTAINER else "journey"
