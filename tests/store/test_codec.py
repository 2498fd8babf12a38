"""Are events written in one form, for ever, and read back exactly?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
import pytest
from hypothesis import given, settings

from journey.events import EVENTS, Event, InfusionCompleted, Original
from journey.recorded import Recorded
from journey.store import codec, versions
from journey.values import Code
from tests import examples
from tests.decisions.states import maintained
from tests.examples import NOTED
from tests.store import goldens, strategies

GOLDEN = sorted(goldens.FOLDER.glob("*.json"))
BODY = goldens.body_of(examples.EVENTS["InfusionStarted"])


def test_every_event_has_its_example() -> None:
    """The examples are of all the events there are."""
    assert examples.EVENTS.keys() == EVENTS.keys()


@pytest.mark.parametrize("event", examples.EVENTS.values(), ids=lambda event: type(event).__name__)
def test_an_event_is_written_as_it_always_was(event: Event) -> None:
    """The bytes are those of the golden file: a rename, a new order or another type of a field fails here.

    What is new adds an optional field as its last one, which is empty there, or a version with an upcast and a golden
    file of its own.
    """
    stored, written = goldens.path_of(event).read_bytes(), orjson.loads(goldens.body_of(event))
    fields: dict[str, object] = written["data"]["event"]
    came_since = list(fields)[len(orjson.loads(stored)["data"]["event"]) :]
    assert [fields.pop(name) for name in came_since] == [None] * len(came_since)
    assert orjson.dumps(written) == stored


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_was_ever_written_is_read(path: Path) -> None:
    """Every version that ever was is read in its newest shape."""
    read = codec.decode(path.read_bytes())
    assert replace(NOTED, event=read.event) == read
    assert read.event == examples.EVENTS[type(read.event).__name__]


def test_no_golden_file_is_of_nothing() -> None:
    """There is a golden file for each version up to the current one of each event, and no other."""
    known = {f"{name}.v{number + 1}" for name in EVENTS for number in range(versions.VERSIONS.get(name, 1))}
    assert {path.stem for path in GOLDEN} == known


@settings(deadline=None, max_examples=400)
@given(strategies.recorded())
def test_any_event_reads_back_exactly(recorded: Recorded[Event]) -> None:
    """Whatever the types allow is read back equal, and written again as the same bytes."""
    body = codec.encode(recorded)
    assert codec.decode(body) == recorded
    assert codec.encode(codec.decode(body)) == body


def test_the_form_is_a_structured_cloud_event() -> None:
    """The attributes are those of CloudEvents 1.0 with our extensions; what is absent is left out, never null."""
    attributes = orjson.loads(codec.encode(replace(NOTED, reason=None, note_id=None, note_commitment=None, prev=None)))
    assert attributes["specversion"] == "1.0"
    assert attributes["source"] == "/sites/main"
    assert attributes["type"] == "journey.ConsultCompleted.v1"
    assert attributes["time"] == "2026-03-03T17:45:00.000000Z"
    assert None not in attributes.values()
    assert all(name.isascii() and name.isalnum() and name == name.lower() for name in attributes)
    assert {"reason", "noteid", "notecommitment", "prev"}.isdisjoint(attributes)


def test_times_are_written_in_utc() -> None:
    """The same moment is the same bytes, whatever offset it was given with."""
    elsewhere = NOTED.at.astimezone(timezone(timedelta(hours=-8)))
    assert codec.encode(replace(NOTED, at=elsewhere)) == codec.encode(NOTED)


def test_doses_are_text() -> None:
    """A decimal is written as text with its places, never as a float."""
    event = orjson.loads(BODY)["data"]["event"]
    assert (event["dose_mg"], event["total_ml"]) == ("35", "50.0")


def test_the_digest_is_of_the_stored_bytes() -> None:
    """SHA-256 in hex over the bytes as they are."""
    assert codec.digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_type_and_head_are_read_alone() -> None:
    """Type, journey and time of recording are read without the rest."""
    assert codec.head(BODY)[0] == "journey.InfusionStarted.v1"
    assert codec.head(BODY) == ("journey.InfusionStarted.v1", NOTED.journey_id, NOTED.recorded_at)


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(attributes: dict[str, Any]) -> None:
        *above, last = path
        for key in above:
            attributes = attributes[key]
        del attributes[last]

    return change


def _with(value: object, *path: str) -> Callable[[dict[str, Any]], None]:
    def change(attributes: dict[str, Any]) -> None:
        *above, last = path
        for key in above:
            attributes = attributes[key]
        attributes[last] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _with("1.1", "specversion"),
        _with("x", "partitionkey"),
        _with("x", "data", "more"),
        _with("x", "data", "event", "more"),
        _without("subject"),
        _without("commandid"),
        _without("data", "deviations"),
        _without("data", "event", "dose_mg"),
        _with("journey.InfusionStarted.v2", "type"),
        _with("journey.InfusionStarted.v0", "type"),
        _with("journey.InfusionStarted", "type"),
        _with("journey.Recorded.v1", "type"),
        _with("other.InfusionStarted.v1", "type"),
        _with("journey.InfusionCompleted.v1", "type"),
        _with("2026-03-03T17:45:00", "time"),
        _with(1_772_000_000, "time"),
        _with("2026-03-03T17:45:00", "recordedat"),
        _with("7", "streamversion"),
        _with(0, "streamversion"),
        _with(True, "streamversion"),
        _with(1.5, "utcoffsetmin"),
        _with(
            "no such rule",
            "data",
            "deviations",
        ),
        _with(["no_such_rule"], "data", "deviations"),
        _with(["loud"], "data", "sensitivity"),
        _with("Jane Doe", "actor"),
        _with("owner", "actorrole"),
        _with("/clinics/main", "source"),
        _with("/sites/Main Street", "source"),
        _with("abc", "prev"),
        _with("abc", "notecommitment"),
        _with("because", "reason"),
        _with("nobody", "origin"),
        _with("no id", "id"),
        _with("1.5", "data", "event", "attempt_no"),
        _with("1", "data", "event", "attempt_no"),
        _with("-35", "data", "event", "dose_mg"),
        _with("many", "data", "event", "dose_mg"),
        _with("pump 1", "data", "event", "pump_id"),
        _with("pümp", "data", "event", "pump_id"),
        _with("pump-1\n", "data", "event", "pump_id"),
        _with(None, "data"),
    ],
)
def test_other_shapes_are_refused(change: Callable[[dict[str, Any]], None]) -> None:
    """What is not exactly an event of ours is unreadable, and the words say nothing of what was read."""
    attributes = orjson.loads(BODY)
    change(attributes)
    with pytest.raises(codec.Unreadable) as refused:
        codec.decode(orjson.dumps(attributes))
    assert "Doe" not in str(refused.value)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"7", b"\xff\xfe", b'{"data":{}}'])
def test_other_bytes_are_refused(body: bytes) -> None:
    """Bytes that are no JSON, or no object, are unreadable."""
    with pytest.raises(codec.Unreadable):
        codec.decode(body)


def test_an_old_shape_is_upcast_on_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that had another name and unit is read in its new shape, in a correction too; the bytes stay."""
    old = orjson.loads(goldens.body_of(examples.EVENTS["InfusionCompleted"]))
    litres = Decimal(old["data"]["event"].pop("ml_infused")) / 1_000
    old["data"]["event"]["l_infused"] = str(litres)
    correction = orjson.loads(goldens.body_of(examples.EVENTS["EntryCorrected"]))
    correction["data"]["event"]["replacement"] |= {"type": old["type"], "data": old["data"]["event"]}

    def upcast(event: dict[str, Any]) -> dict[str, Any]:
        return {"session_id": event["session_id"], "ml_infused": str(Decimal(event["l_infused"]) * 1_000)}

    monkeypatch.setitem(versions.VERSIONS, "InfusionCompleted", 2)
    monkeypatch.setitem(versions.UPCASTS, ("InfusionCompleted", 1), upcast)
    session_id = UUID(old["data"]["event"]["session_id"])
    expected = InfusionCompleted(session_id=session_id, ml_infused=Decimal(50))
    assert codec.decode(orjson.dumps(old)).event == expected
    corrected: Any = codec.decode(orjson.dumps(correction)).event
    assert corrected.replacement.data == expected
    assert codec.head(goldens.body_of(expected))[0] == "journey.InfusionCompleted.v2"


