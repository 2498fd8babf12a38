"""Is every promise of the documents attacked by a test that is there?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = (DOCS / "promises.md").read_text(encoding="utf-8")
PROMISING = ("contract/README.md", "subscribing.md")
"""The pages whose promises stand in lists, each beginning in bold."""

PROMISED = re.compile(r"^- \*\*(.+?)\.?\*\*", re.MULTILINE)
INDEXED = re.compile(r"^\| \[\*\*(.+?)\*\*\]\((.+?)\)", re.MULTILINE)
NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows(page: str) -> list[list[str]]:
    """The cells of each row of the page's tables, less their heads."""
    lines = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| Promise |")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@cache
def named_in(file: str) -> frozenset[str]:
    """The test functions of a file; none if there is no such file."""
    path = ROOT / file
    tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    return frozenset(it.name for it in tree.body if isinstance(it, ast.FunctionDef) and it.name.startswith("test_"))


def faults(page: str) -> Iterator[str]:
    """What is wrong with an index."""
    for row in rows(page):
        if len(row) != 3 or not all(row):
            yield f"no row of three cells: {row[0]}"
            continue
        if NODE.sub("", row[2]).strip() or not row[2]:
            yield f"more than tests is named for: {row[0]}"
        yield from (
            f"no such test: {file}::{name}" for file, name in NODE.findall(row[2]) if name not in named_in(file)
        )
    promised = {(it, doc) for doc in PROMISING for it in PROMISED.findall((DOCS / doc).read_text(encoding="utf-8"))}
    indexed = set(INDEXED.findall(page))
    yield from (f"not in the index: {promise} of {doc}" for promise, doc in sorted(promised - indexed))
    yield from (f"promised by nobody: {promise} of {doc}" for promise, doc in sorted(indexed - promised))


def test_every_promise_is_attacked() -> None:
    """Each row names tests that are there, and each promise of the lists has its row, both ways."""
    assert list(faults(PAGE)) == []
    assert len(rows(PAGE)) > 50
    assert {doc for _, doc in INDEXED.findall(PAGE)} == set(PROMISING)


@pytest.mark.parametrize(
    "there, planted, fault",
    [
        (
            "::test_answer_is_on_disk`",
            "::test_answer_is_on_tape`",
            "no such test: tests/store/test_settled.py::test_answer_is",
        ),
        ("tests/runbook/test_sqlite.py", "tests/runbook/test_gone.py", "no such test: tests/runbook/test_gone.py"),
        ("`tests/subscriber/test_on_kafka.py::test_kafka_away`", "", "no row of three cells: Nobody is told"),
        ("`tests/subscriber/test_on_kafka.py::test_kafka_away`", "by hand", "more than tests is named for: Nobody is"),
        ("[**Order**](contract/README.md)", "Order", "not in the index: Order of contract/README.md"),
        ("[**In order**]", "[**In any order**]", "promised by nobody: In any order of subscribing.md"),
    ],
    ids=["a test", "a file", "no test", "no name", "a promise", "nobody's"],
)
def test_what_is_missing_is_found(there: str, planted: str, fault: str) -> None:
    """A test, a file or a promise that is not there is named."""
    assert there in PAGE
    assert any(it.startswith(fault) for it in faults(PAGE.replace(there, planted, 1)))


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", PAGE))))
def test_links_lead_somewhere(link: str) -> None:
    """Every page that the index points to is there."""
    assert (DOCS / link).exists()
