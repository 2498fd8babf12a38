"""Of which parts does the bench consist, each measured by itself?"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.bench import (
    catching_up,
    commands,
    folding,
    importing,
    latency,
    publishing,
    rebuilding,
    seeing,
    series,
    subscribing,
)
from tests.bench.measured import Figure, Size

PARTS: dict[str, Callable[[str, str, Size], Iterator[Figure]]] = {
    "fold": lambda _postgres, _kafka, size: folding.measure(size),
    "commands": lambda postgres, _, size: commands.measure(postgres, size),
    "import": lambda postgres, _, size: importing.measure(postgres, size),
    "catching-up": catching_up.measure,
    "rebuild": lambda postgres, _, size: rebuilding.measure(postgres, size),
    "latency": latency.measure,
    "relay": publishing.measure,
    "relay-latency": seeing.measure,
    "subscriber": subscribing.measure,
    "series": lambda postgres, _, size: series.measure(postgres, size),
}


def measured(part: str, postgres: str, kafka: str, size: Size) -> list[Figure]:
    """The figures of a part; each is told at once to whoever waits."""
    found = []
    for figure in PARTS[part](postgres, kafka, size):
        said = f"{figure.name}: {figure.ours.median:,.4g} {figure.unit}, {figure.ratio.median:.2f}"
        print(said, file=sys.stderr, flush=True)
        found.append(figure)
    return found
