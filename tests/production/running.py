"""How does an installation run, as in production: one process each, PostgreSQL and Kafka behind them?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import free_port

JOURNEY = Path(sys.executable).with_name("journey")
MIGRATE = ("migrate",)
SERVE = ("serve",)
RELAY = ("relay",)
WORKERS = (("work", "schedule"), ("work", "outcome"), ("work", "audit"))
COMMANDS = (MIGRATE, SERVE, RELAY, *WORKERS)
"""What production runs: the compose file must start exactly these."""

RUNNING = (SERVE, RELAY, *WORKERS)


@dataclass
class Installation:
    """An installation's settings, and its processes."""

    folder: Path
    environment: Mapping[str, str]
    port: int
    processes: dict[Sequence[str], subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *command: str) -> str:
        """Run a command to its end, which is a good one; what it printed."""
        done = subprocess.run(
            [JOURNEY, *command], env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *commands: Sequence[str]) -> None:
        """Start processes that run for ever."""
        for command in commands:
            with self._log(command).open("ab") as log:
                self.processes[command] = subprocess.Popen(
                    [JOURNEY, *command], env=self.environment, cwd=self.folder, stdout=log, stderr=log
                )

    def stop(self, *commands: Sequence[str]) -> None:
        """Stop processes by SIGTERM: each ends well, and says nothing of an error."""
        for command in commands:
            self.processes[command].send_signal(signal.SIGTERM)
        for command in commands:
            process = self.processes.pop(command)
            code = process.wait(30)
            assert code == 0, (command, code, self.said(command))
            assert "Traceback" not in self.said(command), self.said(command)

    def said(self, command: Sequence[str]) -> str:
        """What a process said."""
        return self._log(command).read_text()

    def kill(self) -> None:
        """Leave no process behind."""
        for process in self.processes.values():
            process.kill()
            process.wait()

    def _log(self, command: Sequence[str]) -> Path:
        return self.folder / f"{'-'.join(command)}.log"


@contextmanager
def installed(folder: Path, postgres: str, kafka: str, prefix: str) -> Iterator[Installation]:
    """Give an installation, set up by the environment alone, as compose does it."""
    port = free_port()
    own = {
        "JOURNEY_STORE_URL": postgres,
        "JOURNEY_PROJECTIONS_URL": postgres,
        "JOURNEY_KEYS_URL": f"sqlite:///{folder / 'keys' / 'keys.sqlite'}",
        "JOURNEY_MASTER_KEY_FILE": str(folder / "keys" / "master.key"),
        "JOURNEY_TOKEN_KEY_FILE": str(folder / "keys" / "token.key"),
        "JOURNEY_KAFKA": kafka,
        "JOURNEY_REPLICATION": "1",
        "JOURNEY_TOPIC_PREFIX": prefix,
        "JOURNEY_HOST": "127.0.0.1",
        "JOURNEY_PORT": str(port),
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
    installation = Installation(folder, {**others, **own}, port)
    try:
        yield installation
    finally:
        installation.kill()
