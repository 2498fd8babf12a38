"""Does a process that runs for ever still turn?

python -m consumers.health FILE SECONDS     exits 0 if FILE was touched within SECONDS
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

BEAT_EVERY_S = 1.0


class Pulse:
    """Touches a file at every turn that went well, at most once a second; without a file it does nothing."""

    def __init__(self, file: str | None = None) -> None:
        """Beat in this file, else in the one that JOURNEY_PULSE names."""
        named = file or os.environ.get("JOURNEY_PULSE")
        self._file = Path(named) if named else None
        self._last = 0.0

    def beat(self) -> None:
        """Say that a turn went well."""
        if self._file is not None and time.monotonic() - self._last > BEAT_EVERY_S:
            self._file.touch()
            self._last = time.monotonic()


def main(arguments: Sequence[str]) -> int:
    """0 if the process whose pulse is in the file turned lately, else 1."""
    file, seconds = Path(arguments[0]), float(arguments[1])
    return 0 if file.exists() and time.time() - file.stat().st_mtime < seconds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
