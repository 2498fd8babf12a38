"""How does a read model built beside the live one take its place, and how does the former come back?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from projections.breaker import Breaker
from projections.building import build
from projections.builds import Build, State
from projections.connection import Session
from projections.crew import Crew, Heard, alone, silent
from projections.database import ReadModels
from projections.folding import Memory
from projections.parking import Parking
from projections.parts import Journeys
from projections.place import Entry, Place
from projections.reading import readable
from projections.tables import Tables

BATCH = 2_000
NEAR = 200
"""So few events are left for the moment in which nobody else writes."""

Begins = Callable[[int], Iterable[Place]]
"""Where each partition of a feed begins for rows that tell everything up to a position."""


class NoBuild(Exception):  # noqa: N818 - what there is not
    """There is no build to switch to."""


class Unfit(Exception):  # noqa: N818 - what the build is
    """So much of a build can't be folded that it must be our bug: it is not switched to by itself."""


def rebuild(
    models: ReadModels,
    name: str,
    log: Journeys,
    *,
    crew: Crew | None = None,
    heard: Heard = silent,
    begins: Begins | None = None,
) -> int:
    """Build a read model beside the live one from the store, follow up to the log's end, and switch.

    Gives the position it was built to. Whoever reads and whoever writes goes on meanwhile. What is parked afterwards is
    what did not fold this time. Raises Unfit if that is too much, and does not switch then.
    """
    built = build(models, name, log, crew or alone(log, models), heard)
    with models.database.reading() as session:
        tables = Tables(models.projections[name], built.number)
        if (words := _breaker(models, session, name, built).share(partial(tables.journeys, session))) is not None:
            raise Unfit(f"{name}: {words} can not be folded: it is our bug. It is built, and not switched to")
    return switch_to(models, name, log, built.number, heard=heard, begins=begins)


def switch(models: ReadModels, name: str, log: Journeys, *, heard: Heard = silent, begins: Begins | None = None) -> int:
    """Switch to the build that is made and not live yet. Raises NoBuild."""
    with models.database.reading() as session:
        built = models.builds(session, name).next()
    if built is None or built.state is not State.WHOLE:
        raise NoBuild(f"{name} has no build beside the live one that is whole")
    return switch_to(models, name, log, built.number, heard=heard, begins=begins)


def switch_back(models: ReadModels, name: str, log: Journeys, *, heard: Heard = silent) -> int:
    """Switch to the former build, once it tells what the live one does. Raises NoBuild."""
    with models.database.reading() as session:
        former = models.builds(session, name).served().former
    if former is None:
        raise NoBuild(f"{name} has no former build: the next one took its room")
    return switch_to(models, name, log, former, heard=heard)


def switch_to(
    models: ReadModels,
    name: str,
    log: Journeys,
    number: int,
    *,
    heard: Heard = silent,
    begins: Begins | None = None,
) -> int:
    """Bring a build up to the end of the log and switch to it, in a moment in which nobody else writes.

    The position of its last event. The build that was live is kept as it is then. A read model that no worker has
    moved begins where `begins` says.
    """
    memory = Memory()
    built = _followed(models, name, log, number, heard, memory)
    first = list(begins(built.position)) if begins is not None and _is_new(models, name) else []
    with models.database.writing() as session:
        builds, places = models.builds(session, name), models.places(session, name)
        served, built = builds.locked(), builds.taken(number)
        if served.live == number:
            return built.position
        while (further := _step(models, session, name, log, built, memory)) != built:
            built = further
        was = builds.find(served.live) or Build(served.live, State.WHOLE, "", 0)
        builds.keep(replace(was, position=places.position()), models.clock())
        builds.serve(number, served.live)
        models.show(session, name, ready=True)
        places.follow_on()
        places.set_out(first, models.clock())
        models.breaker(session, name).close()
    return built.position


def _followed(models: ReadModels, name: str, log: Journeys, number: int, heard: Heard, memory: Memory) -> Build:
    """A build brought near the end of the log."""
    while True:
        with models.database.writing() as session:
            before = models.builds(session, name).taken(number)
            built = _step(models, session, name, log, before, memory)
        head = log.head()
        heard("following", built.position, head)
        if head - built.position <= NEAR:
            return built


def _step(models: ReadModels, session: Session, name: str, log: Journeys, built: Build, memory: Memory) -> Build:
    """A build with the next events folded in; the same build if there are none."""
    rows = log.rows(built.position, BATCH)
    if not rows:
        return built
    projection = models.projections[name]
    parking = Parking(session, name, projection.version, built.number)
    reads = readable([Entry(offset=row.position, delivery=row) for row in rows], models.decode)
    tables = Tables(projection, built.number)
    parking.park(models.fold_into(session, tables, reads, set(parking.since()), parking.left, memory), models.clock())
    further = replace(built, position=rows[-1].position)
    models.builds(session, name).keep(further, models.clock())
    return further


def _breaker(models: ReadModels, session: Session, name: str, built: Build) -> Breaker:
    return Breaker(session, name, models.projections[name].version, built.number)


def _is_new(models: ReadModels, name: str) -> bool:
    with models.database.reading() as session:
        return not models.places(session, name).all()
