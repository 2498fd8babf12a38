"""Which of a read model's builds is live, which was before it, and which is being made?

A build is a set of tables. Readers and workers find the live one of their code's version in their own transaction, so
that to switch is to write one row.
"""

from __future__ import annotations

from dataclasses import dataclass

from projections.connection import Session

OWN = "projection = ? AND version = ?"


@dataclass(frozen=True, slots=True)
class Served:
    """The build that is read and fed, and the one before it as long as it is kept."""

    live: int
    former: int | None


@dataclass(frozen=True, slots=True)
class Build:
    """A build: by which code it is made, whether all its parts are done, and up to which position."""

    number: int
    code: str | None
    is_whole: bool
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
        return self.session.run(sql, self.name, self.version) == 1

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
        """What is served until this transaction writes another: no worker writes, and everybody reads."""
        return Served(*self._read("live, former", " FOR UPDATE"))

    def serve(self, live: int, former: int | None) -> None:
        """Switch."""
        self.session.run(f"UPDATE served SET live = ?, former = ? WHERE {OWN}", live, former, *self._own)  # noqa: S608 - a condition of ours

    def _read(self, columns: str, locking: str = "") -> tuple[int, ...]:
        lock = locking if self.session.postgres else ""  # on SQLite who writes is alone
        return self.session.read(f"SELECT {columns} FROM served WHERE {OWN}{lock}", *self._own)[0]  # noqa: S608 - words of ours

    @property
    def _own(self) -> tuple[str, int]:
        return self.name, self.version
