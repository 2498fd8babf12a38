"""What runs when somebody types `journey`, also where no more than a subscriber is installed?"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; where what it needs is not installed, say how to install it."""
    try:
        from entrypoints.cli import main as command  # noqa: PLC0415 - it may need what is not there
    except ModuleNotFoundError as missing:
        if missing.name is None or missing.name.startswith(("journey", "projections", "consumers", "entrypoints")):
            raise
        sys.exit(f"{missing.name} is not installed: the whole tracker is pip install 'journey-tracker[tracker]'")
    command()
