"""How is a whole event read in one pass over its bytes, by whoever was told what they are?

Where the bytes do not allow it, nothing is said of them: codec.py and opened.py read them with more patience.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import make_dataclass
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from journey.errors import Rule
from journey.events import Event
from journey.recorded import Recorded
from journey.store.codec import as_actor, as_moment, as_site, as_uuid
from journey.store.happened import kind_at_once, lying
from journey.values import Digest, LateReason, Origin, Sensitivity

PLACES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "form": (Literal["1.0"], ("specversion",)),
    "event_id": (UUID, ("id",)),
    "source": (str, ("source",)),
    "type": (str, ("type",)),
    "subject": (str, ("subject",)),
    "time": (str, ("time",)),
    "version": (Annotated[int, Field(ge=1)], ("streamversion",)),
    "recordedat": (str, ("recordedat",)),
    "utc_offset_min": (int, ("utcoffsetmin",)),
    "user": (str, ("actor",)),
    "role": (str, ("actorrole",)),
    "origin": (Origin, ("origin",)),
    "correlation_id": (UUID, ("correlationid",)),
    "causation_id": (UUID, ("causationid",)),
    "command_id": (UUID, ("commandid",)),
    "policy_version": (str, ("policyversion",)),
    "deviations": (tuple[Rule, ...], ("data", "deviations")),
    "sensitivity": (tuple[Sensitivity, ...], ("data", "sensitivity")),
}
MAYBE: dict[str, tuple[Any, str]] = {
    "on_behalf_of": (str, "onbehalfof"),
    "on_behalf_of_role": (str, "onbehalfofrole"),
    "reason": (LateReason, "reason"),
    "note_id": (UUID, "noteid"),
    "note_commitment": (Digest, "notecommitment"),
    "prev": (Digest, "prev"),
}
"""Of each field its type, and where it lies; the latter may be missing."""


def recorded(tagged: str, subject: str, body: bytes) -> Recorded[Event] | None:
    """The event of a journey and of a type in its current version; None if it can't be read so."""
    read = _reader(tagged)
    if read is None:
        return None
    try:
        fields = vars(read(body, strict=True))
        taken = fields.pop
        del fields["form"]
        if taken("type") != tagged or taken("subject") != subject:
            return None
        return Recorded(
            journey_id=as_uuid(subject),
            site_id=as_site(taken("source")),
            at=as_moment(taken("time")),
            recorded_at=as_moment(taken("recordedat")),
            actor=as_actor(taken("user"), taken("role"), taken("on_behalf_of"), taken("on_behalf_of_role")),
            **fields,
        )
    except ValueError:  # pydantic's ValidationError is one
        return None


@cache
def _reader(tagged: str) -> Callable[..., Any] | None:
    """Reads an event's type, if that can be done at once."""
    kind = kind_at_once(tagged)
    if kind is None:
        return None
    fields: list[Any] = [("event", lying(kind, "data", "event"))]
    fields += [(field, lying(of, *path)) for field, (of, path) in PLACES.items()]
    fields += [(field, lying(of | None, path), None) for field, (of, path) in MAYBE.items()]
    return TypeAdapter(make_dataclass("Stored", fields, kw_only=True)).validator.validate_json
