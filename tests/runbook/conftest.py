"""Which installation does the runbook bring back?"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from consumers.topics import Topics, create
from tests.runbook.installation import Installation
from tests.servers import Postgres


@pytest.fixture
def keys_url(postgres_url: str) -> Iterator[str]:
    """A database of the keys' own, on another server than the events."""
    name = f"keys_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}"))
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def installation(tmp_path: Path, keys_url: str, kafka_bootstrap: str, topic_prefix: str) -> Iterator[Installation]:
    """An installation that runs, with nothing in it and no backup yet."""
    topics = Topics(bootstrap=kafka_bootstrap, prefix=topic_prefix, replication=1)
    create(topics)
    kept = tmp_path / "kept"
    kept.mkdir()
    with Postgres() as server, TemporaryDirectory(prefix="journey-away-") as away:  # where the server's user may enter
        theirs = {"max_connections": "200", "unix_socket_directories": away}  # else named where the server is started
        with psycopg.connect(server.url, autocommit=True) as connection:
            for name, value in theirs.items():
                connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
        os.chown(away, server.identity.get("user", -1), server.identity.get("group", -1))
        made = Installation(server, Path(away), kept, topics, keys_url)
        yield made
        made.end_restored()
