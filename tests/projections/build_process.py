"""A rebuild as a process that can be held: `python -m tests.projections.build_process LOG MODELS NAME PROCESSES`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any

from consumers.log_feed import histories
from journey.store import codec
from projections import building, crew, parts, rebuild
from projections.builds import Builds
from projections.crew import together
from projections.database import ReadModels
from projections.models import PROJECTIONS
from projections.parts import Parts
from projections.rebuild import rebuild as rebuilt
from projections.tables import Tables
from tests.consumers.logs import WrittenLog
from tests.consumers.processes import hold
from tests.projections.reading import NOW

EVENTS = 100
"""Parts so small that a test's log has some."""

CODE = "the code of the tests"

POINTS: dict[str, tuple[Any, str]] = {
    "planned": (Parts, "plan"),  # in the transaction that begins a build
    "begun": (building, "_begun"),
    "part": (Parts, "done"),  # in the transaction of a part, which is not written yet
    "filled": (building, "fill_part"),
    "indexed": (Tables, "index"),  # in the transaction that makes the build whole
    "whole": (building, "_completed"),
    "step": (rebuild, "_step"),  # in the transaction of events that came meanwhile
    "followed": (rebuild, "_followed"),
    "served": (Builds, "serve"),  # in the transaction that switches; before that in the one that begins
    "heard": (crew, "_heard"),  # from another process of the crew, which has written its part
}


@contextmanager
def opened(log_url: str, models_url: str) -> Iterator[tuple[WrittenLog, ReadModels]]:
    """Open a log and its read models, as each process does for itself."""
    log = WrittenLog(log_url)
    models = ReadModels(models_url, PROJECTIONS, decode=codec.decode, clock=lambda: NOW, history=histories(log))
    try:
        yield log, models
    finally:
        models.close()
        log.close()


def holding(owner: Any, name: str, point: str) -> None:
    """Let what is done under a name be held when it was done."""
    act = getattr(owner, name)

    @wraps(act)  # and so known to another process, which is not held
    def held(*given: Any, **named: Any) -> Any:
        answer = act(*given, **named)
        hold(point)
        return answer

    setattr(owner, name, held)


def main(log_url: str, models_url: str, name: str, processes: str) -> int:
    """Rebuild."""
    parts.EVENTS = EVENTS
    vars(building)["fingerprint"] = lambda: CODE
    for point, (owner, named) in POINTS.items():
        holding(owner, named, point)
    with opened(log_url, models_url) as (log, models):
        many = together(partial(opened, log_url, models_url), int(processes)) if int(processes) else None
        rebuilt(models, name, log, crew=many)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
