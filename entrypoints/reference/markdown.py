"""How does a table look in Markdown?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GENERATED = "<!-- Written by `python -m entrypoints.reference`; a test fails when it is stale. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table and the empty line after it; nothing if it has no rows."""
    body = [_row(row) for row in rows]
    return [_row(head), _row(["---"] * len(head)), *body, ""] if body else []


def codes(values: Iterable[str]) -> str:
    """Codes, one after the other."""
    return ", ".join(f"`{value}`" for value in values)


def text(lines: Iterable[str]) -> str:
    """A whole page."""
    return "\n".join(lines).rstrip() + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
