"""How was each version of each event stored? One file a version, written once and never changed.

`python -m tests.store.goldens` writes the files of versions that have none yet.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from journey.events import Event
from journey.store import codec
from tests.examples import EVENTS, NOTED

FOLDER = Path(__file__).parent.parent / "golden"


def path_of(event: Event) -> Path:
    """Return where the bytes of an event's current version are."""
    return FOLDER / f"{codec.tag(event).partition('.')[2]}.json"


def body_of(event: Event) -> bytes:
    """Return an event as it is stored, in an envelope with everything in it."""
    return codec.encode(replace(NOTED, event=event))


def main() -> None:
    """Write what is missing."""
    FOLDER.mkdir(exist_ok=True)
    for event in EVENTS.values():
        if not path_of(event).exists():
            path_of(event).write_bytes(body_of(event))
            print(path_of(event).name)


if __name__ == "__main__":
    main()
