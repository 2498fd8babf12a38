"""Do the generated pages say what the code says, all of it, and are they the ones in the repository?"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from entrypoints.reference.meanings import MEANINGS, meaning
from entrypoints.reference.pages import PAGES
from entrypoints.reference.phases import by_phase
from entrypoints.reference.rules import Rules, rules_of, shared_rules
from entrypoints.reference.types import hints, listed, needed, optional, unit, written
from journey.commands import (
    ANSWERED_BY,
    COMMANDS,
    ClearSession,
    CompleteConsult,
    CompleteInfusion,
    CorrectEntry,
    ReferJourney,
    StartInfusion,
)
from journey.errors import Rule
from journey.events import EVENTS

ROOT = Path(__file__).parents[2]
STEM = re.compile(r"(?<!^)(?=[A-Z])")


@pytest.mark.parametrize("name", PAGES)
def test_page_is_not_stale(name: str) -> None:
    """The page in docs/ is the one that the code gives; `python -m entrypoints.reference` writes it anew."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == PAGES[name]()


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """Every link of a page leads to a heading of a page."""
    text = {page: write() for page, write in PAGES.items()}
    anchors = {page: {it.lower() for it in re.findall(r"^#+ (.+)$", body, re.MULTILINE)} for page, body in text.items()}
    for page, anchor in re.findall(r"\]\(([a-z.]*)#?([a-z0-9]*)\)", text[name]):
        assert not anchor or anchor in anchors[page or name], (page, anchor)


def test_every_field_has_a_meaning() -> None:
    """Each field of an event, a command or a part is explained, and nothing is explained that is not there."""
    used: set[str] = set()
    for kind in (*EVENTS.values(), *COMMANDS.values(), *listed()[1]):
        event = ANSWERED_BY[kind].__name__ if kind in ANSWERED_BY else kind.__name__
        for field in fields(kind):
            assert meaning(field.name, kind.__name__, event)
            used |= {field.name, f"{kind.__name__}.{field.name}", f"{event}.{field.name}"}
    assert set(MEANINGS) <= used


def test_every_type_has_its_phase() -> None:
    """No event and no command is left out of its page."""
    assert [it for _, kinds in by_phase(EVENTS.values()) for it in kinds] == list(EVENTS.values())
    assert [it for _, kinds in by_phase(COMMANDS.values()) for it in kinds] == list(COMMANDS.values())


def test_every_rule_is_some_commands() -> None:
    """Each rule of the clinic refuses or marks at least one command."""
    found = [shared_rules(), *(rules_of(command) for command in COMMANDS.values())]
    assert {rule for it in found for rule in (*it.refusals, *it.deviations)} == set(Rule)


def test_rules_are_read_from_the_decision() -> None:
    """Rules of the decision itself, of what it calls in its own and in other modules, and of a table are found."""
    assert list(rules_of(CompleteConsult).refusals) == [Rule.WEIGHT_ENTRIES_DIFFER]
    assert list(rules_of(CompleteConsult).deviations) == [Rule.WEIGHT_NOT_REPEATED, Rule.WEIGHT_IMPLAUSIBLE]
    assert Rule.UNKNOWN_SESSION in rules_of(StartInfusion).refusals
    assert Rule.PATIENT_DECEASED in rules_of(StartInfusion).refusals
    assert Rule.PRESSURE_ON_HOLD in rules_of(ClearSession).refusals
    assert Rule.VOLUME_NOT_RATES in rules_of(CompleteInfusion).deviations
    assert Rule.STATED_DIFFERS in rules_of(CorrectEntry).refusals
    assert Rule.DOSE_DIFFERS not in rules_of(CorrectEntry).refusals
    assert Rule.JOURNEY_OPEN_ELSEWHERE in rules_of(ReferJourney).refusals
    assert rules_of(ReferJourney).deviations == {}


def documented(found: Rules) -> set[str]:
    """The names of all rules that a command can break."""
    shared = shared_rules()
    return {rule.name for it in (found, shared) for rule in (*it.refusals, *it.deviations)}


def sources_of(command: str) -> str:
    """The text of the tests of a command's decision."""
    return (ROOT / "tests" / "decisions" / f"test_{STEM.sub('_', command).lower()}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_rules_of_the_tests_are_documented(name: str) -> None:
    """What the tests of a command see refused, its page says; a correction may be refused as its entry's command is."""
    refused = set(re.findall(r"then_refused\(\s*Rule\.([A-Z0-9_]+)", sources_of(name)))
    asked = COMMANDS.values() if name == CorrectEntry.__name__ else [COMMANDS[name]]
    assert refused <= {rule for command in asked for rule in documented(rules_of(command))}


@pytest.mark.parametrize(
    "name, expected",
    [
        ("dose_mg_per_kg", "mg/kg"),
        ("min_gap_h", "h"),
        ("weight_kg_repeated", "kg"),
        ("ml_infused", "ml"),
        ("hr_per_min", "1/min"),
        ("reason", ""),
    ],
)
def test_units_are_in_the_names(name: str, expected: str) -> None:
    """A field's unit is the last one that its name carries."""
    assert unit(name) == expected


@pytest.mark.parametrize(
    "command, field, text, need",
    [
        ("RecordVitals", "sbp_mmhg", "whole number, 0 to 400", "no"),
        ("RecordVitals", "position", "[Position](#position)", "no: `sitting`"),
        ("StartInfusion", "happened", "true or false", "no: `false`"),
        ("StartInfusion", "dose_mg", "number, as text, over 0, at most 10000", "yes"),
        ("BookAppointment", "appointment_id", "UUID", "derived"),
        ("AssessDischargeReadiness", "padss", "list of 5: whole number, 0 to 2", "yes"),
        (
            "CompleteAssessment",
            "items",
            "object: number of an instrument's item to whole number, 0 to 10 or null",
            "yes",
        ),
        ("RescheduleAppointment", "moves", "list of [Move](#move), at least one", "yes"),
        ("CorrectEntry", "replacement", "[Replacement](#replacement)", "no"),
    ],
)
def test_types_are_in_words(command: str, field: str, text: str, need: str) -> None:
    """Types, bounds and defaults are written for people."""
    kind = COMMANDS[command]
    hint = hints(kind)[field]
    assert written(hint) == text
    assert needed(next(it for it in fields(kind) if it.name == field), hint) == need


def test_null_is_said() -> None:
    """A field that may be null is told from one that may not."""
    assert optional(hints(COMMANDS["RecordVitals"])["sbp_mmhg"])
    assert not optional(hints(COMMANDS["RecordVitals"])["phase"])
