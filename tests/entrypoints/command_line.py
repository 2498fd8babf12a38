"""How does a test ask on the command line: in this process for speed, or in one of its own?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from entrypoints.cli import main


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its answer; fails the test if it has none."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Its answer, one JSON a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class CommandLine:
    """The command line of an installation in a folder."""

    folder: Path
    environment: dict[str, str]

    def __call__(self, *words: object, stdin: bytes | None = None) -> Said:
        """Ask in this process; a bug crashes the test."""
        result = CliRunner().invoke(main, self._words(words), input=stdin, env=self.environment)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def process(self, *words: object, stdin: bytes | None = None) -> Said:
        """Ask in a process of its own."""
        done = subprocess.run(
            self.command(*words), input=stdin, env=self._whole, capture_output=True, timeout=60, check=False
        )
        return Said(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *words: object) -> subprocess.Popen[bytes]:
        """Start a process that runs until it is told to stop."""
        return subprocess.Popen(self.command(*words), env=self._whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def command(self, *words: object) -> list[str]:
        """The program and its words."""
        return [sys.executable, "-c", "from entrypoints.cli import main; main()", *self._words(words)]

    def _words(self, words: tuple[object, ...]) -> list[str]:
        return ["--data", str(self.folder), *(str(word) for word in words)]

    @property
    def _whole(self) -> dict[str, str]:
        return {**os.environ, **self.environment}
