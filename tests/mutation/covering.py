"""Which tests run through a line, and how long does each take?"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from coverage import Coverage

from tests.mutation.mutants import ROOT
from tests.mutation.uses import statement

TESTS = ("tests/instruments", "tests/domain", "tests/decisions")
"""The tests of pure code. The documents are left out: they would fail of every change, and say nothing of it."""
NO_TEST = ""
"""The context of what runs before any test: what is imported, and what is called then."""
OPTIONS = ("-q", "-p", "no:cacheprovider", "-o", "timeout=0", "-W", "ignore::pytest.PytestAssertRewriteWarning")


@dataclass(slots=True)
class Covered:
    """Of each test how many seconds it took; of each line of a file the tests that ran through it, or that none had to.

    `on_import`: the lines that run before any test, when its file is imported.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    on_import: dict[str, list[int]] = field(default_factory=dict)

    def of_line(self, path: str, line: int) -> list[str]:
        """The tests that run through a line, or else through another of its statement, the fastest first."""
        by_line = self.lines.get(path, {})
        through = by_line.get(str(line)) or {test for it in statement(path, line) for test in by_line.get(str(it), [])}
        return self.in_order(through)

    def is_imported(self, path: str, line: int) -> bool:
        """Whether a line runs on import, or another of its statement."""
        return not {line, *statement(path, line)}.isdisjoint(self.on_import.get(path, []))

    def up_to(self, seconds: float) -> Covered:
        """The same without the tests that take longer."""
        kept = {test: took for test, took in self.seconds.items() if took <= seconds}
        lines = {
            path: {line: [it for it in tests if it in kept] for line, tests in by_line.items()}
            for path, by_line in self.lines.items()
        }
        return Covered(kept, lines, self.on_import)

    def in_order(self, tests: Iterable[str]) -> list[str]:
        """These tests, the fastest first."""
        return sorted(tests, key=lambda test: (self.seconds[test], test))


def digest(paths: Sequence[str]) -> str:
    """Of all Python files below these folders, and these files."""
    found = sorted({it for path in paths for it in ([ROOT / path] if path.endswith(".py") else _below(path))})
    said = hashlib.sha256()
    for file in found:
        said.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return said.hexdigest()[:20]


def _below(path: str) -> list[Path]:
    return [*(ROOT / path).rglob("*.py")]


def covered(cache: Path) -> Covered:
    """What the tests cover, from the cache while neither they nor the code have changed. Runs them in a child."""
    file = cache / f"covered-{digest(['journey', *TESTS, 'tests/given.py', 'tests/mutation/covering.py'])}.json"
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        child = os.fork()
        if child == 0:
            os._exit(_measured(file))
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            raise RuntimeError("the tests fail as they are")
    return Covered(**json.loads(file.read_text(encoding="utf-8")))


def _measured(file: Path) -> int:
    coverage = Coverage(data_file=None, source=[str(ROOT / "journey")], config_file=False)
    watching = _Watching(coverage)
    coverage.start()
    failed = pytest.main([*OPTIONS, *TESTS], plugins=[watching])
    coverage.stop()
    if failed:
        return int(failed)
    found, data = Covered(seconds=watching.seconds), coverage.get_data()
    for measured in data.measured_files():
        path = str(Path(measured).relative_to(ROOT))
        by_line: Mapping[int, list[str]] = data.contexts_by_lineno(measured)
        found.lines[path] = {str(line): kept for line, tests in by_line.items() if (kept := [it for it in tests if it])}
        found.on_import[path] = [line for line, tests in by_line.items() if NO_TEST in tests]
    file.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return 0


class _Watching:
    """Tells the coverage which test is running."""

    def __init__(self, coverage: Coverage) -> None:
        self.coverage = coverage
        self.seconds: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        """Name the test to the coverage, and time it."""
        self.coverage.switch_context(item.nodeid)
        begun = time.perf_counter()
        answer = yield
        self.seconds[item.nodeid] = round(time.perf_counter() - begun, 4)
        self.coverage.switch_context(NO_TEST)
        return answer
