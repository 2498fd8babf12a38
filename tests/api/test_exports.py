"""Do analysts get views over HTTP, whole, and does nobody else?"""

from __future__ import annotations

import csv
import io
import sys

import pyarrow.parquet as pq
import pytest

from journey.values import Role
from tests.api.conftest import Desk


def test_csv(busy: Desk) -> None:
    """The file is all of it: its length is said before, and up to which position it tells."""
    answer = busy.get("/export/infusions_v1.csv", Role.ANALYST)
    assert answer.status == 200
    assert len(list(csv.DictReader(io.StringIO(answer.text)))) == 7
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="infusions_v1.csv"'
    assert int(answer.headers["content-length"]) == len(answer.text.encode())
    assert answer.headers["journey-position"] == str(busy.app.store.log.head())


def test_parquet(busy: Desk) -> None:
    """Bytes are those of a Parquet file."""
    sent = busy.client.get("/export/events_v1.parquet", headers={"Authorization": f"Bearer {busy.token(Role.ANALYST)}"})
    assert sent.headers["content-type"] == "application/vnd.apache.parquet"
    assert pq.read_table(io.BytesIO(sent.content)).num_rows == busy.app.store.log.head()


def test_without_the_library(busy: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that can't write Parquet says so."""
    monkeypatch.setitem(sys.modules, "entrypoints.exporting.parquet", None)
    answer = busy.get("/export/events_v1.parquet", Role.ANALYST)
    assert (answer.status, answer.code) == (501, "no_parquet")


def test_dictionary(busy: Desk) -> None:
    """Every view is listed with its columns, and each is there."""
    views = busy.get("/export", Role.ANALYST).json["views"]
    assert {it["view"] for it in views} >= {"infusions_v1", "events_v1", "visits_v1"}
    for view in views:
        answer = busy.get(f"/export/{view['view']}.csv", Role.ANALYST)
        assert answer.text.splitlines()[0].split(",") == [it["column"] for it in view["columns"]]


def test_what_is_not_there(busy: Desk) -> None:
    """Another name is no view, be it a table's."""
    for name in ("infusions_v2", "infusions", "outcome_v3_infusions", "served"):
        assert busy.get(f"/export/{name}.csv", Role.ANALYST).code == "not_found"


def test_each_look_is_recorded(busy: Desk) -> None:
    """Taking a view out leaves a row of who, in which role, and what."""
    busy.get("/export/scores_v1.csv", Role.ANALYST)
    last = busy.app.store.access.reads(limit=100_000)[-1]
    assert (last.role, last.route, last.outcome) == ("analyst", "GET /export/{view}.csv", "shown")
