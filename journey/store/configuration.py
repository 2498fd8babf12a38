"""Which policies, response rules and site set-ups were ever in force? Kept by digest, never changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from journey.clinic import Clinic
from journey.store import codec
from journey.store.faults import Conflict
from journey.store.statements import Database, Statement

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS configurations (kind TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, "
        "version BIGINT NOT NULL, body TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (kind, digest), "
        "UNIQUE (kind, name, version))"
    ),
)

KEEP = (
    "INSERT INTO configurations (kind, digest, name, version, body, since) "
    "SELECT ?, ?, ?, COALESCE(MAX(version), 0) + 1, ?, ? FROM configurations WHERE kind = ? AND name = ?"
)


def keep(database: Database, clinic: Clinic, now: datetime) -> None:
    """Keep what is in force from now on; each new body of a name is its next version."""
    for kind, name, digest, body in _used(clinic):
        while not _kept(database, kind, digest):
            try:
                values = (kind, digest, name, codec.text(body), codec.plain(now), kind, name)
                database.write([Statement(KEEP, values)])
            except Conflict:  # another process keeps it, or another version, at this moment
                continue


def versions(database: Database, kind: str, name: str) -> list[tuple[int, str, str]]:
    """The versions of a policy, rule or site: number, digest, since when."""
    sql = "SELECT version, digest, since FROM configurations WHERE kind = ? AND name = ? ORDER BY version"
    return [(row[0], row[1], row[2]) for row in database.read(sql, kind, name)]


def body_of(database: Database, kind: str, digest: str) -> str | None:
    """What a policy, rule or site said, as JSON."""
    rows = database.read("SELECT body FROM configurations WHERE kind = ? AND digest = ?", kind, digest)
    return str(rows[0][0]) if rows else None


def _used(clinic: Clinic) -> Iterator[tuple[str, str, str, Any]]:
    yield "policy", clinic.policy.name, clinic.policy.digest, clinic.policy.as_text()
    yield "site", clinic.site.site_id, clinic.site.digest, clinic.site.as_text()
    for rule in clinic.rules.values():
        yield "rule", rule.id, rule.digest, rule.as_text()


def _kept(database: Database, kind: str, digest: str) -> bool:
    return body_of(database, kind, digest) is not None
