"""What is the audit read model: a line of each event for ever, what is out of the ordinary, and what is folded?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from journey.events import EntryCorrected, Event
from journey.recorded import Recorded
from projections.audit import drug
from projections.audit.analysis import VIEWS
from projections.audit.asking import NAME
from projections.audit.consents import TABLE as CONSENTS
from projections.audit.corrections import TABLE as CORRECTIONS
from projections.audit.corrections import TURNED_STALE
from projections.audit.corrections import rows as corrected
from projections.audit.course import STALE, Course, after_correction, evolve, rows
from projections.audit.deviations import TABLE as DEVIATIONS
from projections.audit.deviations import rows as deviating
from projections.audit.overrides import TABLE as OVERRIDES
from projections.audit.overrides import rows as overriding
from projections.audit.timeline import TABLE as TIMELINE
from projections.audit.timeline import row
from projections.audit.visits import TABLE as UNSIGNED
from projections.projection import Projection, Row, Rows


def entered(position: int, recorded: Recorded[Event], log: Sequence[Recorded[Event]]) -> Rows:
    """The rows that an event makes for ever: its line in the timeline, and what is out of the ordinary about it."""
    key, line, event = f"{recorded.version:06}", row(position, recorded), recorded.event
    made: dict[str, Mapping[str, Row]] = {TIMELINE.name: {key: line}}
    if recorded.deviations:
        made[DEVIATIONS.name] = deviating(key, line, recorded.deviations)
    if line["overrides"]:
        made[OVERRIDES.name] = overriding(key, line, event)
    if isinstance(event, EntryCorrected):
        made |= corrected(key, line, event, log)
    moved = drug.row(position, recorded)
    if moved is not None:
        made[drug.TABLE.name] = {key: moved}
    return made


PROJECTION: Projection[Course] = Projection(
    name=NAME,
    version=5,
    document=Course,
    new=Course,
    evolve=evolve,
    rows=rows,
    tables=(TIMELINE, DEVIATIONS, OVERRIDES, CORRECTIONS, TURNED_STALE, UNSIGNED, CONSENTS, STALE, drug.TABLE),
    enters=entered,
    after_correction=after_correction,
    views=VIEWS,
)
