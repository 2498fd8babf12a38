"""Which faults did the tests plan, which were fired, and was one never hit?

A plugin of pytest. A test takes the fixture `fired`, plans its faults with their phases and tells of each as it
happens; what was planned and never hit fails the test. A run that is told to be verbose ends with a table of them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest

PROPERTY = "faults"
"""Under which name a test's faults are in its report, which also comes through from the processes of pytest-xdist."""

Line = tuple[str, str, int, int]
"""A fault, its phase, how often it was planned and how often it was fired."""


class Fired:
    """The faults of one test."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        """Nothing is planned; each fault that is fired is told."""
        self._planned: Counter[tuple[str, str]] = Counter()
        self._happened: Counter[tuple[str, str]] = Counter()
        self._tell = tell

    def plan(self, fault: str, *phases: str, times: int = 1) -> None:
        """A fault is to hit each of these phases, so many times at least."""
        self._planned.update(dict.fromkeys(((fault, phase) for phase in phases), times))

    def fire(self, fault: str, phase: str) -> None:
        """A fault has hit: say so where it is known to have, not where it is asked for."""
        if (fault, phase) not in self._planned:
            raise AssertionError(f"nobody planned {fault}: {phase}")
        self._happened[fault, phase] += 1
        self._tell(f"{fault}: {phase} ({self._happened[fault, phase]} of {self._planned[fault, phase]})")

    def lines(self) -> list[Line]:
        """What was planned and what was fired."""
        return [(*it, planned, self._happened[it]) for it, planned in self._planned.items()]

    def check(self) -> None:
        """Fail for what was planned and not hit as often."""
        missed = [line for line in self.lines() if line[3] < line[2]]
        assert not missed, f"planned and not hit:\n{table(missed)}"


def table(lines: Iterable[Line]) -> str:
    """The faults in columns, those of the same fault and phase in one line."""
    planned: Counter[tuple[str, str]] = Counter()
    happened: Counter[tuple[str, str]] = Counter()
    for fault, phase, wanted, had in lines:
        planned[fault, phase] += wanted
        happened[fault, phase] += had
    head = ("fault", "phase", "planned", "fired")
    rows = [
        head,
        *((fault, phase, str(planned[fault, phase]), str(happened[fault, phase])) for fault, phase in planned),
    ]
    wide = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join(
        f"{fault:{wide[0]}}  {phase:{wide[1]}}  {wanted:>{wide[2]}}  {had:>{wide[3]}}"
        for fault, phase, wanted, had in rows
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run be repeated, and last as long as one likes."""
    group = parser.getgroup("faults")
    group.addoption("--seed", type=int, default=1, help="what chance in the tests begins with")
    group.addoption("--minutes", type=float, default=10.0, help="how long a soak test lasts that could go on for ever")


def pytest_report_header(config: pytest.Config) -> str:
    """Say how to repeat this run."""
    return f"seed: {config.getoption('seed')}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """End a verbose run with the faults of all its tests."""
    lines = [
        line
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for name, found in report.user_properties
        if name == PROPERTY
        for line in found
    ]
    if lines and terminalreporter.verbosity > 0:
        terminalreporter.section("faults fired")
        terminalreporter.write_line(table(lines))


def _tell(config: pytest.Config, words: str) -> None:
    """Say it at once in a verbose run, else only where the test fails."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    capture = config.pluginmanager.get_plugin("capturemanager")
    if reporter is None or capture is None or reporter.verbosity <= 0:
        print(words)
        return
    with capture.global_and_fixture_disabled():
        reporter.write_line(words)


@pytest.fixture
def fired(request: pytest.FixtureRequest) -> Iterator[Fired]:
    """Yield this test's faults; what it planned and did not hit fails it."""
    faults = Fired(lambda words: _tell(request.config, words))
    yield faults
    request.node.user_properties.append((PROPERTY, faults.lines()))
    faults.check()


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Return chance that is this test's own, and the same in every run of the same seed."""
    return random.Random(f"{request.config.getoption('seed')} {request.node.nodeid}")


@pytest.fixture
def soak_s(request: pytest.FixtureRequest) -> float:
    """Return how many seconds a soak test goes on that could go on for ever."""
    minutes: float = request.config.getoption("minutes")
    return minutes * 60
