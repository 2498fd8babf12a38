"""How much memory did this process hold at most?"""

from __future__ import annotations

from pathlib import Path

SINCE_NOW = "5"
"""What Linux is told to begin a process's peak anew."""


def forget_peak() -> None:
    """Begin the peak anew."""
    Path("/proc/self/clear_refs").write_text(SINCE_NOW, encoding="ascii")


def peak_mb(process: int | str = "self") -> float:
    """The most that a process held in memory since its peak began, in MB."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise LookupError(f"process {process} has no peak")