@dataclass(frozen=True)
class _Shown:
    dose_mg: Decimal
    at: datetime
    on: date
    ids: frozenset[str]


def test_plain_values_are_json() -> None:
    """Decimals and ids are text, times are in UTC, sets are in order."""
    shown = _Shown(Decimal("35.50"), datetime(2026, 3, 3, 9, tzinfo=UTC), date(2026, 3, 3), frozenset("ba"))
    expected = {"dose_mg": "35.50", "at": "2026-03-03T09:00:00.000000Z", "on": "2026-03-03", "ids": ["a", "b"]}
    assert codec.plain(shown) == expected
    assert orjson.loads(codec.text(shown)) == expected


def test_every_text_of_an_event_is_a_code() -> None:
    """No field of an event can hold free words: each `str` is an enum or has the pattern of its code."""
    loose = [f"{kind.__name__}.{path}" for kind in EVENTS.values() for path, hint in _texts(kind) if not _coded(hint)]
    assert loose == []


def test_the_walk_would_find_free_words() -> None:
    """A bare `str`, however deep, is found."""
    assert [path for path, hint in _texts(_Loose) if not _coded(hint)] == ["inner.words", "keys"]


@dataclass(frozen=True)
class _Inner:
    words: tuple[str | None, ...]
    code: Annotated[str, Code("code", "[a-z]{1,9}")]


@dataclass(frozen=True)
class _Loose:
    inner: _Inner
    keys: dict[str, int]


def _texts(kind: Any) -> list[tuple[str, Any]]:
    """Every text in a dataclass, with the path to it."""
    hints = get_type_hints(kind, localns={"Original": Original}, include_extras=True)
    return [(f"{field.name}{inner}", text) for field in fields(kind) for inner, text in _within(hints[field.name])]


def _within(hint: Any) -> list[tuple[str, Any]]:
    if get_origin(hint) is Annotated:
        inner = get_args(hint)[0]
        return [("", hint)] if inner is str else _within(inner)
    if hint is Original:
        return []  # every event is walked by itself
    if hint is str or (isinstance(hint, type) and issubclass(hint, str)):
        return [("", hint)]
    if is_dataclass(hint):
        return [(f".{path}", text) for path, text in _texts(hint)]
    return [found for argument in get_args(hint) if argument is not ... for found in _within(argument)]


def _coded(hint: Any) -> bool:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return True
    codes = [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Code)]
    return any(not re.fullmatch(code.pattern, "Jane Doe, 41") for code in codes)


def test_reading_is_fast_enough_to_fold_journeys() -> None:
    """An event is read in well under the time that a rebuild of millions can spare."""
    bodies = [codec.encode(entry) for entry in maintained().log]
    best = min(_seconds(bodies) for _ in range(20)) / len(bodies)
    assert best < 100e-6


def _seconds(bodies: list[bytes]) -> float:
    begun = time.perf_counter()
    for body in bodies:
        codec.decode(body)
    return time.perf_counter() - begun
