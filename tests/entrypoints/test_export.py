"""Do views come out whole, with their types, in constant memory, and over no other file?"""

from __future__ import annotations

import csv
import io
import stat
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow.parquet as pq
import pytest

from entrypoints.app import App
from entrypoints.exporting import Form, NotInstalled, write
from entrypoints.exporting.files import Exists, whole
from entrypoints.exporting.sheet import CELLS
from entrypoints.importing import imported
from projections.exporting import Exported, exported, find, views
from projections.outcome import PROJECTION as OUTCOME
from projections.outcome.analysis import INFUSIONS, JOURNEYS
from projections.views import Type, View
from tests.entrypoints.command_line import CommandLine
from tests.entrypoints.conftest import WORKED
from tests.projections.reading import spelled

SIZE = 1_000
"""Rows of a piece."""

PIECES = 12


def made(view: View, rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]], count: int) -> Exported:
    """Return an export of rows as they would be stored."""

    def pieces() -> Iterator[list[tuple[Any, ...]]]:
        piece: list[tuple[Any, ...]] = []
        for row in rows:
            piece.append(row)
            if len(piece) == SIZE:
                yield piece
                piece = []
        if piece:
            yield piece

    return Exported(OUTCOME, view, count, 7, {}, pieces())


JOURNEY = "7d0f2c1e-5b1a-4c51-9a54-2f1f6a3b8e01"
AT = "2026-03-02T17:00:00.000001Z"


def infusion(number: int) -> tuple[Any, ...]:
    """Return an infusion as it is stored; every third one runs."""
    runs = number % 3 == 0
    ended = (None, "running") if runs else (AT, "completed")
    doses = ("40.5", "0.4988", None if runs else "0.000000000001")
    return JOURNEY, number, None if runs else number, JOURNEY, "induction", AT, *ended, *doses, int(not runs), 1


def csv_of(exported: Exported) -> list[dict[str, str]]:
    """Return the rows of an export as CSV."""
    out = io.BytesIO()
    write(Form.CSV, exported, out)
    return list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))


def parquet_of(exported: Exported) -> Any:
    """Return an export as it is read from Parquet."""
    out = io.BytesIO()
    write(Form.PARQUET, exported, out)
    return pq.read_table(io.BytesIO(out.getvalue()))


def test_types_of_parquet() -> None:
    """Decimals are decimals to their last digit, times are UTC, flags are flags, and null is null."""
    table = parquet_of(made(INFUSIONS, [infusion(2), infusion(3)], 2))
    whole_, running = table.to_pylist()
    assert whole_["started_at"] == datetime(2026, 3, 2, 17, 0, 0, 1, tzinfo=UTC)
    assert str(table.schema.field("started_at").type) == "timestamp[us, tz=UTC]"
    assert (whole_["dose_mg"], whole_["mg"]) == (Decimal("40.5"), Decimal("0.000000000001"))
    assert (whole_["counts"], running["counts"]) == (True, False)
    assert [running[name] for name in ("infusion", "ended_at", "mg")] == [None, None, None]
    assert [it.name for it in table.schema if not it.nullable] == [it.name for it in INFUSIONS.columns if not it.null]
    about = {key.decode(): text.decode() for key, text in table.schema.field("dose_mg").metadata.items()}
    assert about == {"meaning": "the dose it was set to", "unit": "mg"}
    assert table.schema.metadata[b"view"] == b"infusions_v1"
    rest = ("main", *[None] * 7)
    died = parquet_of(made(JOURNEYS, [(JOURNEY, JOURNEY, AT, "F33.2", None, None, None, None, "2026-05-01", *rest)], 1))
    assert died.to_pylist()[0]["died_on"] == date(2026, 5, 1)


def test_null_where_there_is_none_fails() -> None:
    """A null where the dictionary says there is never one writes no file that hides it."""
    with pytest.raises(Exception, match="null"):
        parquet_of(made(INFUSIONS, [(None, *infusion(2)[1:])], 1))


def test_csv_is_as_the_page_says() -> None:
    """Decimals to their last digit, flags in words, null as nothing; a code can begin no formula, a number may."""
    whole_, running = csv_of(made(INFUSIONS, [infusion(2), infusion(3)], 2))
    assert (whole_["mg"], whole_["counts"], whole_["started_at"]) == ("0.000000000001", "true", AT)
    assert (running["mg"], running["infusion"], running["counts"]) == ("", "", "false")
    assert CELLS[Type.CODE]("=1+1") == "'=1+1"
    assert CELLS[Type.CODES]('["a"]') == '["a"]'
    assert set(CELLS) == {Type.CODE, Type.CODES, Type.FLAG}  # what else there is can begin no formula but a number's


