"""Is there no free word in any event or command, and no time without an offset?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

from journey.commands import COMMANDS
from journey.events import EVENTS
from journey.values import Aware, Code

ELSEWHERE = {"Original": type(None), "Reportable": type(None)}
"""What a correction holds is any other event or command, and looked at there."""


def leaves(name: str, hint: Any, marks: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    """Every type that a field may hold at its ends, with what it is marked by."""
    if get_origin(hint) is Annotated:
        yield from leaves(name, hint.__origin__, hint.__metadata__)
    elif is_dataclass(hint):
        hints = get_type_hints(hint, localns=ELSEWHERE, include_extras=True)
        for field in fields(hint):
            yield from leaves(f"{name}.{field.name}", hints[field.name])
    elif get_args(hint):
        for inner in get_args(hint):
            yield from leaves(name, inner)
    else:
        yield name, hint, marks


@pytest.mark.parametrize("name", EVENTS)
def test_every_word_of_an_event_is_an_enum_or_a_code(name: str) -> None:
    """A plain `str` carries the code system that its values follow; anything else is a type of its own."""
    for path, leaf, marks in leaves(name, EVENTS[name]):
        assert leaf not in {Any, object, bytes}, path
        assert leaf is not str or any(isinstance(mark, Code) for mark in marks), path


@pytest.mark.parametrize("name, kind", [*EVENTS.items(), *COMMANDS.items()])
def test_every_time_has_an_offset(name: str, kind: type) -> None:
    """A `datetime` is one that a reader refuses without an offset."""
    for path, leaf, marks in leaves(name, kind):
        assert leaf is not datetime or any(isinstance(mark, Aware) for mark in marks), path


def test_the_walk_would_find_a_free_word() -> None:
    """A plain `str` is seen however deep it lies."""
    assert [path for path, leaf, _ in leaves("x", dict[str, tuple[str | None, ...]]) if leaf is str] == ["x", "x"]
