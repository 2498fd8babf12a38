"""Does reading an event in one pass give what reading it with patience gives, or nothing?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import given, settings

from journey.events import EntryCorrected
from journey.recorded import Recorded
from journey.store import at_once, codec, opened
from tests.examples import EVENTS, NOTED
from tests.given import START, recorded
from tests.store import goldens, strategies

STRANGE: tuple[Any, ...] = (None, True, 1, -1, 1.5, "", "x", "0", [], ["x"], {}, {"more": 1})


def read(body: bytes) -> Recorded[Any] | None:
    """Return what is read at once by somebody who was told the truth; expect it to be what patience gives."""
    attributes = orjson.loads(body)
    found = at_once.recorded(attributes["type"], attributes["subject"], body)
    if found is not None:
        assert repr(found) == repr(opened.recorded(attributes))
    return found


@pytest.mark.parametrize("name", sorted(EVENTS.keys() - {EntryCorrected.__name__}))
def test_each_event_is_read(name: str) -> None:
    """Every event, in an envelope that holds all it can, and in one that holds nothing more than it must."""
    assert read(goldens.body_of(EVENTS[name])) is not None
    assert read(codec.encode(recorded(EVENTS[name], 3, START))) is not None


@given(strategies.recorded())
@settings(max_examples=200)
def test_any_event(one: Recorded[Any]) -> None:
    """Whatever an event holds: it is read, unless it is a correction."""
    assert (read(codec.encode(one)) is None) == isinstance(one.event, EntryCorrected)


def changed(sound: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give an object without each of its members, and with something else in its place."""
    for name in sound:
        yield {key: value for key, value in sound.items() if key != name}
        yield from (sound | {name: value} for value in STRANGE)


def test_what_is_strange() -> None:
    """An envelope that lacks something, or holds something else, is read as with patience, or not at all."""
    sound = orjson.loads(goldens.body_of(NOTED.event))
    envelopes = [*changed(sound), *(sound | {"data": data} for data in changed(sound["data"]))]
    for envelope in envelopes:
        found = at_once.recorded(codec.tag(NOTED.event), str(NOTED.journey_id), orjson.dumps(envelope))
        assert found is None or found == opened.recorded(envelope)


def test_what_it_was_not_told() -> None:
    """An event of another type or journey than was said is not read; neither is a type that is not known."""
    body = goldens.body_of(NOTED.event)
    type_, subject = codec.tag(NOTED.event), str(NOTED.journey_id)
    assert at_once.recorded(type_, subject, body) == NOTED
    assert at_once.recorded(type_, subject.upper(), body) is None
    assert at_once.recorded(codec.tag(EVENTS["InfusionStarted"]), subject, body) is None
    assert at_once.recorded(f"{type_}0", subject, body) is None
    assert at_once.recorded("elsewhere", subject, body) is None
