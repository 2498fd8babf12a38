"""What comes of a mutant: does a test fail? Each is tried in a process of its own, forked from one that is ready."""

from __future__ import annotations

import gc
import importlib.util
import os
import resource
import select
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from hypothesis import Phase, settings

from tests.mutation.covering import OPTIONS
from tests.mutation.mutants import ROOT, Mutant, functions

SURVIVED = "survived"
TIME_OUT = "time out"
UNCOVERED = "no test"
BROKEN = "can not be imported"
CRASHED = "crashed"
NOT_COLLECTED = (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED, pytest.ExitCode.USAGE_ERROR)
"""How a run ends whose tests can't even be imported, when none has failed."""


@dataclass(slots=True)
class Child:
    """A process that tries a mutant, and where it says what it found."""

    mutant: Mutant
    pid: int
    pipe: int


def tried(
    asked: Iterable[tuple[Mutant, Sequence[str], int]],
    attempt: Callable[[Mutant, Sequence[str]], str],
    workers: int,
) -> Iterator[tuple[Mutant, str]]:
    """Try each mutant with its tests, within its seconds, so many at a time: which test failed, or that it survived.

    Raises RuntimeError where it is we who failed.
    """
    running: list[Child] = []
    for mutant, tests, seconds in asked:
        while len(running) >= workers:
            yield from _ended(running)
        running.append(_forked(mutant, tests, seconds, attempt))
    while running:
        yield from _ended(running)


def _forked(mutant: Mutant, tests: Sequence[str], seconds: int, attempt: Callable[..., str]) -> Child:
    ours, theirs = os.pipe()
    pid = os.fork()
    if pid == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))  # of work: whoever waits for a core is not late
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        found = CRASHED
        try:
            found = attempt(mutant, tests)
        finally:
            os.write(theirs, found.encode())
            os._exit(0)
    os.close(theirs)
    return Child(mutant, pid, ours)


def _ended(running: list[Child]) -> Iterator[tuple[Mutant, str]]:
    """Wait for one at least to say what it found; one that says nothing has run out of its time."""
    ready, _, _ = select.select([it.pipe for it in running], [], [])
    for child in [it for it in running if it.pipe in ready]:
        found = os.read(child.pipe, 4096).decode()
        os.waitpid(child.pid, 0)
        os.close(child.pipe)
        running.remove(child)
        if found == CRASHED:
            raise RuntimeError(str(child.mutant))
        yield child.mutant, found or TIME_OUT


def apart(act: Callable[[], object]) -> None:
    """Do this in a process of its own. Raises RuntimeError if it fails."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0:
        raise RuntimeError("a process of ours failed, and said why")


class First(Exception):  # noqa: N818 - it ends a run, and is no error
    """The first test that failed."""


def anew(mutant: Mutant, tests: Sequence[str]) -> str:
    """Import everything with this file changed, and run the tests. Nothing of ours may be imported yet."""
    sys.meta_path.insert(0, _Changed(mutant))
    order = {test: place for place, test in enumerate(tests)}
    listening = _Listening(order)
    files = dict.fromkeys(test.partition("::")[0] for test in tests)
    code = pytest.main([*OPTIONS, "-x", *files], plugins=[listening])
    if listening.failed or code == pytest.ExitCode.OK:
        return listening.failed or SURVIVED
    return BROKEN if code in NOT_COLLECTED else CRASHED


class _Changed:
    """Finds the changed file before the one on disk is found."""

    def __init__(self, mutant: Mutant) -> None:
        self.name = mutant.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        self.mutant = mutant

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """The changed file, if it is asked for."""
        if name != self.name:
            return None
        file = str(ROOT / self.mutant.path)
        package = [str(Path(file).parent)] if file.endswith("__init__.py") else None
        loader = _Source(name, file, self.mutant.source)
        return importlib.util.spec_from_file_location(name, file, loader=loader, submodule_search_locations=package)


class _Source(SourceFileLoader):
    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, _fullname: str) -> CodeType:
        """The code of the changed file, never of a cache."""
        return compile(self.source, self.path, "exec")


class _Listening:
    """Keeps the tests that are asked for, in their order, and hears which one fails."""

    def __init__(self, order: dict[str, int]) -> None:
        self.order = order
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what is asked for, in its order."""
        unhurried()
        items[:] = sorted((it for it in items if it.nodeid in self.order), key=lambda it: self.order[it.nodeid])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hear whether it failed."""
        if report.failed and not self.failed:
            self.failed = report.nodeid


def unhurried() -> None:
    """Look for no simpler example than the first that fails, and keep none."""
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutation", settings.get_profile("journey"), database=None, phases=phases)
    settings.load_profile("mutation")


class Ready:
    """A run that has collected every test: a function is changed where it stands, and its tests are run."""

    def __init__(self, session: pytest.Session) -> None:
        self.items = {item.nodeid: item for item in session.items}
        self.live: dict[tuple[str, str], list[FunctionType]] = {}
        gc.unfreeze()  # what somebody has frozen in this process is not told of
        for it in gc.get_objects():
            if isinstance(it, FunctionType) and it.__code__.co_filename.startswith(str(ROOT / "journey")):
                path = str(Path(it.__code__.co_filename).relative_to(ROOT))
                self.live.setdefault((path, it.__code__.co_qualname), []).append(it)

    def attempt(self, mutant: Mutant, tests: Sequence[str]) -> str:
        """Change the function, and run the tests until one fails."""
        self.change(mutant)
        items = [self.items[test] for test in tests]
        if items:
            items[0].config.pluginmanager.register(_Stop())
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except First as first:
            return str(first)
        return SURVIVED

    def change(self, mutant: Mutant) -> None:
        """Put the changed code in the place of what it was, wherever the function is held."""
        file = str(ROOT / mutant.path)
        plain = functions(compile((ROOT / mutant.path).read_text(encoding="utf-8"), file, "exec"))
        changed = functions(compile(mutant.source, file, "exec"))
        for (name, before), (_, code) in zip(plain, changed, strict=True):
            for function in self.live[mutant.path, name] if code != before else ():
                if function.__code__ == before:  # every lambda of a module goes by one name
                    function.__code__ = code


class _Stop:
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """End at the first failure."""
        if report.failed:
            raise First(report.nodeid)


def readied(then: Callable[[Ready], Any], tests: Sequence[str]) -> None:
    """Collect the tests, and do this in place of running them."""

    class Instead:
        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            unhurried()
            then(Ready(session))
            return True

    pytest.main([*OPTIONS, *tests], plugins=[Instead()])
