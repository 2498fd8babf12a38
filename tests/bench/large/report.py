"""How are the figures of several sizes told side by side?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.bench.large.measures import Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What was measured of a log of so many events; memory is told by measurement and process."""

    events: int
    rates: Sequence[Taken]
    bytes_an_event: Mapping[str, float]
    peaks_mb: Mapping[str, float]


def tables(found: Sequence[Size]) -> str:
    """Rates with their ratio to the smallest size, bytes an event, and peaks."""
    heads = [f"{it.events:,}" for it in found]
    first = {it.name: it.beside for it in found[0].rates}
    rates: dict[str, list[str]] = {}
    for size in found:
        for it in size.rates:
            rates.setdefault(it.name, []).append(f"{_number(it.rate)} ({it.beside / first[it.name]:.2f})")
    parts = (
        ("a second (ratio to the smallest log, beside the yardstick)", rates),
        ("bytes an event", _columns(it.bytes_an_event for it in found)),
        ("most memory, MB", _columns(it.peaks_mb for it in found)),
    )
    return "\n\n".join(_table([what, *heads], rows) for what, rows in parts)


def _columns(found: Iterable[Mapping[str, float]]) -> dict[str, list[str]]:
    rows: dict[str, list[str]] = {}
    for size in found:
        for name, value in size.items():
            rows.setdefault(name, []).append(_number(value))
    return rows


def _table(head: Sequence[str], rows: Mapping[str, Sequence[str]]) -> str:
    lines = [list(head), *([name, *values] for name, values in rows.items())]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(f"{it:{width}}" if place == 0 else f"{it:>{width}}" for place, (it, width) in enumerate(pairs))
        for pairs in (zip(line, widths, strict=True) for line in lines)
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
