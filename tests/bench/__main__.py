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
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.bench import machine
from tests.bench.apart import apart, quiet, settle
from tests.bench.measured import Figure, Size
from tests.bench.parts import PARTS, measured
from tests.bench.report import document, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