@pytest.mark.parametrize("form", Form)
def test_memory_does_not_grow(form: Form) -> None:
    """No more than a piece or two is held, however many there are, and progress is told."""

    class Counted(io.RawIOBase):
        """A file that is not kept."""

        size = 0

        def writable(self) -> bool:
            return True

        def write(self, written: Any) -> int:
            self.size += len(memoryview(written).cast("B"))
            return len(memoryview(written).cast("B"))

    rows = (infusion(number) for number in range(PIECES * SIZE))
    heard: list[int] = []
    file = Counted()
    tracemalloc.start()
    write(form, made(INFUSIONS, rows, PIECES * SIZE), io.BufferedWriter(file), heard.append)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert heard == [SIZE * (it + 1) for it in range(PIECES)]
    assert file.size > 100_000
    assert most < 800_000, "the rows alone, if all were held, take 2.2 MB"


def test_a_file_is_whole_or_not_at_all(tmp_path: Path) -> None:
    """What fails halfway leaves nothing; what is there already stays, also if it came meanwhile."""
    out = tmp_path / "x.csv"

    def fails(file: BinaryIO) -> None:
        file.write(b"half")
        assert list(tmp_path.iterdir()) != []
        assert not out.exists()
        raise ArithmeticError

    with pytest.raises(ArithmeticError), whole(out) as file:
        fails(file)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Exists, match="meanwhile"), whole(out):
        out.write_bytes(b"theirs")
    assert out.read_bytes() == b"theirs"
    with pytest.raises(Exists, match="exists"), whole(out):
        pass
    assert [it.name for it in tmp_path.iterdir()] == ["x.csv"]


def test_exported_on_each_database(app: App) -> None:
    """Each view comes out the same as CSV and as Parquet, piece by piece from the database."""
    with WORKED.open("rb") as lines:
        assert {it.status for it in imported(app.store.journeys, lines, "main")} == {"accepted"}
    app.catch_up()
    for projection, view in views(app.models):
        with exported(app.models, projection, view) as it:
            rows = csv_of(it)
        with exported(app.models, projection, view) as it:
            table = parquet_of(it)
            assert (it.rows, it.position, dict(it.stale)) == (len(rows), app.store.log.head(), {})
        whose = view.subject.name
        assert [row[whose] for row in rows] == table[whose].to_pylist()
        assert table.column_names == [column.name for column in view.columns]
    found = find(app.models, "events_v1")
    assert found is not None
    with app.models.database.reading() as session:
        sizes = [len(piece) for piece in session.pieces(spelled("SELECT event_id FROM audit.timeline"), 50)]
    head = app.store.log.head()
    assert sizes == [*[50] * (head // 50), head % 50]


def test_on_the_command_line(worked: CommandLine, tmp_path: Path) -> None:
    """A view goes to stdout or to a new file; words go to stderr; each mistake has its exit code."""
    printed = worked("export", "infusions_v1")
    assert len(list(csv.DictReader(io.StringIO(printed.out)))) == 7
    head = sum(1 for line in worked("export").lines)
    assert f"7 rows of infusions_v1, as of position {head}" in printed.err
    out = tmp_path / "infusions.parquet"
    assert worked("export", "infusions_v1", "--format", "parquet", "--out", out).code == 0
    assert pq.read_table(out).num_rows == 7
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = out.read_bytes()
    again = worked("export", "infusions_v1", "--format", "parquet", "--out", out)
    assert (again.code, out.read_bytes()) == (5, before)
    assert worked("export", "infusions_v9").code == 4
    assert worked("export", "infusions_v1", "--out", tmp_path / "no" / "x.csv").code == 1
    assert worked("export", "--format", "parquet").code == 2
    assert worked("export", "infusions_v1", "--after", 3).code == 2
    assert [it.name for it in tmp_path.iterdir()] == ["infusions.parquet"]
    assert len(worked("export").lines) == head


def test_views_on_the_command_line(worked: CommandLine) -> None:
    """The dictionary is there for programs; SQLite has no role to let in."""
    told = worked("analysts", "views", "--json").json
    assert {it["view"] for it in told} >= {"infusions_v1", "events_v1", "visits_v1"}
    assert told[0]["columns"][0] == {
        "column": "journey_id",
        "type": "uuid",
        "unit": None,
        "meaning": "the journey",
        "null": None,
    }
    refused = worked("analysts", "grant", "analysts")
    assert (refused.code, "SQLite knows no roles" in refused.err) == (1, True)


def test_every_look_is_recorded(worked: CommandLine) -> None:
    """Who took a view out stands in the trail of reads, and so does who asked for one that there is not."""
    worked("export", "scores_v1")
    worked("export", "scores_v9")
    rows = worked("audit", "reads", "--json").json["rows"]
    assert {"shown", "not_found"} <= {row["outcome"] for row in rows if row["route"] == "journey export VIEW"}


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Parquet's library is not installed, it is said how to install it; CSV needs none."""
    monkeypatch.setitem(sys.modules, "entrypoints.exporting.parquet", None)
    with pytest.raises(NotInstalled, match=r"journey-tracker\[parquet\]"):
        parquet_of(made(INFUSIONS, [], 0))
    assert csv_of(made(INFUSIONS, [], 0)) == []
