"""Does the code in the page for subscribers work as it is written?"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from consumers import MemoryTopic
from consumers.subscriber.tables import COLUMNS
from tests.examples import EVENTS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "subscribing.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_every_block_is_python(number: int) -> None:
    """Each block of code can be compiled."""
    compile(BLOCKS[number], f"block {number}", "exec")


def test_the_first_block_runs(tmp_path: Path) -> None:
    """The ten lines to start with do what they say, with a topic in memory in the place of Kafka."""
    topic = MemoryTopic()
    started: Any = topic.tell(EVENTS["InfusionStarted"])
    lines = BLOCKS[0]
    for there, here in (
        ('Topics(bootstrap="localhost:9092")', "topic"),
        ("pumps.db", f"{tmp_path}/pumps.db"),
        ("subscriber.run()", "subscriber.catch_up()"),
    ):
        assert there in lines
        lines = lines.replace(there, here)
    exec(lines, {"topic": topic})  # noqa: S102 - the page's own code is what is tested
    with closing(sqlite3.connect(tmp_path / "pumps.db")) as connection:
        rows = connection.execute("SELECT * FROM started").fetchall()
    assert rows == [(started.event.pump_id, started.at.isoformat())]


@pytest.mark.parametrize("page", [PAGE, ROOT / "docs" / "examples" / "reminders" / "README.md"])
def test_links_lead_somewhere(page: Path) -> None:
    """Every file that the pages point to is there."""
    for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), link


def test_tables_are_named() -> None:
    """The page names each table that a subscriber makes in somebody else's database."""
    assert [table for table in COLUMNS if f"`{table}`" not in TEXT] == []
