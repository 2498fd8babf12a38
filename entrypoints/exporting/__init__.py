"""In which forms are analysts' views taken out, and who writes each?"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import BinaryIO

from entrypoints.exporting.sheet import write_csv
from projections.exporting import Exported

Heard = Callable[[int], None]
"""Hears how many rows are written."""


class NotInstalled(Exception):  # noqa: N818 - what the library is
    """What writes this form is not installed."""


class Form(StrEnum):
    """What a file of rows looks like."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """What programs call it."""
        return "text/csv; charset=utf-8" if self is Form.CSV else "application/vnd.apache.parquet"


def write(form: Form, exported: Exported, out: BinaryIO, heard: Heard = lambda _: None) -> None:
    """Write a view, piece by piece. Raises NotInstalled before anything is written."""
    if form is Form.CSV:
        write_csv(exported, out, heard)
        return
    try:
        from entrypoints.exporting.parquet import write_parquet  # noqa: PLC0415 - its library may not be there
    except ModuleNotFoundError as missing:
        words = f"{missing.name} is not installed: Parquet needs pip install 'journey-tracker[parquet]'"
        raise NotInstalled(words) from None
    write_parquet(exported, out, heard)
