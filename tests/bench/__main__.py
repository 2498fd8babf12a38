"""How fast is it on this machine, beside what its databases and its broker can do at best?

    make bench [ARGS="PART... --json"]

Everything is also written down in docs/benchmarks.md. Needs JOURNEY_TEST_POSTGRES_URL and KAFKA_BOOTSTRAP_SERVERS,
which `python -m tests.servers` gives.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench import (
    catching_up,
    commands,
    folding,
    importing,
    latency,
    machine,
    publishing,
    rebuilding,
    seeing,
    series,
    subscribing,
)
from tests.bench.apart import apart, quiet, settle
from tests.bench.measured import Figure, Size
from tests.bench.report import document, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"

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


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for, else everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.parts) - PARTS.keys():
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    quiet()
    postgres, kafka = os.environ["JOURNEY_TEST_POSTGRES_URL"], os.environ["KAFKA_BOOTSTRAP_SERVERS"]
    described = machine.described(postgres)
    found: dict[str, list[Figure]] = {}
    for part in asked.parts or PARTS:
        settle(postgres)
        found[part] = apart(measured, part, postgres, kafka, Size())
    figures = [figure for some in found.values() for figure in some]
    if asked.json:
        print(json.dumps({"machine": described, "figures": [asdict(it) for it in figures]}, indent=2))
    else:
        print("\n".join(f"{name}: {said}" for name, said in described.items()), end="\n\n")
        print(table(figures))
    if not asked.parts:
        DOCUMENT.write_text(document(described, found), encoding="utf-8")
    return 0


def measured(part: str, postgres: str, kafka: str, size: Size) -> list[Figure]:
    """The figures of a part; each is told at once to whoever waits."""
    found = []
    for figure in PARTS[part](postgres, kafka, size):
        said = f"{figure.name}: {figure.ours.median:,.4g} {figure.unit}, {figure.ratio.median:.2f}"
        print(said, file=sys.stderr, flush=True)
        found.append(figure)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
