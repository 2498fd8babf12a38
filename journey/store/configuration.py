"""Which policies, response rules and site set-ups were ever in force? Kept by digest, never changed."""

from __future__ import annotations

from datetime import datetime

from journey.clinic import Clinic
from journey.store import codec
from journey.store.statements import Database, Statement

TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS configurations (kind TEXT NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL, "
        "version BIGINT NOT NULL, body TEXT NOT NULL, since TEXT NOT NULL, PRIMARY KEY (kind, digest))"
    ),
)


def keep(database: Database, clinic: Clinic, now: datetime) -> None:
    """Keep what is in force from now on; each new body of a name is its next version."""
    named = [("policy", clinic.policy.name, clinic.policy.digest, clinic.policy.as_text())]
    named += [("site", clinic.site.site_id, clinic.site.digest, clinic.site.as_text())]  # type: ignore[list-item]  # any plain body
    named += [("rule", rule.id, rule.digest, rule.as_text()) for rule in clinic.rules.values()]  # type: ignore[misc]  # as above
    database.write(
        [
            Statement(
                "INSERT INTO configurations (kind, digest, name, version, body, since) "
                "SELECT ?, ?, ?, COALESCE(MAX(version), 0) + 1, ?, ? FROM configurations WHERE kind = ? AND name = ? "
                "ON CONFLICT (kind, digest) DO NOTHING",
                (kind, digest, name, codec.text(body), codec.plain(now), kind, name),
            )
            for kind, name, digest, body in named
        ]
    )


def versions(database: Database, kind: str, name: str) -> list[tuple[int, str, str]]:
    """The versions of a policy, rule or site: number, digest, since when."""
    sql = "SELECT version, digest, since FROM configurations WHERE kind = ? AND name = ? ORDER BY version"
    return [(row[0], row[1], row[2]) for row in database.read(sql, kind, name)]
