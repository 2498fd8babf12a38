"""Which of a read model's builds is live, which was before it, and which is being made?

A build is a set of tables. Readers and workers find the live one of their code's version in their own transaction, so
that to switch is to write one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from projections.connection import Session
from projections.plain import moment

OWN = "projection = ? AND version = ?"


class State(StrEnum):
    """How far a build is."""

    PARTS = "parts"  # made part by part, each of journeys whole up to its position
    WHOLE = "whole"  # all of that is done, with its indexes; it is brought further event by event
    UNWANTED = "unwanted"  # to be removed


@dataclass(frozen=True, slots=True)
class Served:
    """The build that is read and fed, and the one before it as long as it is kept."""

    live: int
    former: int | None


@dataclass(frozen=True, slots=True)
class Build:
    """A build: how far it is, by which code it is made, and up to which position."""

    number: int
    state: State
    code: str
    position: int


@dataclass(frozen=True, slots=True)
class Builds:
    """The builds of one version of a read model, in a transaction."""

    session: Session
    name: str
    version: int

    def begin(self) -> bool:
        """Know the version, served by its first build; False if it was known."""
        sql = "INSERT INTO served (projection, version, live) VALUES (?, ?, 1) ON CONFLICT DO NOTHING"
        return self.session.run(sql, *self._own) == 1

    def live(self) -> int:
        """The build to be read; on PostgreSQL nobody removes its tables until the transaction ends."""
        keep = ", pg_advisory_xact_lock_shared(hashtext(projection || version), live::int)"
        return self._read(f"live{keep if self.session.postgres else ''}")[0]

    def held(self) -> int:
        """The build to be written to: it stays live until the transaction ends."""
        return self._read("live", " FOR SHARE")[0]

    def served(self) -> Served:
        """What is served now."""
        return Served(*self._read("live, former"))

    def locked(self) -> Served:
        """What is served until this transaction writes another: nobody writes, and everybody reads."""
        return Served(*self._read("live, former", " FOR UPDATE"))

    def serve(self, live: int, former: int | None) -> None:
        """Switch."""
        self.session.run(f"UPDATE served SET live = ?, former = ? WHERE {OWN}", live, former, *self._own)  # noqa: S608 - a condition of ours

    def all(self) -> list[Build]:
        """Every build that was made on purpose or has been live, the last first."""
        sql = f"SELECT build, state, code, position FROM builds WHERE {OWN} ORDER BY build DESC"  # noqa: S608 - as above
        return [_build(*row) for row in self.session.read(sql, *self._own)]

    def find(self, number: int) -> Build | None:
        """One of them."""
        return next((it for it in self.all() if it.number == number), None)

    def taken(self, number: int) -> Build:
        """One of them, which nobody else brings further until the transaction ends."""
        lock = " FOR UPDATE" if self.session.postgres else ""
        sql = f"SELECT build, state, code, position FROM builds WHERE {OWN} AND build = ?{lock}"  # noqa: S608 - as above
        return _build(*self.session.read(sql, *self._own, number)[0])

    def next(self) -> Build | None:
        """The build that has not been live yet."""
        served = self.served()
        made = (it for it in self.all() if it.number not in {served.live, served.former})
        return next((it for it in made if it.state is not State.UNWANTED), None)

    def number(self) -> int:
        """A number that no build has."""
        served = self.served()
        return 1 + max(served.live, served.former or 0, *(it.number for it in self.all()), 1)

    def keep(self, build: Build, now: datetime) -> None:
        """Know a build, as it is now."""
        self.session.run(
            "INSERT INTO builds (projection, version, build, state, code, position, begun_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (projection, version, build) "
            "DO UPDATE SET state = excluded.state, position = excluded.position",
            *(*self._own, build.number, build.state.value, build.code, build.position, moment(now)),
        )

    def alone_with(self, number: int) -> None:
        """Wait until nobody reads a build that is not live any more."""
        if self.session.postgres:
            self.session.read("SELECT pg_advisory_xact_lock(hashtext(?::text || ?::bigint), ?)", *self._own, number)

    def forget(self, number: int) -> None:
        """Forget a build."""
        self.session.run(f"DELETE FROM builds WHERE {OWN} AND build = ?", *self._own, number)  # noqa: S608 - as above

    def _read(self, columns: str, locking: str = "") -> tuple[int, ...]:
        lock = locking if self.session.postgres else ""  # on SQLite who writes is alone
        return self.session.read(f"SELECT {columns} FROM served WHERE {OWN}{lock}", *self._own)[0]  # noqa: S608 - words of ours

    @property
    def _own(self) -> tuple[str, int]:
        return self.name, self.version


def _build(number: int, state: str, code: str, position: int) -> Build:
    return Build(number, State(state), code, position)
