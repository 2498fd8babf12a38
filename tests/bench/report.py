"""How are figures told: as a table for whoever waits, and as the document?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.bench.measured import Figure

HEAD = ("", "unit", "least", "median", "most", "raw limit", "ratio", "peak MB", "turns")

INTRODUCTION = """\
# Benchmarks

Written by `make bench`; no figure stands here that it did not measure. What one part alone gives is printed by
`make bench ARGS="PART"`, for programs with `--json`.

**Read the ratios, not the rates.** Ours and its raw limit run in turns in the same minute, so that a slow disk or a
busy neighbour befalls both. *Ratio* is the median of the turns' own ratios, after it the least and the most of them;
of a latency it says how many times as long ours takes. Clients share one window, and what they did is counted in the
database afterwards. The bench stops if PostgreSQL's `fsync`, `synchronous_commit` or `full_page_writes` is off;
SQLite keeps events with `synchronous=FULL`. Kafka is compiled as in production, not as it starts soonest for the tests.
*Peak* is the most memory that the measuring process held, what it made for the raw limit included.
"""


def table(figures: Iterable[Figure]) -> str:
    """The figures as a plain table."""
    rows = [HEAD, *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(f"{it:{width}}" if place < 2 else f"{it:>{width}}" for place, (it, width) in enumerate(pairs))
        for pairs in (list(zip(row, widths, strict=True)) for row in rows)
    )


def document(described: Mapping[str, str], parts: Mapping[str, Sequence[Figure]]) -> str:
    """The page of all figures, part by part."""
    machine = "\n".join(f"| {name} | {said} |" for name, said in described.items())
    written = [INTRODUCTION, f"## The machine\n\n| | |\n|---|---|\n{machine}\n"]
    written += [_part(name, figures) for name, figures in parts.items()]
    return "\n".join(written)


def _part(name: str, figures: Sequence[Figure]) -> str:
    lines = [f"## {name.capitalize().replace('-', ' ')}\n", f'    make bench ARGS="{name}"\n']
    lines += [f"| {' | '.join(HEAD)} |", "|---|---|" + "--:|" * (len(HEAD) - 2)]
    lines += [f"| {' | '.join(_row(figure))} |" for figure in figures]
    limits = dict.fromkeys(figure.limit for figure in figures)
    lines += ["", *(f"Raw limit: {limit}." for limit in limits), ""]
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    ours, ratio = figure.ours, figure.ratio
    rates = [_number(it) for it in (ours.least, ours.median, ours.most, figure.raw.median)]
    said = f"{ratio.median:.2f} ({ratio.least:.2f}-{ratio.most:.2f})"
    return figure.name, figure.unit, *rates, said, f"{figure.peak_mb:.0f}", str(figure.turns)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
