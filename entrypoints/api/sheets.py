"""How do rows become CSV that no spreadsheet takes for formulas?"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def sheet(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as RFC 4180 has them, with a line of names; a list or object inside a cell is JSON."""
    out = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.writer(out)
    writer.writerows([_cells(names)] if rows else [])
    writer.writerows(_cells(row.get(name) for name in names) for row in rows)
    return out.getvalue()


def _cells(values: Iterable[Any]) -> list[str]:
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (bool, dict, list, tuple)):
        return safe(orjson.dumps(value).decode())
    return safe(str(value))


def safe(text: str) -> str:
    """A text that is shown and not computed: what could begin a formula is marked as text; a number is left alone."""
    if text.lstrip(" ").startswith(RISKY) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text
