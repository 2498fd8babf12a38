"""How does a view become CSV? As RFC 4180 has it, with a line of names; null is an empty cell."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any, BinaryIO

from entrypoints.api.sheets import safe
from projections.exporting import Exported
from projections.views import Type

Cell = Callable[[Any], str]

CELLS: dict[Type, Cell] = {
    Type.CODE: safe,
    Type.CODES: safe,
    Type.FLAG: lambda value: "true" if value else "false",
}
"""How a value is written, where it is not as it is stored. What is no number can't begin a spreadsheet's formula."""


def write_csv(exported: Exported, out: BinaryIO, heard: Callable[[int], None]) -> None:
    """Write a view as UTF-8."""
    columns = exported.view.columns
    cells = [CELLS.get(it.type, str) for it in columns]
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text)
    writer.writerow(it.name for it in columns)
    written = 0
    for piece in exported.pieces:
        writer.writerows(
            ["" if value is None else cell(value) for value, cell in zip(row, cells, strict=True)] for row in piece
        )
        written += len(piece)
        heard(written)
    text.detach()  # flushes, and leaves the file to whoever opened it
