"""How are the log and analysts' views taken out on the command line?"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from entrypoints.app import App
from entrypoints.cli.asking import installation, looked
from entrypoints.cli.talk import Exit, Failed, progress, say
from entrypoints.exporting import Form, write
from entrypoints.exporting.files import whole
from journey.store import codec
from projections.exporting import Exported, exported, find

EXPORTED_AT_ONCE = 2_000


def export(
    context: typer.Context,
    view: Annotated[str | None, typer.Argument(metavar="[VIEW]", help="A view of docs/analysis.md.")] = None,
    *,
    after: Annotated[int, typer.Option(min=0, help="Of the log: after this position.")] = 0,
    form: Annotated[Form, typer.Option("--format", help="Of a view: what its file looks like.")] = Form.CSV,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Of a view: a file that is not there yet.")] = None,
) -> None:
    """Print the whole log as NDJSON: position, digest and event, as stored. Or take out a view for analysts."""
    if view is None and (out is not None or form is not Form.CSV):
        raise Failed("--format and --out are of a view: journey export VIEW", Exit.USAGE)
    if view is not None and after:
        raise Failed("--after is of the log, and a view is taken out whole", Exit.USAGE)
    with installation(context, current=view is not None) as app:
        if view is None:
            _log(app, after)
        else:
            _view(app, view, form, out)


def _log(app: App, after: int) -> None:
    looked(app, "export")
    position = after
    while rows := app.store.log.rows(position, EXPORTED_AT_ONCE):
        for row in rows:
            head = f'{{"position":{row.position},"digest":"{codec.digest(row.body)}","event":'
            sys.stdout.buffer.write(head.encode() + row.body + b"}\n")
        position = rows[-1].position


def _view(app: App, stem: str, form: Form, out: Path | None) -> None:
    found = find(app.models, stem)
    if out is None and form is Form.PARQUET and sys.stdout.isatty():
        raise Failed("--out is missing: Parquet is nothing to look at", Exit.USAGE)
    looked(app, "export VIEW", found=found is not None)
    if found is None:
        raise Failed("There is no such view; journey analysts views lists them.", Exit.NOT_FOUND)
    with exported(app.models, *found) as it, _to(out) as file:
        _write(it, form, file)
    say(f"{it.rows} rows of {stem}, as of position {it.position}{_old(it)}")


def _write(it: Exported, form: Form, file: BinaryIO) -> None:
    with progress() as bar:
        task = bar.add_task(f"exporting {it.view.stem}", total=it.rows)
        write(form, it, file, lambda rows: bar.update(task, completed=rows))


def _old(it: Exported) -> str:
    since = it.stale.get("stale_since")
    return "" if since is None else f"; some do not tell all that was recorded since {since}"


@contextmanager
def _to(out: Path | None) -> Iterator[BinaryIO]:
    """A new file, or stdout."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    with whole(out) as file:
        yield file
