"""Does adding an event touch the places that CONTRIBUTING.md names, and no other?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from journey.commands import ANSWERED_BY, Command
from journey.events import OF_CONTAINER, EntryCorrected, Event, JourneyReferred

ROOT = Path(__file__).parents[2]
STEM = re.compile(r"(?<!^)(?=[A-Z])")
PACKAGES = ("journey", "projections", "consumers", "entrypoints")
SECTION = re.search(r"## Adding an event\n(.+?)\n## ", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
NAMED = re.findall(r"`([\w./<>]+/[\w./<>]*)`", SECTION[1]) if SECTION else []

ARMS = "journey/decisions/answers.py"
ALWAYS = (
    "journey/events/<phase>.py",
    "journey/events/__init__.py",
    "journey/commands/<phase>.py",
    "journey/commands/__init__.py",
    "journey/roles.py",
    "journey/decisions/",
    ARMS,
    "journey/evolve/folding.py",
    "entrypoints/api/commands/<phase>.py",
    "tests/examples/",
)
"""What names each event or its command; a correction is decided before the others, and a container's beside them."""

OF_THEIR_OWN_KIND = frozenset({JourneyReferred, EntryCorrected})
"""What brings a person with it, and what is of any other entry."""


@cache
def identifiers(path: Path) -> frozenset[str]:
    """Every name that a file of code uses or defines, in its code and not in its words."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {it.id for it in nodes if isinstance(it, ast.Name)} | {
        it.attr for it in nodes if isinstance(it, ast.Attribute)
    }
    return frozenset(names | {it.name for it in nodes if isinstance(it, ast.ClassDef | ast.alias)})


def touched(names: Iterable[str], folders: Iterable[str] = PACKAGES) -> Iterator[str]:
    """The files that name one of these."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not identifiers(path).isdisjoint(names):
                yield str(path.relative_to(ROOT))


def lies_in(path: str, places: Iterable[str]) -> bool:
    """Whether a file is one of these places, or in one of them."""
    return any(fnmatch(path, re.sub("<.*?>", "*", it) + ("*" if it.endswith("/") else "")) for it in places)


def test_the_places_are_named() -> None:
    """The section names what every event touches, and each place of it is there."""
    assert set(ALWAYS) <= {*NAMED, "tests/examples/"}
    assert [it for it in NAMED if "<" not in it and not (ROOT / it).exists()] == []


@pytest.mark.parametrize("command, event", ANSWERED_BY.items(), ids=[it.__name__ for it in ANSWERED_BY.values()])
def test_an_event_touches_the_places_that_are_named(command: type[Command], event: type[Event]) -> None:
    """Whatever names an event or its command lies in a place that is named, and each place that always is names it."""
    names = {event.__name__, command.__name__}
    found = [*touched(names), *touched(names, ["tests/examples"])]
    assert [it for it in found if not lies_in(it, NAMED)] == [] or event in OF_THEIR_OWN_KIND
    phase = event.__module__.rpartition(".")[2]
    elsewhere = event is EntryCorrected or event in OF_CONTAINER
    places = {it.replace("<phase>", phase) for it in ALWAYS} - ({ARMS} if elsewhere else set())
    assert sorted(it for it in places if not any(lies_in(path, [it]) for path in found)) == []
    stem = STEM.sub("_", command.__name__).lower()
    assert (ROOT / "tests" / "decisions" / f"test_{stem}.py").exists()
    assert list((ROOT / "tests" / "golden").glob(f"{event.__name__}.v*.json"))


def test_a_place_that_nobody_names_is_found() -> None:
    """A file elsewhere that names an event is told."""
    elsewhere = [
        it for it in touched({"InfusionStarted"}) if not lies_in(it, [it for it in NAMED if "evolve" not in it])
    ]
    assert elsewhere
    assert all(it.startswith("journey/evolve/") for it in elsewhere)
