"""How is a disk filled that is not ours? By a small one in memory, which only this server sees.

It is mounted in a namespace of the server's own: that needs neither root nor a disk, but a Linux that lets users make
namespaces, which containers often forbid.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

import psycopg

from tests.servers import Postgres

SIZE_MB = 16
MOUNT = 'mount -t tmpfs -o size={size}m,mode=700 tmpfs "$0" && exec unshare --user --map-user=1 --map-group=1 "$@"'
"""Mounted as the namespace's root, then started as somebody else: PostgreSQL refuses to run as root."""
PLACE = "small"


class SmallDisk(Postgres):
    """A server with a small disk beside its own, for the tables of `url`; it is gone when the server ends."""

    def __enter__(self) -> Self:
        """Start, with a tablespace there."""
        self.start()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE {PLACE} LOCATION '{self._disk}'".encode())
        self.url = f"{self.url}?options=-cdefault_tablespace%3D{PLACE}"
        return self

    @property
    def _disk(self) -> Path:
        return self._folder / PLACE

    def _command(self, program: str) -> list[str]:
        command = super()._command(program)
        if program != "postgres":
            return command
        self._disk.mkdir(exist_ok=True)
        os.chown(self._disk, self.identity.get("user", -1), self.identity.get("group", -1))
        mounting = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT.format(size=SIZE_MB)]
        return [*mounting, str(self._disk), *command]


def fill(connection: psycopg.Connection[object], *, leave_kb: int) -> None:
    """Fill the disk but for so much; dropping the table `ballast` makes room again."""
    connection.execute("CREATE TABLE ballast (x text STORAGE PLAIN)")
    connection.execute("CREATE TABLE reserve (x text STORAGE PLAIN)")
    _put(connection, "reserve", leave_kb)
    try:
        while True:
            _put(connection, "ballast", 256)
    except psycopg.errors.DiskFull:
        connection.execute("DROP TABLE reserve")


def _put(connection: psycopg.Connection[object], table: str, kilobytes: int) -> None:
    sql = f"INSERT INTO {table} SELECT repeat('x', 1000) FROM generate_series(1, {kilobytes})"  # noqa: S608 - names of ours
    connection.execute(sql.encode())
