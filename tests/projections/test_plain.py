"""Does an id stand in a row as Python writes it?"""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from projections.plain import written


@given(st.uuids())
def test_an_id_stands_as_python_writes_it(id_: UUID) -> None:
    """In lower case, with its dashes."""
    assert written(id_) == str(id_)
