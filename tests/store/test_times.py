"""Is a time written as Python writes it, and so that it sorts as text?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from journey.store.times import moment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFSETS_MIN = st.integers(-23 * 60, 23 * 60)
PASSED_S = st.decimals("-60000000000", "250000000000", places=6).map(float)
TIMES = st.builds(
    lambda passed, offset: (EPOCH + timedelta(seconds=passed)).astimezone(timezone(timedelta(minutes=offset))),
    PASSED_S | PASSED_S.map(round),
    OFFSETS_MIN,
)
"""From the first century to the ninetieth, in any zone; whole seconds among them."""


@given(TIMES)
def test_a_time_stands_in_utc_to_the_microsecond(at: datetime) -> None:
    """As `isoformat` would write it, and read back as the same moment."""
    assert moment(at) == at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    assert datetime.fromisoformat(moment(at)) == at


@given(st.lists(TIMES))
def test_times_sort_as_text(times: list[datetime]) -> None:
    """A question by text is a question by time."""
    assert [datetime.fromisoformat(it) for it in sorted(map(moment, times))] == sorted(times)
