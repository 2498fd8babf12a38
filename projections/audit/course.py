"""What does an entry not say alone: what became of sessions, consents, and what rests on corrected entries?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from journey.events import ConsentGiven, ConsentWithdrawn, Event, InfusionStarted, SessionSignedOff
from journey.history import of_what, stale_entries
from journey.recorded import Recorded
from journey.state import replace
from projections.audit import consents, visits
from projections.audit.consents import Consents, Starts
from projections.audit.visits import Visits
from projections.plain import written
from projections.projection import Column, Kind, Rows, Table

STALE = Table(
    "stale",
    "every entry that rests on one that was corrected after it, and was not made anew since",
    (
        Column("event_id", Kind.TEXT, "the entry's event"),
        Column("entry_version", Kind.WHOLE, "its version"),
        Column("entry_type", Kind.TEXT, "what it is"),
    ),
)

CONSENTING = frozenset({ConsentGiven, ConsentWithdrawn, InfusionStarted})


@dataclass(frozen=True, kw_only=True)
class Rests:
    """An entry that rests on a corrected one, and what it is of."""

    version: int
    type: str
    of_what: str | None


@dataclass(frozen=True, kw_only=True)
class Course:
    """What is folded of a journey. `stale` is by the entry's event; `signed` is whether any session ever was."""

    signed: bool = False
    visits: Visits = field(default_factory=dict)
    consents: Consents = field(default_factory=dict)
    starts: Starts = field(default_factory=dict)
    stale: Mapping[str, Rests] = field(default_factory=dict)


def evolve(course: Course, _position: int, recorded: Recorded[Event]) -> Course:
    """The course after one more event; itself, where that changes nothing of it."""
    kind = type(recorded.event)
    if course.signed or kind in visits.MOVING:
        stays = visits.after(course.visits, recorded)
        if stays is not course.visits:
            course = replace(course, visits=stays, signed=course.signed or kind is SessionSignedOff)
    if kind in CONSENTING:
        course = replace(
            course,
            consents=consents.given(course.consents, recorded),
            starts=consents.started(course.starts, course.consents, recorded),
        )
    if course.stale:
        again = kind.__name__, _of_what(recorded.event)
        left = {key: it for key, it in course.stale.items() if (it.type, it.of_what) != again}
        course = replace(course, stale=left)
    return course


def after_correction(course: Course, log: Sequence[Recorded[Event]]) -> Course:
    """What the corrections of a log say besides: what was signed before them, known before them, and rests on them."""
    return replace(
        course,
        visits=visits.after_correction(course.visits, log),
        starts=consents.after_correction(course.starts, log),
        stale={
            written(entry.event_id): Rests(
                version=entry.version, type=type(entry.event).__name__, of_what=_of_what(entry.event)
            )
            for entry in stale_entries(log)
        },
    )


def _of_what(event: Event) -> str | None:
    what = of_what(event)
    return None if what is None else written(what)


def rows(course: Course) -> Rows:
    """The rows of all that is folded."""
    return {
        visits.TABLE.name: visits.rows(course.visits),
        consents.TABLE.name: consents.rows(course.starts, course.consents),
        STALE.name: {
            key: {"event_id": key, "entry_version": it.version, "entry_type": it.type}
            for key, it in course.stale.items()
        },
    }
