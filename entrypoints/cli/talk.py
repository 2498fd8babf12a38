"""How does the command line speak: data on stdout, talk on stderr, and an exit code that programs can trust?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

WIDE = 10_000
"""Columns of a pipe: nothing is cut there."""

Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


class Exit(IntEnum):
    """What the exit code says."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    UNVERIFIED = 3
    NOT_FOUND = 4
    CONFLICT = 5


class Failed(Exception):  # noqa: N818 - what the command did
    """A command ends here: one line for whoever asked, and an exit code."""

    def __init__(self, message: str, code: Exit = Exit.FAILURE) -> None:
        """Say why."""
        super().__init__(message)
        self.code = code


def say(message: str) -> None:
    """Tell whoever sits there; never data."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(escape(message))


def show(answer: Any, *, as_json: bool) -> None:
    """Print an answer: JSON for programs; for people its plain parts, then its rows as tables."""
    if as_json:
        sys.stdout.write(orjson.dumps(answer, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    if isinstance(answer, Mapping):
        _show_parts(console, answer)
    else:
        _show_rows(console, answer)


def progress(*, quiet: bool = False) -> Progress:
    """A bar on stderr for whoever sits there, and how long it still takes; `quiet` where a program asks."""
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), *times)
    hidden = quiet or not sys.stderr.isatty()
    return Progress(*columns, console=Console(stderr=True), disable=hidden, transient=True)


def line(answer: Mapping[str, Any]) -> None:
    """Print one line of NDJSON."""
    sys.stdout.buffer.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))


def _show_parts(console: Console, answer: Mapping[str, Any]) -> None:
    tables = {name: part for name, part in answer.items() if _is_rows(part)}
    for name, part in answer.items():
        if isinstance(part, Mapping) and part:
            console.print(f"[bold]{name}[/bold]")
            for key, value in part.items():
                console.print(f"  {key}  {escape(_text(value))}", soft_wrap=True)
        elif name not in tables and part not in (None, [], {}):
            console.print(f"[bold]{name}[/bold]  {escape(_text(part))}", soft_wrap=True)
    for name, rows in tables.items():
        console.print(f"[bold]{name}[/bold]")
        _show_rows(console, rows)
    if answer.get("rows") == []:
        say("No rows.")


def _is_rows(part: Any) -> bool:
    return isinstance(part, list) and bool(part) and all(isinstance(row, Mapping) for row in part)


def _show_rows(console: Console, rows: Sequence[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    filled = [name for name in columns if any(row.get(name) not in (None, "", [], {}) for row in rows)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in filled:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(escape(_text(row.get(name))) for name in filled))
    console.print(table)


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (Mapping, list)):
        return _joined(value) if isinstance(value, list) else orjson.dumps(value).decode()
    return str(value)


def _joined(values: Iterable[Any]) -> str:
    return ", ".join(_text(value) for value in values)
