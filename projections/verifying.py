"""Is a projection what its events say, in every row?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from projections.crew import Crew, Heard, alone, silent
from projections.database import ReadModels
from projections.parts import FIRST, LAST, Journeys, Part, parted
from projections.replaying import Told, whole
from projections.tables import Key, Tables

ENOUGH = 10_000
"""After so many differences nobody reads on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A row that is not what the events say: `changed` (in these columns), `missing` or `added`."""

    table: str
    journey_id: str
    key: str
    difference: str
    columns: tuple[str, ...] = ()


def verify(
    models: ReadModels, name: str, log: Journeys, crew: Crew | None = None, heard: Heard = silent
) -> list[Difference]:
    """Fold every journey as far as its rows have come, and compare each row; the first of many differences.

    Part by part: no more than a part's journeys are held in memory, and the rows of a part are all of one moment.
    """
    parts = parted(log)
    done, events = 0, sum(part.events for part in parts)
    found: list[Difference] = []
    for differences, compared in (crew or alone(log, models))(partial(_begun, name), parts):
        found += differences
        heard("comparing", done := done + compared, events)
        if len(found) >= ENOUGH:
            break
    return sorted(found, key=lambda it: (it.table, it.journey_id, it.key))


def dump(models: ReadModels, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a projection's tables, in order, and of each journey how far it has come."""
    with models.database.reading() as session:
        return models.live(session, name).dump(session)


def _begun(name: str, log: Journeys, models: ReadModels, part: Part) -> Callable[[], tuple[list[Difference], int]]:
    """What compares a part. Nothing is asked for before: the rows say how many of the events to read."""
    return partial(_verified, name, log, models, part)


def _verified(name: str, log: Journeys, models: ReadModels, part: Part) -> tuple[list[Difference], int]:
    """What differs of a part's journeys, and how many events it is about."""
    after = "" if part.after == FIRST else str(part.after)
    until = "~" if part.until == LAST else str(part.until)
    with models.database.reading() as session:
        tables = models.live(session, name)
        found, floor = tables.between(session, after, until), models.position_in(session, name)
    versions = {journey: row[0] for (journey, _), row in found["documents"].items()}
    until_position = max([floor, *(row[1] for row in found["documents"].values())])
    journeys = [
        whole(models.projections[name], journey_id, reached, models.decode)
        for journey_id, told in log.between(part.after, part.until, until_position)
        if (reached := _reached(journey_id, told, versions, floor))
    ]
    expected = tables.expected([(it.journey, it.stored, it.rows) for it in journeys if it.stored is not None])
    return [it for table in tables.names for it in _compared(tables, table, found[table], expected[table])], part.events


def _reached(journey_id: UUID, told: list[Told], versions: Mapping[str, int], floor: int) -> list[Told]:
    """As many of a journey's events as its rows tell, and at least those up to the position that all have reached."""
    known = versions.get(str(journey_id), 0)
    return [it for version, it in enumerate(told, 1) if version <= known or it[0] <= floor]


def _compared(
    tables: Tables, table: str, found: Mapping[Key, tuple[Any, ...]], wanted: Mapping[Key, tuple[Any, ...]]
) -> list[Difference]:
    names = ("version", "position") if table == "documents" else tables.columns(table)
    return [
        Difference(table=table, journey_id=key[0], key=key[1], difference=kind, columns=columns)
        for key in found.keys() | wanted.keys()
        for kind, columns in _difference(key, found, wanted, names)
    ]


def _difference(
    key: Key, found: Mapping[Key, tuple[Any, ...]], wanted: Mapping[Key, tuple[Any, ...]], names: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    if key not in found:
        yield "missing", ()
    elif key not in wanted:
        yield "added", ()
    elif found[key] != wanted[key]:
        both = zip(names, found[key], wanted[key], strict=True)
        yield "changed", tuple(name for name, is_, should in both if is_ != should)
