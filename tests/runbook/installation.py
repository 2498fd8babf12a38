"""How are the runbook's commands run: where, as whom, and with which names set?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from consumers.published import place_if_any
from consumers.topics import Topics
from entrypoints.app import now
from journey.clinic import Clinic
from journey.store.keys import Keys
from journey.store.opening import Store, open_store
from tests.runbook.document import commands
from tests.servers import Postgres, processes

READY_S = 60
OF_THE_SERVER = ("Keep the write-ahead log", "Make a base backup", "Restore the events")
"""What the database's own user does."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A tracker on a server of its own; `away` is what its backups are kept on, `kept` is apart from them."""

    server: Postgres
    away: Path
    kept: Path
    topics: Topics
    keys_url: str

    @property
    def master_key(self) -> Path:
        """Where the master key lies."""
        return self.kept.parent / "master.key"

    @property
    def environment(self) -> Mapping[str, str]:
        """What the commands find set."""
        journey = Path(sys.executable).parent
        return {
            "PATH": f"{self.server.programs}{os.pathsep}{journey}{os.pathsep}{os.environ['PATH']}",
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.server.port),
            "PGUSER": "postgres",
            "BACKUP": str(self.away / "backup"),
            "RESTORED": str(self.away / "restored"),
            "KEPT": str(self.kept),
            "JOURNEY_STORE_URL": self.server.url,
            "JOURNEY_KEYS_URL": self.keys_url,
            "JOURNEY_PROJECTIONS_URL": f"sqlite:///{self.kept.parent / 'projections.sqlite'}",
            "JOURNEY_MASTER_KEY_FILE": str(self.master_key),
            "JOURNEY_KAFKA": self.topics.bootstrap,
            "JOURNEY_TOPIC_PREFIX": self.topics.prefix,
            "JOURNEY_REPLICATION": "1",
        }

    def run(self, section: str) -> str:
        """Run what a section says, to its good end; what it printed."""
        return "".join(self.run_script(section, script) for script in commands(section))

    @contextmanager
    def going_on(self, section: str, script: str) -> Iterator[subprocess.Popen[str]]:
        """Yield a script of a section as it runs for ever; it is ended as an operator would."""
        process = self._begun(section, script)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=READY_S)

    def refused(self, script: str) -> str:
        """What a command says that ends with somebody having to look."""
        process = self._begun("Go on", script)
        said, _ = process.communicate(timeout=READY_S)
        assert process.returncode == 1, said
        return said

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Yield the store."""
        keys = Keys.open(self.master_key, self.keys_url)
        store = open_store(self.server.url, keys=keys, clinic=Clinic(), clock=now)
        try:
            yield store
        finally:
            store.close()
            keys.close()

    def published(self) -> int:
        """The position that the relay says it has published."""
        place = place_if_any(self.topics)
        return 0 if place is None else place.position

    def is_published(self, position: int) -> None:
        """Wait until the relay has come so far."""
        processes.until(lambda: self.published() >= position, seconds=READY_S, what=f"position {position} on Kafka")

    def is_kept(self) -> None:
        """Wait until the write-ahead log is in the backup, up to what is written now."""
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            [until] = connection.execute("SELECT pg_current_wal_lsn()").fetchone() or [None]
            arrived = "SELECT count(*) FROM pg_stat_replication WHERE flush_lsn >= %s"
            processes.until(
                lambda: connection.execute(arrived, [until]).fetchone() == (1,),
                seconds=READY_S,
                what="the log to arrive",
            )

    def lose(self) -> None:
        """Lose the server for good, and the keys with their master."""
        self.server.kill()
        self.master_key.unlink()
        with psycopg.connect(self.keys_url, autocommit=True) as connection:
            connection.execute("DROP TABLE data_keys")

    def end_restored(self) -> None:
        """Stop the restored server, if there is one."""
        if (self.away / "restored" / "postmaster.pid").exists():
            self.run_script(OF_THE_SERVER[0], 'pg_ctl --pgdata="$RESTORED" --mode=immediate --wait stop')

    def run_script(self, section: str, script: str) -> str:
        """Run one script of a section to its good end; what it printed."""
        process = self._begun(section, script)
        said, _ = process.communicate(timeout=READY_S)
        log = self.away / "restored" / "log"
        assert process.returncode == 0, f"{section}: {said}\n{log.read_text() if log.exists() else ''}"
        return said

    def _begun(self, section: str, script: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["sh", "-euc", script],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.away,
            env=self.environment,
            start_new_session=True,  # a shell does not pass on what ends it
            **(self.server.identity if section in OF_THE_SERVER else {}),
        )
