"""What is known of mutants already: what a run found, and what a person has looked at?"""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.mutation.covering import Covered
from tests.mutation.mutants import ROOT, Mutant, mutants

CACHE = ROOT / ".cache" / "mutation"
EQUIVALENT = Path(__file__).with_name("equivalent.txt")
ALIVE = frozenset({"survived", "no test"})


@dataclass(slots=True)
class Kept:
    """Of each mutant what was found, and by which tests: a failing test as it stood, or all that were run."""

    file: Path
    of: dict[str, tuple[str, str]]

    @staticmethod
    def read() -> Kept:
        """What earlier runs found."""
        file, of = CACHE / "found.ndjson", {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                key, found, by = json.loads(line)
                of[key] = (found, by)
        return Kept(file, of)

    def found(self, mutant: Mutant, tests: Covered) -> str | None:
        """What was found, if the tests that found it are still the same."""
        found, by = self.of.get(mutant.key, ("", ""))
        return found if found and by == _by(mutant, found, tests) else None

    def keep(self, mutant: Mutant, found: str, tests: Covered) -> None:
        """Keep what was found."""
        self.of[mutant.key] = (found, _by(mutant, found, tests))
        print(f"\r{len(self.of)} ", end="", file=sys.stderr, flush=True)
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps([mutant.key, *self.of[mutant.key]]) + "\n")

    def mutants(self, path: str) -> list[Mutant]:
        """The mutants of a file, made once for as long as it and how they are made stay the same."""
        made_by = [ROOT / path, *(Path(__file__).with_name(it) for it in ("changes.py", "mutants.py"))]
        file = CACHE / f"mutants-{hashlib.sha256(b''.join(it.read_bytes() for it in made_by)).hexdigest()[:20]}.json"
        if not file.exists():
            file.write_text(
                json.dumps([asdict(it) for it in mutants(path, (ROOT / path).read_text(encoding="utf-8"))]),
                encoding="utf-8",
            )
        return [Mutant(**it) for it in json.loads(file.read_text(encoding="utf-8"))]


def _by(mutant: Mutant, found: str, tests: Covered) -> str:
    """The test file that noticed it, as it stands; of what survived, all that could have."""
    file = ROOT / found.partition("::")[0]
    if found not in ALIVE and file.is_file():
        return hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    if found not in ALIVE:
        return ""
    through = tests.of_line(mutant.path, mutant.line)
    if not mutant.in_function or tests.is_imported(mutant.path, mutant.line):
        through = tests.in_order(tests.seconds)
    files = sorted({test.partition("::")[0] for test in through})
    said = "\n".join(sorted(through)).encode() + b"".join((ROOT / it).read_bytes() for it in files)
    return hashlib.sha256(said).hexdigest()[:12]


def equivalents(text: str | None = None) -> dict[tuple[str, str], str]:
    """Of each change that makes no difference to anybody, by its file, why: what a person has looked at."""
    found: dict[tuple[str, str], str] = {}
    path = reason = ""
    for line in (EQUIVALENT.read_text(encoding="utf-8") if text is None else text).splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line.startswith("    "):
            found[path, line.strip()] = reason
        elif line:
            path = line
    return found
