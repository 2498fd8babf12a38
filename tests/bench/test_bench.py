"""Does every part of the bench run, and say something of all it measures?"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.bench import machine, memory
from tests.bench.measured import Size, Spread, compared, figured, in_window
from tests.bench.parts import PARTS, measured
from tests.bench.report import document, table

TINY = Size(seconds=0.1, turns=1, journeys=16, events=300)
SAID = {
    "fold": 8,
    "commands": 30,
    "import": 2,
    "catching-up": 12,
    "rebuild": 7,
    "latency": 4,
    "relay": 2,
    "relay-latency": 2,
    "subscriber": 7,
    "series": 4,
}
"""How many figures each part gives."""


@pytest.mark.parametrize("part", PARTS)
def test_part_runs(part: str, postgres_url: str, kafka_bootstrap: str) -> None:
    """A part measures ours and the raw limit, and stores what it says it stores."""
    figures = measured(part, postgres_url, kafka_bootstrap, TINY)
    assert len(figures) == SAID[part]
    assert all(it.ours.least > 0 and it.raw.least > 0 and it.ratio.least > 0 and it.peak_mb > 0 for it in figures)


def test_one_part_is_told(postgres_url: str, kafka_bootstrap: str) -> None:
    """A part that is asked for by its name is measured in a process of its own, and its figures are printed."""
    servers = {"JOURNEY_TEST_POSTGRES_URL": postgres_url, "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap}
    command = [sys.executable, "-m", "tests.bench", "fold", "--json"]
    said = subprocess.run(command, env=os.environ | servers, capture_output=True, text=True, check=True).stdout
    assert len(json.loads(said)["figures"]) == SAID["fold"]


def test_postgres_is_durable(postgres_url: str) -> None:
    """The description names what makes PostgreSQL durable, as it is set."""
    described = machine.described(postgres_url)["PostgreSQL"]
    assert "fsync=on, synchronous_commit=on, full_page_writes=on" in described


def test_ratio_is_of_the_same_turn() -> None:
    """A machine that is slow for a turn is slow for both, and spoils no ratio."""
    ours, raw = iter([50.0, 5.0, 50.0]), iter([100.0, 10.0, 100.0])
    figure = compared("Something", "acts/s", lambda: next(ours), lambda: next(raw), 3, "nothing")
    assert (figure.ours, figure.raw, figure.turns) == (Spread(5, 50, 50), Spread(10, 100, 100), 3)
    assert figure.ratio == Spread(0.5, 0.5, 0.5)


def test_peak_is_of_the_turns() -> None:
    """The peak is begun anew with each figure, and tells what the turns held."""
    memory.forget_peak()
    before = memory.peak_mb()
    held = bytearray(64 * 2**20)
    assert memory.peak_mb() > before + 60, len(held)
    del held
    memory.forget_peak()
    assert memory.peak_mb() < before + 60


def test_window_counts_what_all_did() -> None:
    """Clients share one window, and the count afterwards is of all they did."""
    done: list[int] = []
    rate = in_window([lambda: done.append(1), lambda: done.append(2)], 0.05, lambda: len(done))
    assert {1, 2} == set(done)
    assert 0 < rate <= len(done) / 0.05


def test_client_that_fails_is_heard() -> None:
    """A bench whose work fails gives no figure."""

    def failing() -> None:
        raise ValueError("no work")

    with pytest.raises(ValueError, match="no work"):
        in_window([failing], 0.01, lambda: 0)


FIGURE = figured("Import", "commands/s", [(9_000, 2_100.4), (8_000, 1_000), (10_000, 3_000)], "INSERT")


def test_table_has_a_line_a_figure() -> None:
    """The table names what was measured, its spread, the raw limit, the ratio and its spread."""
    said = table([FIGURE]).splitlines()[1].split()
    assert said[:7] == ["Import", "commands/s", "1,000", "2,100", "3,000", "9,000", "0.23"]
    assert said[7] == "(0.12-0.30)"


def test_document_says_on_what_and_how() -> None:
    """The page names the machine, and of each part its command, its figures and their raw limits."""
    page = document({"cores": "2"}, {"import": [FIGURE]})
    assert "| cores | 2 |" in page
    assert '    make bench ARGS="import"' in page
    assert "| Import | commands/s | 1,000 |" in page
    assert "Raw limit: INSERT." in page
