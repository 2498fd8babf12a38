"""Is a projection what its events say, and how is it made anew?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from projections.connection import Session
from projections.database import Log, ReadModels
from projections.folding import Left, Memory, Parked
from projections.place import Entry
from projections.reading import Read, readable
from projections.tables import Tables

BATCH = 5_000


@dataclass(slots=True)
class _Scratch:
    """A projection being folded beside the live one."""

    models: ReadModels
    tables: Tables
    log: Log
    wanted: Callable[[Read], bool] = lambda _: True
    position: int = 0
    parked: list[Parked] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)

    def prepare(self) -> None:
        with self.models.database.writing() as session:
            self.tables.drop(session)
            self.tables.lay(session)
            self.tables.index(session)

    def fill(self, until: int) -> None:
        """Fold up to a position, a transaction a batch."""
        while self.position < until:
            with self.models.database.writing() as session:
                if not self.step(session, until):
                    return

    def step(self, session: Session, until: int) -> bool:
        """Fold the next events; False when there are none."""
        rows = [row for row in self.log.rows(self.position, BATCH) if row.position <= until]
        if not rows:
            return False
        reads = readable([Entry(offset=row.position, delivery=row) for row in rows], self.models.decode)
        waiting = {parked.journey for parked in self.parked}
        wanted = [read for read in reads if self.wanted(read)]
        self.parked += self.models.fold_into(session, self.tables, wanted, waiting, lambda _: Left(), self.memory)
        self.position = rows[-1].position
        return True


def rebuild(models: ReadModels, name: str, log: Log) -> int:
    """Build a projection beside the live one from the store, catch up under the places' lock, and switch.

    Gives the position it was built to. The live projection goes on meanwhile. What is parked afterwards is what did
    not fold this time.
    """
    with models.database.reading() as session:
        served = models.builds(session, name).served()
    scratch = _Scratch(models, Tables(models.projections[name], max(served.live, served.former or 0) + 1), log)
    scratch.prepare()
    scratch.fill(log.head())
    with models.database.writing() as session:
        builds = models.builds(session, name)
        builds.locked()
        while scratch.step(session, log.head()):
            pass
        builds.serve(scratch.tables.build, served.live)
        models.parking(session, name).park(scratch.parked, models.clock())
        models.places(session, name).follow_on()
        models.breaker(session, name).close()
    return scratch.position


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A row that is not what the events say: `changed` (in these columns), `missing` or `added`."""

    table: str
    journey_id: str
    key: str
    difference: str
    columns: tuple[str, ...] = ()


def verify(models: ReadModels, name: str, log: Log) -> list[Difference]:
    """Rebuild a projection into a scratch, as far as the live one has come, and compare every row."""
    with models.database.reading() as session:
        live = models.live(session, name)
        dumped, floor = live.dump(session), models.position_in(session, name)
    versions = {row[0]: row[1] for row in dumped["documents"]}
    until = max([floor, *(row[2] for row in dumped["documents"])])

    def wanted(read: Read) -> bool:
        reached = read.recorded is not None and read.recorded.version <= versions.get(read.journey, 0)
        return reached or read.entry.delivery.position <= floor

    scratch = _Scratch(models, Tables(models.projections[name], 0), log, wanted)
    scratch.prepare()
    scratch.fill(until)
    with models.database.writing() as session:
        expected = scratch.tables.dump(session)
        scratch.tables.drop(session)
    return [it for table in live.names for it in _compared(live, table, dumped[table], expected[table])]


def dump(models: ReadModels, name: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a projection's tables, in order, and of each journey how far it has come."""
    with models.database.reading() as session:
        return models.live(session, name).dump(session)


def _compared(
    tables: Tables, table: str, live: list[tuple[Any, ...]], expected: list[tuple[Any, ...]]
) -> list[Difference]:
    heads = 1 if table == "documents" else 2
    names = ("version", "position") if table == "documents" else tables.columns(table)
    found, wanted = ({row[:heads]: row[heads:] for row in rows} for rows in (live, expected))
    return [
        Difference(table=table, journey_id=key[0], key=key[-1], difference=kind, columns=columns)
        for key in sorted(found.keys() | wanted.keys())
        for kind, columns in _difference(key, found, wanted, names)
    ]


def _difference(
    key: tuple[Any, ...],
    found: Mapping[tuple[Any, ...], tuple[Any, ...]],
    wanted: Mapping[tuple[Any, ...], tuple[Any, ...]],
    names: tuple[str, ...],
) -> list[tuple[str, tuple[str, ...]]]:
    if key not in found:
        return [("missing", ())]
    if key not in wanted:
        return [("added", ())]
    both = zip(names, found[key], wanted[key], strict=True)
    columns = tuple(name for name, is_, should in both if is_ != should)
    return [("changed", columns)] if columns else []
