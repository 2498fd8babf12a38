"""How does a view become Parquet: of which type is each column there, and what is said of it?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from projections.exporting import Exported
from projections.plain import parsed
from projections.projection import AnyProjection
from projections.views import PLACES, Published, Type, View

DIGITS = 38
"""What 128 bits hold."""

TYPES: Mapping[Type, pa.DataType] = {
    Type.ID: pa.string(),
    Type.CODE: pa.string(),
    Type.CODES: pa.list_(pa.string()),
    Type.TIME: pa.timestamp("us", tz="UTC"),
    Type.DAY: pa.date32(),
    Type.DECIMAL: pa.decimal128(DIGITS, PLACES),
    Type.WHOLE: pa.int64(),
    Type.FLAG: pa.bool_(),
}

READ: Mapping[Type, Callable[[Any], Any]] = {
    Type.CODES: orjson.loads,
    Type.TIME: parsed,
    Type.DAY: date.fromisoformat,
    Type.DECIMAL: Decimal,
    Type.FLAG: bool,
}
"""How a stored value is read, where it is not as it is stored."""


def write_parquet(exported: Exported, out: BinaryIO, heard: Callable[[int], None]) -> None:
    """Write a view: each piece a row group, so that no more is held."""
    schema = schema_of(exported)
    written = 0
    with pq.ParquetWriter(out, schema) as writer:
        for piece in exported.pieces:
            columns = zip(*piece, strict=True)
            arrays = [
                pa.array(_read(column.type, values), field.type)
                for column, values, field in zip(exported.view.columns, columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            written += len(piece)
            heard(written)


def schema_of(exported: Exported) -> pa.Schema:
    """The columns with their types, and beside each what the dictionary says of it."""
    fields = [_field(exported.projection, exported.view, it) for it in exported.view.columns]
    about = {"view": exported.view.stem, "row": exported.view.row, "position": str(exported.position)}
    return pa.schema(fields, metadata={**about, **exported.stale})


def _field(projection: AnyProjection, view: View, column: Published) -> pa.Field:
    meaning, unit = projection.told(view, column)
    said = {"meaning": meaning, "unit": unit, "null": column.null}
    about = {name: text for name, text in said.items() if text}
    return pa.field(column.name, TYPES[column.type], nullable=bool(column.null), metadata=about)


def _read(kind: Type, values: tuple[Any, ...]) -> list[Any]:
    read = READ.get(kind)
    if read is None:
        return list(values)
    return [None if value is None else read(value) for value in values]
