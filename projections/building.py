"""How is a read model built beside the live one, journey by journey?

Whatever is killed, at whichever moment, is gone on with where it was: each step is a transaction that says so, and what
two processes do at once is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from uuid import UUID

from projections.builds import Build, State
from projections.code import fingerprint
from projections.connection import Session
from projections.crew import Crew, Heard
from projections.database import ReadModels
from projections.folding import Parked
from projections.parking import Parking
from projections.parts import Journeys, Part, Parts, parted
from projections.projection import Rows
from projections.replaying import Told, whole
from projections.tables import Stored, Tables


def build(models: ReadModels, name: str, log: Journeys, crew: Crew, heard: Heard) -> Build:
    """Build a read model up to a position that is fixed; go on with what was begun by the code there is now.

    The former build is removed.
    """
    remove_unwanted(models, name)
    built = _begun(models, name, log)
    if built.state is State.PARTS:
        _fill(models, name, built, crew, heard)
        built = _completed(models, name, built, heard)
    return built


def _begun(models: ReadModels, name: str, log: Journeys) -> Build:
    with models.database.reading() as session:
        found = models.builds(session, name).next()
    if found is not None and found.code == fingerprint():
        return found
    position, parts = log.head(), parted(log)  # the head first: whatever is up to it, is in a part
    with models.database.writing() as session:
        builds = models.builds(session, name)
        served, found, now = builds.locked(), builds.next(), models.clock()
        if found is not None and found.code == fingerprint():
            return found  # somebody else began meanwhile
        begun = Build(builds.number(), State.PARTS, fingerprint(), position)
        for unwanted in (served.former, None if found is None else found.number):
            if unwanted is not None:
                builds.keep(replace(begun, number=unwanted, state=State.UNWANTED), now)
        builds.serve(served.live, None)
        Tables(models.projections[name], begun.number).lay(session)
        _parts(models, session, name, begun).plan(parts)
        builds.keep(begun, now)
    remove_unwanted(models, name)
    return begun


def _fill(models: ReadModels, name: str, built: Build, crew: Crew, heard: Heard) -> None:
    with models.database.reading() as session:
        parts = _parts(models, session, name, built)
        undone, events = parts.undone(), parts.events()
    done = events - sum(part.events for part in undone)
    heard("building", done, events)
    for its_events in crew(partial(begin_part, name, built), undone):
        done += its_events
        heard("building", done, events)


def begin_part(name: str, built: Build, log: Journeys, models: ReadModels, part: Part) -> Callable[[], int]:
    """Have the journeys of a part come, so that the first is there; what folds and writes them."""
    between = iter(log.between(part.after, part.until, built.position))
    first = list(islice(between, 1))
    return partial(fill_part, name, built, models, part, chain(first, between))


def fill_part(
    name: str, built: Build, models: ReadModels, part: Part, between: Iterable[tuple[UUID, list[Told]]]
) -> int:
    """Fold the journeys of a part and write them, unless somebody else has; the number of events."""
    projection, parked = models.projections[name], list[Parked]()
    tables = Tables(projection, built.number)

    def folded() -> Iterator[tuple[str, Stored, Rows]]:
        for journey_id, events in between:
            it = whole(projection, journey_id, events, models.decode)
            parked.extend(it.parked)
            if it.stored is not None:
                yield it.journey, it.stored, it.rows

    filling = tables.filling(folded())
    with models.database.writing(again=True) as session:
        if _parts(models, session, name, built).done(part):
            tables.fill(session, filling)
            Parking(session, name, projection.version, built.number).park(parked, models.clock())
    return part.events


def _completed(models: ReadModels, name: str, built: Build, heard: Heard) -> Build:
    """Make the indexes."""
    heard("indexing", 0, 0)
    with models.database.writing() as session:
        builds, tables = models.builds(session, name), Tables(models.projections[name], built.number)
        if builds.taken(built.number).state is State.PARTS:
            tables.index(session)
            tables.analyze(session)
            builds.keep(replace(built, state=State.WHOLE), models.clock())
        return builds.taken(built.number)


def remove_unwanted(models: ReadModels, name: str) -> None:
    """Remove the builds that are neither served, nor kept, nor being made; who reads them still is waited for."""
    with models.database.reading() as session:
        unwanted = [it for it in models.builds(session, name).all() if it.state is State.UNWANTED]
    for it in unwanted:
        with models.database.writing() as session:
            builds, projection = models.builds(session, name), models.projections[name]
            builds.alone_with(it.number)
            Tables(projection, it.number).drop(session)
            Parking(session, name, projection.version, it.number).forget()
            _parts(models, session, name, it).forget()
            builds.forget(it.number)


def _parts(models: ReadModels, session: Session, name: str, built: Build) -> Parts:
    return Parts(session, name, models.projections[name].version, built.number)
