"""Does folding read of an event's bytes what reading them whole gives?"""

from __future__ import annotations

import orjson
import pytest

from journey.store import codec
from journey.store.happened import PLACES, happened
from tests import examples
from tests.given import START, recorded


@pytest.mark.parametrize("name", examples.EVENTS)
def test_read_as_by_decode(name: str) -> None:
    """The event, its place and its times are what decoding the whole envelope gives, for every event."""
    body = codec.encode(recorded(examples.EVENTS[name], 3, START))
    whole, lean = codec.decode(body), happened(codec.head(body)[0], body)
    assert lean.event == whole.event
    assert [getattr(lean, field) for field in PLACES] == [getattr(whole, field) for field in PLACES]


@pytest.mark.parametrize("name", examples.EVENTS)
def test_field_that_an_event_does_not_have(name: str) -> None:
    """An event with a field of its own making is refused, as by decoding."""
    attributes = orjson.loads(codec.encode(recorded(examples.EVENTS[name], 3, START)))
    attributes["data"]["event"]["made_up"] = 1
    with pytest.raises(codec.Unreadable):
        happened(attributes["type"], orjson.dumps(attributes))


@pytest.mark.parametrize("tagged", ["journey.NoSuchEvent.v1", "journey.JourneyReferred.v9", "elsewhere"])
def test_type_that_is_not_known(tagged: str) -> None:
    """A type or version of another program is refused in the codec's words."""
    attributes = orjson.loads(codec.encode(recorded(examples.EVENTS["JourneyReferred"], 1, START)))
    attributes["type"] = tagged
    with pytest.raises(codec.Unreadable):
        happened(tagged, orjson.dumps(attributes))
