"""Do bytes that are none of ours get the same verdict, whether a worker reads them or a read model is built anew?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from journey.recorded import Delivery
from journey.store import codec
from projections.folding import Fold, Left, Memory
from projections.models import PROJECTIONS
from projections.place import Entry
from projections.projection import AnyProjection
from projections.reading import UNKNOWN_JOURNEY, readable
from projections.replaying import whole
from tests.projections.audit_story import story

Spoilt = Callable[[dict[str, Any]], object]

SPOILT: dict[str, Spoilt] = {
    "an attribute more": lambda it: it.update(traceparent="00"),
    "an attribute more, of nothing": lambda it: it.update(traceparent=None),
    "a field of data more": lambda it: it["data"].update(more=1),
    "a field of the event more": lambda it: it["data"]["event"].update(more=1),
    "no origin": lambda it: it.pop("origin"),
    "no commandid": lambda it: it.pop("commandid"),
    "no data": lambda it: it.pop("data"),
    "no event": lambda it: it["data"].pop("event"),
    "no deviations": lambda it: it["data"].pop("deviations"),
    "another form": lambda it: it.update(specversion="2.0"),
    "an unknown type": lambda it: it.update(type="journey.Elsewhere.v1"),
    "a version to come": lambda it: it.update(type=it["type"].replace(".v1", ".v2")),
    "a time without its offset": lambda it: it.update(time="2026-03-02T10:00:00"),
    "a time that is none": lambda it: it.update(recordedat=5),
    "an unknown rule": lambda it: it["data"].update(deviations=["elsewhere"]),
    "an unknown role": lambda it: it.update(actorrole="elsewhere"),
    "another's source": lambda it: it.update(source="/elsewhere/main"),
    "version nought": lambda it: it.update(streamversion=0),
    "a version of text": lambda it: it.update(streamversion="1"),
    "a digest that is none": lambda it: it.update(prev="elsewhere"),
    "an id that is none": lambda it: it.update(id="elsewhere"),
}


@pytest.mark.parametrize("projection", PROJECTIONS, ids=[it.name for it in PROJECTIONS])
@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_the_verdict_is_the_same(projection: AnyProjection, spoil: Spoilt) -> None:
    """The record and what follows it of its journey wait, for the same reasons; what comes before it has its rows."""
    log = story().log
    bodies = [codec.encode(it) for it in log]
    attributes = orjson.loads(bodies[2])
    spoil(attributes)
    bodies[2] = orjson.dumps(attributes)
    journey_id, journey = log[0].journey_id, str(log[0].journey_id)
    told = [
        (position, codec.head(codec.encode(it))[0], body)
        for position, (it, body) in enumerate(zip(log, bodies, strict=True), 1)
    ]
    anew = whole(projection, journey_id, told, codec.decode)
    entries = [Entry(offset=at, delivery=Delivery(at, body), key=journey) for at, _, body in told]
    fold = Fold(projection, lambda _id, version: log[:version], {}, {UNKNOWN_JOURNEY}, lambda _: Left(), Memory())
    for read in readable(entries, codec.decode):
        fold.add(read)
    assert [(it.entry.delivery.position, it.reason) for it in fold.parked] == [
        (it.entry.delivery.position, it.reason) for it in anew.parked
    ]
    assert {it.entry.delivery.position for it in anew.parked} == set(range(3, len(log) + 1))
    assert [(key, after) for key, _, after in fold.changes()] == [(journey, anew.rows)]
