"""Which of many starts, in order of time, make the earliest series whose gaps and window are those of the plan?

From the last infusion back it is found how soon a series can end whose k-th infusion begins here. Then the earliest
first one is taken from which it can end within the window; after it the earliest second one, and so on. So nothing is
tried in vain, and every start is looked at once for every slot.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

Next = tuple[range, range]
"""Of a start those of the next infusion: before the next one that is kept, and after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Starts in order, the day of each, and the plan's other infusions, which are kept, with their days.

    The longest gap is held between neighbours of which one at least is chosen here.
    """

    starts: Sequence[datetime]
    days: Sequence[int]
    kept: Sequence[tuple[datetime, int]]
    min_gap: timedelta
    max_gap_d: int
    window_d: int

    def earliest(self, count: int) -> list[datetime] | None:
        """The starts of the earliest series of so many; None if there is none."""
        parts = [bisect_right(self.kept, it, key=lambda kept: kept[0]) for it in self.starts]
        begins = [self._near(part - 1, day) for part, day in zip(parts, self.days, strict=True)]
        stops = [self._near(part, day) for part, day in zip(parts, self.days, strict=True)]
        next_ones = list(self._next_ones(parts, stops))
        ends = self._ends(count, begins, stops, next_ones)
        for first, end in enumerate(ends[0]):
            limit = self.days[first] + self.window_d
            if begins[first] and end < len(self.starts) and self.days[end] <= limit:
                return [self.starts[it] for it in self._chosen(first, limit, begins, next_ones, ends)]
        return None

    def _near(self, kept: int, day: int) -> bool:
        """Whether a day is within the longest gap of one that is kept, if there is that one."""
        return not 0 <= kept < len(self.kept) or abs(self.kept[kept][1] - day) <= self.max_gap_d

    def _next_ones(self, parts: Sequence[int], stops: Sequence[bool]) -> Iterator[Next]:
        """Of each start those at which the next infusion keeps its gaps, whatever comes after it."""
        many = len(self.starts)
        for start, day, part, stop in zip(self.starts, self.days, parts, stops, strict=True):
            soonest = bisect_left(self.starts, start + self.min_gap)
            border = bisect_right(parts, part)
            latest = min(bisect_right(self.days, day + self.max_gap_d), border)
            yield range(soonest, latest), range(max(soonest, border) if stop else many, many)

    def _ends(
        self, count: int, begins: Sequence[bool], stops: Sequence[bool], next_ones: Sequence[Next]
    ) -> list[list[int]]:
        """Of each slot and start the soonest end of a series that has that slot there; past all of them if none."""
        never = len(self.starts)
        ends = [[place if stop else never for place, stop in enumerate(stops)]]
        for _ in range(count - 1):
            after = [end if begin else never for end, begin in zip(ends[0], begins, strict=True)]
            soonest = list(accumulate(reversed(after), min, initial=never))[::-1]
            near = _least(ends[0], (near for near, _ in next_ones), never)
            ends.insert(0, [min(it, soonest[far.start]) for it, (_, far) in zip(near, next_ones, strict=True)])
        return ends

    def _chosen(
        self,
        first: int,
        limit: int,
        begins: Sequence[bool],
        next_ones: Sequence[Next],
        ends: Sequence[Sequence[int]],
    ) -> Iterator[int]:
        """The first start, and after each the earliest one from which the series can end by the limit."""
        yield first
        for later in ends[1:]:
            near, far = next_ones[first]
            able = (it for it in (*near, *(it for it in far if begins[it])) if later[it] < len(self.starts))
            first = next(it for it in able if self.days[later[it]] <= limit)
            yield first


def _least(values: Sequence[int], windows: Iterable[range], never: int) -> list[int]:
    """The least value of each window, none of which begins or ends before the one before it."""
    found: list[int] = []
    ahead, queue = 0, deque[int]()
    for window in windows:
        for place in range(ahead, window.stop):
            while queue and values[queue[-1]] >= values[place]:
                queue.pop()
            queue.append(place)
        ahead = max(ahead, window.stop)
        while queue and queue[0] < window.start:
            queue.popleft()
        found.append(values[queue[0]] if queue else never)
    return found
