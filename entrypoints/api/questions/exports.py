"""By which routes are analysts' views taken out?"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, Path
from fastapi.responses import JSONResponse, Response, StreamingResponse

from entrypoints.api.auth import Asks
from entrypoints.api.problems import Fault, Problem
from entrypoints.api.wiring import FromServer, Wired
from entrypoints.exporting import Form, NotInstalled, write
from entrypoints.exporting.dictionary import dictionary
from journey.roles import Question
from projections.exporting import exported, find

routes = APIRouter(tags=["analysis"], dependencies=[Depends(Asks(Question.ANALYSIS_EXPORT))])

CHUNK = 1 << 16

View = Annotated[str, Path(max_length=80, description="a view, with its version")]


@routes.get("/export", response_model=None)
def views(wired: FromServer) -> JSONResponse:
    """Every view with its columns: type, unit, meaning, and what null means."""
    return JSONResponse({"views": dictionary(wired.app.models.projections.values())})


@routes.get("/export/{view}.csv", response_model=None)
def export_csv(wired: FromServer, view: View) -> Response:
    """A view as CSV, whole."""
    return _answer(wired, view, Form.CSV)


@routes.get("/export/{view}.parquet", response_model=None)
def export_parquet(wired: FromServer, view: View) -> Response:
    """A view as Parquet, whole."""
    return _answer(wired, view, Form.PARQUET)


def _answer(wired: Wired, stem: str, form: Form) -> Response:
    """The file, made before a byte is sent: what fails halfway is a problem, and no file that only looks whole.

    No transaction waits for a caller who reads slowly. On disk the file has no name, and is gone once it is sent.
    """
    models = wired.app.models
    if (found := find(models, stem)) is None:
        raise Problem(Fault.NOT_FOUND)
    file = TemporaryFile()  # noqa: SIM115 - closed once it is sent
    try:
        with exported(models, *found) as it:
            write(form, it, file)
    except NotInstalled:
        file.close()
        raise Problem(Fault.NO_PARQUET) from None
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{stem}.{form.value}"',
        "Content-Length": str(file.tell()),
        "Journey-Position": str(it.position),
    }
    if since := it.stale.get("stale_since"):
        headers["Journey-Stale-Since"] = since
    return StreamingResponse(_chunks(file), headers=headers, media_type=form.media_type)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
