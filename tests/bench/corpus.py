"""What do the benches store: many copies of the worked journey, as a clinic would have entered them?

Every copy has ids and resources of its own, and a container that its doses are drawn from. So many go on at the same
time, their lines in turns; the next cohort comes before them, weeks earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import orjson

from journey.clinic import Clinic
from journey.site import Site
from tests.decisions.worked_journey import FILE

COHORT = 24
APART = timedelta(weeks=10)
NOW = datetime(2025, 11, 3, 17, 0, tzinfo=UTC)
"""The clock of every bench: just after the last cohort."""
COPIES = UUID("5b0e64a3-4a53-4b7a-8d84-3b1b0a9d52aa")

A_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
A_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:]{8}[+-]\d\d:\d\d")
A_DAY = re.compile(r'(?<!birth_date": )"\d{4}-\d\d-\d\d"')
A_RESOURCE = re.compile(r'"(?:chair|nurse|provider)-\d"')

DERIVED = ("event 1", "event 2", "event 3", "risk_id")
"""What the ids are made from that a command brings into being."""


def clinic() -> Clinic:
    """A clinic as large as a cohort."""
    numbers = [f"{which}-{place}" for which in (1, 2, 3) for place in range(COHORT)]
    site = Site(
        chairs=tuple(f"chair-{number}" for number in numbers),
        nurses={f"nurse-{number}": 1 for number in numbers},
        providers=tuple(f"provider-{number}" for number in numbers),
    )
    return Clinic(site=site)


def lines(journeys: int) -> Iterator[bytes]:
    """The lines of so many journeys, as `journey import` reads them."""
    for first in range(0, journeys, COHORT):
        copies = [copied(number) for number in range(first, min(first + COHORT, journeys))]
        for same in zip(*copies, strict=True):
            yield from same


def copied(number: int) -> list[bytes]:
    """One copy's lines."""
    derived = _derived()
    cohort, place = divmod(number, COHORT)

    def moved(found: re.Match[str]) -> str:
        return (datetime.fromisoformat(found[0]) - cohort * APART).isoformat()

    def moved_day(found: re.Match[str]) -> str:
        return f'"{date.fromisoformat(found[0][1:-1]) - cohort * APART}"'

    def renamed(found: re.Match[str]) -> str:
        return f'{found[0][:-1]}-{place}"'

    def own(found: re.Match[str]) -> str:
        if (source := derived.get(found[0])) is None:
            return str(uuid5(COPIES, f"{number} {found[0]}"))
        command, name = source
        return str(uuid5(uuid5(COPIES, f"{number} {command}"), name))

    text = A_UUID.sub(own, _text())
    for pattern, again in ((A_TIME, moved), (A_DAY, moved_day), (A_RESOURCE, renamed)):
        text = pattern.sub(again, text)
    return text.encode().splitlines(keepends=True)


@cache
def _text() -> str:
    return FILE.read_text(encoding="utf-8")


@cache
def _derived() -> dict[str, tuple[str, str]]:
    """Of each id that may be derived from a command of the file: the command, and the name it is derived by."""
    commands: list[Any] = [orjson.loads(line)["command_id"] for line in _text().splitlines()]
    return {str(uuid5(UUID(command), name)): (command, name) for command in commands for name in DERIVED}
