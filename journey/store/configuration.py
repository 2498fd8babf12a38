"""Which policies, response rules and site set-ups were ever in force? Kept by digest, never changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journey.clinic import Clinic
from journey.policy import Policy
from journey.policy_text import policy_kept
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


STAMPED = "name || '-' || substr(digest, 1, 12)"
"""What events bear of a policy, as `Policy.version` says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A policy that was in force: its version as events bear it, the how manieth of its name, since when, its text."""

    version: str
    name: str
    number: int
    since: str
    text: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Policies(Mapping[str, Policy]):
    """Every policy that was ever in force, by the version that events bear.

    Each is looked for once: what is kept never changes, and is kept before the first event that bears its version.
    """

    database: Database
    _known: dict[str, Policy | None] = field(default_factory=dict)

    def __getitem__(self, version: str) -> Policy:
        """The policy of a version."""
        if version not in self._known:
            found = self._read(f"AND {STAMPED} = ?", version)
            self._known[version] = policy_kept(found[0].text) if found else None
        if (policy := self._known[version]) is None:
            raise KeyError(version)
        return policy

    def __iter__(self) -> Iterator[str]:
        """The versions, from the first."""
        return (it.version for it in self.all())

    def __len__(self) -> int:
        """How many there were."""
        return len(self.all())

    def kept(self, version: str) -> Kept | None:
        """A version as it was kept, word for word."""
        return next(iter(self._read(f"AND {STAMPED} = ?", version)), None)

    def all(self) -> list[Kept]:
        """Every version, from the first."""
        return self._read("")

    def _read(self, which: str, *params: str) -> list[Kept]:
        sql = (
            f"SELECT {STAMPED}, name, version, since, body FROM configurations "  # noqa: S608 - words of ours
            f"WHERE kind = 'policy' {which} ORDER BY since, name, version"
        )
        return [
            Kept(version=version, name=name, number=number, since=since, text=json.loads(body))
            for version, name, number, since, body in self.database.read(sql, *params)
        ]


def keep(database: Database, clinic: Clinic, now: datetime) -> None:
    """Keep what is in force from now on; each new body of a name is its next version."""
    for kind, name, digest, body in _used(clinic):
        keep_one(database, kind, name, digest, body, now)


def keep_one(database: Database, kind: str, name: str, digest: str, body: object, now: datetime) -> None:
    """Keep a policy, rule or site as the next version of its name, if it was never kept."""
    while body_of(database, kind, digest) is None:
        try:
            values = (kind, digest, name, codec.text(body), codec.plain(now), kind, name)
            database.write([Statement(KEEP, values)])
        except Conflict:  # another process keeps it, or another version, at this moment
            continue


def versions(database: Database, kind: str, name: str) -> list[tuple[int, str, str]]:
    """The versions of a policy, rule or site: number, digest, since when."""
    sql = "SELECT version, digest, since FROM configurations WHERE kind = ? AND name = ? ORDER BY version"
    return [(row[0], row[1], row[2]) for row in database.read(sql, kind, name)]


def kept(database: Database, kind: str, name: str) -> list[tuple[str, str]]:
    """The versions of a policy, rule or site: since when, and what it says, as JSON."""
    sql = "SELECT since, body FROM configurations WHERE kind = ? AND name = ? ORDER BY version"
    return [(row[0], row[1]) for row in database.read(sql, kind, name)]


def body_of(database: Database, kind: str, digest: str) -> str | None:
    """What a policy, rule or site said, as JSON."""
    rows = database.read("SELECT body FROM configurations WHERE kind = ? AND digest = ?", kind, digest)
    return str(rows[0][0]) if rows else None


def bodies(database: Database, kind: str) -> list[dict[str, Any]]:
    """What every policy, rule or site said that was ever kept, by name, its versions rising."""
    sql = "SELECT body FROM configurations WHERE kind = ? ORDER BY name, version"
    return [json.loads(body) for (body,) in database.read(sql, kind)]


def _used(clinic: Clinic) -> Iterator[tuple[str, str, str, Any]]:
    yield "policy", clinic.policy.name, clinic.policy.digest, clinic.policy.as_text()
    yield "site", clinic.site.site_id, clinic.site.digest, clinic.site.as_text()
    for rule in clinic.rules.values():
        yield "rule", rule.id, rule.digest, rule.as_text()
