"""On what was it measured?"""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psycopg

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
PACKAGES = ("eventsourcing", "psycopg", "orjson", "pydantic", "kafka-python")


def described(postgres_url: str) -> dict[str, str]:
    """The machine and the versions, and of PostgreSQL the settings that make it durable: they must be on."""
    with psycopg.connect(postgres_url) as connection:
        rows = connection.execute("SELECT name, setting FROM pg_settings").fetchall()
    settings: dict[str, str] = dict(rows)
    durable = {name: settings[name] for name in DURABLE}
    assert durable == DURABLE, f"PostgreSQL is not durable, so its figures say nothing: {durable}"
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": _processor(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "SQLite": f"{sqlite3.sqlite_version}, journal_mode=WAL, synchronous=FULL",
        "PostgreSQL": ", ".join([settings["server_version"], *(f"{name}={on}" for name, on in durable.items())]),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
