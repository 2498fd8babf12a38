"""What is read of stored bytes to fold a journey: the event, its place, site, times and deviations, and no more?

A command waits until its journey is loaded; this takes less than half of the time that a whole envelope takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import make_dataclass
from functools import cache
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import AfterValidator, AliasPath, AwareDatetime, Field, TypeAdapter, ValidationError

from journey.errors import Rule
from journey.events import EVENTS, EntryCorrected, Event
from journey.recorded import Happened
from journey.store import codec
from journey.store.closed import closed
from journey.store.versions import current

PLACES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "event_id": (UUID, ("id",)),
    "site_id": (Annotated[str, AfterValidator(codec.as_site)], ("source",)),
    "journey_id": (UUID, ("subject",)),
    "version": (int, ("streamversion",)),
    "at": (AwareDatetime, ("time",)),
    "utc_offset_min": (int, ("utcoffsetmin",)),
    "recorded_at": (AwareDatetime, ("recordedat",)),
    "policy_version": (str, ("policyversion",)),
    "deviations": (tuple[Rule, ...], ("data", "deviations")),
}
"""Of each field its type, and where it lies."""


def happened(tagged: str, body: bytes) -> Happened[Event]:
    """What a fold needs of an event's bytes, in its newest shape. Raises codec.Unreadable."""
    read = _reader(tagged)
    if read is None:
        return codec.decode(body)
    try:
        return read(body, strict=True)
    except ValidationError:
        return codec.decode(body)  # which says what is wrong


@cache
def _reader(tagged: str) -> Callable[..., Happened[Event]] | None:
    """Reads an event's type in one pass over the bytes, if that can be done."""
    kind = kind_at_once(tagged)
    if kind is None:
        return None
    fields = [("event", _lying(kind, "data", "event"))]
    fields += [(field, _lying(of, *path)) for field, (of, path) in PLACES.items()]
    stored = make_dataclass("Stored", fields, bases=(Happened,), frozen=True, slots=True, kw_only=True)
    return cast("Callable[..., Happened[Event]]", TypeAdapter(stored).validator.validate_json)


def kind_at_once(tagged: str) -> type[Event] | None:
    """The kind of event that a type is, closed; none for what is to be refused, upcast, or holds another."""
    name = tagged.partition(".")[2].partition(".")[0]
    if name not in EVENTS or tagged != current(name) or name == EntryCorrected.__name__:
        return None
    return closed(EVENTS[name])


def _lying(kind: Any, *path: str) -> Any:
    return Annotated[kind, Field(validation_alias=AliasPath(*path))]
