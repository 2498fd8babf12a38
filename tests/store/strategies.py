"""Which values can a type of the domain have? Hypothesis draws them from the annotations alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from annotated_types import Ge, Gt, Le, Lt, MinLen
from hypothesis import strategies as st

from journey.commands import COMMANDS, CorrectEntry
from journey.events import EVENTS, EntryCorrected, Event
from journey.events.records import Replacement
from journey.recorded import Recorded
from journey.values import YEARS, Code

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
PART = re.compile(r"((\[[^]\\]+\])(?:\{(\d+)(?:,(\d+))?\})?)")
"""A class of characters, and how many of it."""

INSTANTS = st.datetimes(
    YEARS[0].replace(tzinfo=None), YEARS[1].replace(tzinfo=None) - timedelta(microseconds=1)
).flatmap(lambda moment: OFFSETS.map(lambda zone: moment.replace(tzinfo=UTC).astimezone(zone)))


def values(hint: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one arm a kind of type
    """Draw values of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        return st.one_of([values(argument) for argument in arguments])
    if origin is tuple:
        return _tuples(arguments, at_least=0)
    if origin is Mapping:
        return st.dictionaries(values(arguments[0]), values(arguments[1]), max_size=5)
    if hint is type(None):
        return st.none()
    if hint is Replacement:
        return replacements()
    if is_dataclass(hint):
        return built(hint)  # type: ignore[arg-type]  # mypy takes a class for unhashable
    return _simple(hint)


@cache
def built(kind: type) -> st.SearchStrategy[Any]:
    """Draw instances of a dataclass; fields with a default are sometimes left out."""
    hints = get_type_hints(kind, include_extras=True)
    drawn = {field.name: values(hints[field.name]) for field in fields(kind)}
    optional = {field.name for field in fields(kind) if field.default is not MISSING}
    return st.fixed_dictionaries(
        {name: drawn[name] for name in drawn if name not in optional},
        optional={name: drawn[name] for name in drawn if name in optional},
    ).map(lambda given: kind(**given))


@cache
def coded(pattern: str) -> st.SearchStrategy[str]:
    """Draw codes. Most are classes of characters, one after the other: one draw does for each."""
    parts = PART.findall(pattern)
    if "".join(whole for whole, *_ in parts) != pattern:
        return st.from_regex(pattern, fullmatch=True)
    return st.tuples(
        *(
            st.text(characters(kind), min_size=int(least or 1), max_size=int(most or least or 1))
            for _, kind, least, most in parts
        )
    ).map("".join)


def characters(kind: str) -> str:
    """All of a class of characters."""
    return "".join(it for it in map(chr, range(128)) if re.fullmatch(kind, it))


def replacements() -> st.SearchStrategy[Replacement]:
    """Draw what a correction puts in place."""
    return st.builds(
        lambda at, data: Replacement(type=type(data).__name__, at=at, data=data), INSTANTS, events(corrections=False)
    )


def events(*, corrections: bool = True) -> st.SearchStrategy[Any]:
    """Draw events of every type."""
    kinds: list[Any] = [kind for kind in EVENTS.values() if corrections or kind is not EntryCorrected]
    return st.deferred(lambda: st.one_of([built(kind) for kind in kinds]))


def asked() -> st.SearchStrategy[Any]:
    """Draw commands of every type but corrections."""
    kinds: list[Any] = [kind for kind in COMMANDS.values() if kind is not CorrectEntry]
    return st.deferred(lambda: st.one_of([built(kind) for kind in kinds]))


def recorded() -> st.SearchStrategy[Recorded[Event]]:
    """Draw events in their envelopes."""
    hints = get_type_hints(Recorded, include_extras=True)
    own: dict[str, st.SearchStrategy[Any]] = {
        "event": events(),
        "at": INSTANTS,
        "recorded_at": INSTANTS,
        "version": st.integers(1, 2**53),
        "utc_offset_min": st.integers(-14 * 60, 14 * 60),
        "policy_version": values(hints["site_id"]),
    }
    others = {field.name: values(hints[field.name]) for field in fields(Recorded) if field.name not in own}
    return st.fixed_dictionaries({**others, **own}).map(lambda given: Recorded(**given))


def _annotated(kind: Any, marks: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    code = next((mark for mark in marks if isinstance(mark, Code)), None)
    if code is not None:
        return coded(code.pattern)
    if get_origin(kind) is tuple:
        at_least = next((mark.min_length for mark in marks if isinstance(mark, MinLen)), 0)
        return _tuples(get_args(kind), at_least=at_least)
    return _simple(kind, *_bounds(marks))


def _bounds(marks: tuple[Any, ...]) -> tuple[Any, Any]:
    least = most = None
    for mark in marks:
        match mark:
            case Ge(bound):
                least = bound
            case Gt(bound):
                least = Decimal("0.000001") + Decimal(str(bound))
            case Le(bound):
                most = bound
            case Lt(date() as bound):
                most = bound - timedelta(days=1)
            case Lt(int() as bound):
                most = Decimal(bound) - Decimal("0.000001")
            case _:
                pass
    return least, most


def _tuples(arguments: tuple[Any, ...], *, at_least: int) -> st.SearchStrategy[Any]:
    if len(arguments) == 2 and arguments[1] is ...:
        return st.lists(values(arguments[0]), min_size=at_least, max_size=at_least + 3).map(tuple)
    return st.tuples(*(values(argument) for argument in arguments))


def _simple(kind: Any, least: Any = None, most: Any = None) -> st.SearchStrategy[Any]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if kind is Decimal:
        return st.decimals(least, most or 10**9, places=6, allow_nan=False, allow_infinity=False)
    if kind is int:
        return st.integers(least, most)
    if kind is date:
        return st.dates(least, most)
    drawn: dict[Any, st.SearchStrategy[Any]] = {bool: st.booleans(), UUID: st.uuids(), datetime: INSTANTS}
    return drawn[kind]
