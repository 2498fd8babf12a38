"""Does reading an event in one pass give what reading it with patience gives, or nothing?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from typing import Any, TypeVar

import orjson
import pytest
from hypothesis import given, settings

from journey.events import EntryCorrected
from journey.recorded import Happened, Recorded
from journey.store import at_once, codec, known, opened
from tests.examples import EVENTS, NOTED
from tests.given import START, recorded
from tests.store import goldens, strategies

Verdict = TypeVar("Verdict", bound=Happened[Any])

STRANGE: tuple[Any, ...] = (None, True, 1, -1, 1.5, "", "x", "0", [], ["x"], {}, {"more": 1})


RAW = (
    *(b"", b"nul", b"NaN", b"-Infinity", b"1e400", b"01", b"1.0", b"-0", b"18446744073709551616", b"[1,]", b"'x'"),
    *(b'"\\ud800"', b'"\xff"', b'"a\x01b"', b'"x\\n"', b'"/sites/main "', b"[" * 300 + b"]" * 300, b'{"a":1,"a":2}'),
    *(b'"2026-03-02"', b'"2026-03-02T10:00:00"', b"1772445600", b'"2026-W10-1T10:00:00Z"', b'"2026-03-02T24:00:00Z"'),
    *(b'"6B29FC40CA471067B31D00DD010662DA"', b'"urn:uuid:6b29fc40-ca47-1067-b31d-00dd010662da"'),
)
"""Of no value, of no JSON, or of one that some reader takes for what another does not."""


def read(body: bytes) -> Recorded[Any] | None:
    """Return what is read at once by somebody who was told the truth; expect it to be what patience gives."""
    attributes = orjson.loads(body)
    found = at_once.recorded(attributes["type"], attributes["subject"], body)
    if found is not None:
        assert repr(found) == repr(opened.recorded(attributes))
        assert folded(known.happened(attributes["type"], body)) == folded(found)
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
    """An envelope that lacks something, or holds something else or more, is read as with patience, or not at all."""
    sound = orjson.loads(goldens.body_of(NOTED.event))
    data = sound["data"]
    inside = [*changed(data), data | {"more": 1}, *(data | {"event": event} for event in changed(data["event"]))]
    envelopes = [*changed(sound), sound | {"more": 1}, sound | {"more": None}]
    for envelope in [*envelopes, *(sound | {"data": it} for it in inside)]:
        alike(orjson.dumps(envelope))


def test_bytes_that_no_writer_of_ours_writes() -> None:
    """What is no JSON, or other JSON than ours, said once or twice, cut, or broken anywhere: the same verdict."""
    sound = goldens.body_of(NOTED.event)
    attributes = orjson.loads(sound)
    for part in (attributes, attributes["data"], attributes["data"]["event"]):
        for name, value in part.items():
            said = orjson.dumps({name: value})[1:-1]
            for raw in RAW:
                other = orjson.dumps(name) + b":" + raw
                alike(sound.replace(said, other))
                alike(sound.replace(said, said + b"," + other))
    for end in range(len(sound)):
        alike(sound[:end])
        alike(sound[:end] + b"\xff" + sound[end + 1 :])
    for around in (b"\xef\xbb\xbf%b", b"%b{}", b"%b\x00", b" \n%b\t ", b"[%b]", b"\x0b%b"):
        alike(around % sound)


def alike(body: bytes) -> None:
    """Expect that bytes which are read at once are read to the same by whoever reads all of our own with patience."""
    found = at_once.recorded(codec.tag(NOTED.event), str(NOTED.journey_id), body)
    patient = verdict(codec.decode, body)
    assert found is None or found == patient
    assert verdict(at_once.decode, body) == patient
    assert folded(verdict(partial(known.happened, codec.tag(NOTED.event)), body)) == folded(patient)


def folded(read: Happened[Any] | str) -> list[Any] | str:
    """Return what a fold reads of an event, or why there is none."""
    return read if isinstance(read, str) else [getattr(read, field.name) for field in fields(Happened)]


def verdict(decode: Callable[[bytes], Verdict], body: bytes) -> Verdict | str:
    """Return the event of bytes, or why they are none."""
    try:
        return decode(body)
    except codec.Unreadable as unreadable:
        return str(unreadable)


def test_told_by_its_own_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What our own bytes say of their type and journey is enough to read them at once; a correction takes patience."""
    bodies = {name: goldens.body_of(event) for name, event in EVENTS.items()}
    events = {name: codec.decode(body) for name, body in bodies.items()}
    patiently: list[bytes] = []
    decode = codec.decode

    def patient(body: bytes) -> Recorded[Any]:
        patiently.append(body)
        return decode(body)

    monkeypatch.setattr(codec, "decode", patient)
    assert {name: at_once.decode(body) for name, body in bodies.items()} == events
    for name, body in bodies.items():
        assert folded(known.happened(codec.tag(EVENTS[name]), body)) == folded(events[name])
    assert patiently == [bodies[EntryCorrected.__name__]] * 2


def test_what_it_was_not_told() -> None:
    """An event of another type or journey than was said is not read; neither is a type that is not known."""
    body = goldens.body_of(NOTED.event)
    type_, subject = codec.tag(NOTED.event), str(NOTED.journey_id)
    assert at_once.recorded(type_, subject, body) == NOTED
    assert at_once.recorded(type_, subject.upper(), body) is None
    assert at_once.recorded(codec.tag(EVENTS["InfusionStarted"]), subject, body) is None
    assert at_once.recorded(f"{type_}0", subject, body) is None
    assert at_once.recorded("elsewhere", subject, body) is None
