"""Does a subscriber that is older than what it reads get on: with fields, types and versions added since?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from consumers import MemoryTopic
from journey.events import EVENTS as KINDS
from journey.store import codec, opened
from journey.store.versions import UPCASTS, VERSIONS
from tests.consumers.logs import vitals
from tests.examples import EVENTS, NOTED
from tests.examples.names import JOURNEY
from tests.store.goldens import body_of
from tests.subscriber.seeing import Seeing


def added_to(value: Any) -> Any:
    """Return a value with a field more in every object that a dataclass is written as."""
    if isinstance(value, list):
        return [added_to(it) for it in value]
    if not isinstance(value, dict) or all(key.isdecimal() for key in value):
        return value
    return {key: added_to(it) for key, it in value.items()} | {"since_then": "more"}


@pytest.mark.parametrize("name", KINDS)
def test_what_was_added_is_left_out(name: str) -> None:
    """A reader of today reads the event of tomorrow, with fields and attributes more at every level, as today's."""
    stored = json.loads(body_of(EVENTS[name]))
    newer = stored | {"sincethen": "more", "data": added_to(stored["data"])}
    with pytest.raises(codec.Unreadable):
        codec.recorded(newer)
    assert opened.recorded(newer) == codec.recorded(stored)


@pytest.mark.parametrize(
    "change", [{"streamversion": "one"}, {"data": {"event": {"more": 1}}}, {"type": "journey.No.v1"}]
)
def test_what_is_wrong_stays_wrong(change: dict[str, Any]) -> None:
    """Leaving out what was added makes nothing readable that lacks what it needs."""
    with pytest.raises(codec.Unreadable):
        opened.recorded(json.loads(body_of(EVENTS["VitalsRecorded"])) | change)


def test_a_version_too_new_waits(database: str) -> None:
    """An event whose version is not known waits until a newer subscriber reads it; other types flow by."""
    topic = MemoryTopic()
    told = topic.tell(vitals(JOURNEY, hr=60), JOURNEY)
    newer = codec.encode(told).replace(b"VitalsRecorded.v1", b"VitalsRecorded.v2")
    topic.put(newer.replace(b'"streamversion":1', b'"streamversion":2'))
    seeing = Seeing(database, topic)
    seeing.subscriber.catch_up()
    assert [it.reason for it in seeing.subscriber.parked()] == ["decode:Unreadable"]
    assert seeing.versions(JOURNEY) == [1]
    seeing.close()


def test_an_old_version_is_read_as_todays(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler sees the newest shape of an event, whichever one was stored."""
    topic = MemoryTopic()
    old = topic.tell(vitals(JOURNEY, hr=60), JOURNEY)
    monkeypatch.setitem(VERSIONS, "VitalsRecorded", 2)
    monkeypatch.setitem(UPCASTS, ("VitalsRecorded", 1), lambda fields: fields | {"hr_per_min": 160})
    seeing = Seeing(database, topic)
    seeing.subscriber.catch_up()
    assert seeing.seen() == [(str(JOURNEY), old.version, 160)]
    seeing.close()


def test_a_correction_is_an_event_too() -> None:
    """What a correction puts in place is read openly as well."""
    stored = json.loads(body_of(EVENTS["EntryCorrected"]))
    stored["data"]["event"]["replacement"]["data"]["since_then"] = 1
    read = opened.recorded(stored)
    assert read.event == EVENTS["EntryCorrected"]
    assert read.event_id == NOTED.event_id
