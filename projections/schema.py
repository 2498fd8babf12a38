"""Which tables stand beside the read models' own, and how does a database that is older come to them?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from projections.builds import Builds
from projections.connection import Session
from projections.projection import AnyProjection
from projections.tables import Tables


@dataclass(frozen=True, slots=True)
class Shared:
    """A table that all read models share; `older` says what stands in a column that an older database has not."""

    name: str
    columns: Mapping[str, str]
    keys: str
    older: Mapping[str, str] = field(default_factory=dict)

    def bring(self, session: Session) -> None:
        """Make the table, or make it anew with what it holds."""
        known = session.columns(self.name)
        if known and set(known) >= self.columns.keys():
            return
        if known:
            session.run(f"ALTER TABLE {self.name} RENAME TO {self.name}_before")
        blob = "BYTEA" if session.postgres else "BLOB"
        columns = ", ".join(f"{name} {kind.format(blob=blob)}" for name, kind in self.columns.items())
        session.run(f"CREATE TABLE {self.name} ({columns}, PRIMARY KEY ({self.keys}))")
        if known:
            kept = ", ".join(name if name in known else self.older.get(name, "NULL") for name in self.columns)
            session.run(f"INSERT INTO {self.name} ({', '.join(self.columns)}) SELECT {kept} FROM {self.name}_before")  # noqa: S608 - names of ours
            session.run(f"DROP TABLE {self.name}_before")


VERSION = {"projection": "TEXT NOT NULL", "version": "BIGINT NOT NULL"}
BUILD = {"build": "BIGINT NOT NULL DEFAULT 1"}
"""A process of before there were builds writes to the first."""

EVENT = {
    "journey_id": "TEXT NOT NULL",
    "position": "BIGINT NOT NULL",
    "feed_offset": "BIGINT NOT NULL DEFAULT 0",
}

PLACES = Shared(
    "places",
    VERSION
    | {
        "feed": "TEXT NOT NULL",
        "partition_no": "BIGINT NOT NULL",
        "next_offset": "BIGINT NOT NULL",
        "position": "BIGINT NOT NULL",
        "moved_at": "TEXT NOT NULL",
        "moved_by": "TEXT",
        "stopped": "TEXT",
        "stopped_at": "TEXT",
    },
    "projection, version, feed, partition_no",
)

PARKED = Shared(
    "parked",
    VERSION
    | BUILD
    | EVENT
    | {"reason": "TEXT NOT NULL", "fault": "TEXT", "body": "{blob} NOT NULL", "since": "TEXT NOT NULL"},
    "projection, version, build, journey_id, position, feed_offset",
    {
        "build": "1",
        "feed_offset": "position",
        "fault": "CASE WHEN reason IN ('gap', 'queued') OR substr(reason, 1, 7) = 'decode:' "
        "OR substr(reason, 1, 5) = 'fold:' THEN NULL ELSE reason END",
    },
)

SKIPPED = Shared(
    "skipped",
    VERSION
    | BUILD
    | EVENT
    | {
        "journey_version": "BIGINT",
        "fault": "TEXT NOT NULL",
        "reason": "TEXT NOT NULL",
        "skipped_by": "TEXT NOT NULL",
        "skipped_at": "TEXT NOT NULL",
    },
    "projection, version, build, journey_id, position, feed_offset",
)

BREAKERS = Shared(
    "breakers",
    VERSION | {"words": "TEXT NOT NULL", "opened_at": "TEXT NOT NULL", "waiting": "BIGINT NOT NULL"},
    "projection, version",
)

SERVED = Shared("served", VERSION | {"live": "BIGINT NOT NULL", "former": "BIGINT"}, "projection, version")

BUILDS = Shared(
    "builds",
    VERSION
    | {
        "build": "BIGINT NOT NULL",
        "state": "TEXT NOT NULL",
        "code": "TEXT NOT NULL",
        "position": "BIGINT NOT NULL",
        "begun_at": "TEXT NOT NULL",
    },
    "projection, version, build",
)

BUILD_PARTS = Shared(
    "build_parts",
    VERSION
    | {
        "build": "BIGINT NOT NULL",
        "part": "BIGINT NOT NULL",
        "after_id": "TEXT NOT NULL",
        "until_id": "TEXT NOT NULL",
        "events": "BIGINT NOT NULL",
        "is_done": "BIGINT NOT NULL",
    },
    "projection, version, build, part",
)

SHOWN = Shared("shown", VERSION, "projection")

SHARED = (PLACES, PARKED, SKIPPED, BREAKERS, SERVED, BUILDS, BUILD_PARTS, SHOWN)


def prepare(session: Session, projections: Iterable[AnyProjection]) -> None:
    """Make what is missing; a version that is not known is served by its first build, which is empty.

    Tables of before there were builds are a first build.
    """
    if session.postgres:
        session.run("SELECT pg_advisory_xact_lock(hashtext('journey projections'))")  # one at a time
    for table in SHARED:
        table.bring(session)
    for projection in projections:
        first = Tables(projection, 1)
        if Builds(session, projection.name, projection.version).begin() and not session.columns(
            first.name("documents")
        ):
            first.lay(session)
            first.index(session)
