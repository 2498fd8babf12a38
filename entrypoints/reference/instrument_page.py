"""docs/instruments.md: how is each instrument scored, on whose word, and may it be used?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from entrypoints.reference.markdown import GENERATED, table, text
from journey.instruments import SCORERS, Said, Scorer

INTRODUCTION = """# Instruments

{generated}

How every instrument is scored: `journey/instruments/`, one file each. The answers are sent item by item, numbered from
1, yes as 1 and no as 0; an item that is left out or null is unanswered. Items are scored as they were answered: where
one counts the other way round, that is done here. The texts of the items belong to their owners and are not shipped.

Who says so stands in brackets, with how sure that is, as in [policy.md](policy.md); **unverified**: the clinic must
confirm it before use.
"""


def instruments_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    yield from table(("Instrument", "Name", "Items", "Total", "Bands"), _scored())
    yield from ("## Rules and sources", "")
    yield from table(("Instrument", "Scoring", "Missing items", "Suicide risk", "Licence"), _said())


def _scored() -> Iterator[tuple[str, ...]]:
    for instrument, scorer in SCORERS.items():
        total = "none" if scorer.total_max is None else f"0-{scorer.total_max}"
        yield f"`{instrument.value}`", scorer.about.name, _items(scorer), total, ", ".join(_bands(scorer))


def _items(scorer: Scorer) -> str:
    """How many items, and the answers of most of them."""
    usual = next(iter(scorer.values.values()))
    return f"{len(scorer.values)} of {usual[0]}-{usual[-1]}"


def _bands(scorer: Scorer) -> Iterator[str]:
    if scorer.total_max is None:
        return
    bounds = [*scorer.bands, (scorer.total_max + 1, "")]
    for (low, name), (following, _) in pairwise(bounds):
        yield f"{low}-{following - 1} {name}" if following - 1 > low else f"{low} {name}"


def _said() -> Iterator[tuple[str, ...]]:
    for instrument, scorer in SCORERS.items():
        about = scorer.about
        parts = (about.scoring, about.missing, about.risk, about.licence)
        yield f"`{instrument.value}`", *(_sourced(said) for said in parts)


def _sourced(said: Said | None) -> str:
    return "none" if said is None else f"{said.text} ({said.source}: {said.status.value})"
