"""Does every refusal and every deviation stand in the index, and is each lived through, given, when and then?"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from entrypoints.reference.rule_page import rules_page
from entrypoints.reference.rules import BY_THE_STORE, rules_of, shared_rules
from journey.commands import COMMANDS
from journey.errors import Rule

ROOT = Path(__file__).parents[2]
STEM = re.compile(r"(?<!^)(?=[A-Z])")
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)
REFUSED = frozenset({"then_refused"})
MARKED = frozenset({"then_deviates", "then", "deviations"})


def named_in_code() -> set[str]:
    """The codes of every rule that the domain or its store names."""
    files = [it for it in (ROOT / "journey").rglob("*.py") if it.name != "errors.py"]
    return {Rule[name].value for it in files for name in re.findall(r"\bRule\.([A-Z0-9_]+)\b", it.read_text("utf-8"))}


def page_faults(page: str) -> Iterator[str]:
    """What is wrong with an index of rules."""
    rows = ROW.findall(page)
    found, texts = {code for code, _, _ in rows}, {rule.value: rule.text for rule in Rule}
    yield from (f"not in the index: {code}" for code in sorted(named_in_code() - found))
    yield from (f"no rule of the code: {code}" for code in sorted(found - named_in_code()))
    yield from (f"another text: {code}" for code, text, _ in rows if texts.get(code, text) != text)


def test_every_rule_of_the_code_stands_in_the_index() -> None:
    """Each rule that code names has its row with its text, and no row is of another."""
    assert list(page_faults((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "there, planted, fault",
    [
        ("| `no_consent` |", "| `no_assent` |", "not in the index: no_consent"),
        ("| `no_consent` |", "| `no_assent` |", "no rule of the code: no_assent"),
        ("No consent to treatment is in force.", "Consent is not in force.", "another text: no_consent"),
    ],
)
def test_what_the_index_lacks_is_found(there: str, planted: str, fault: str) -> None:
    """A rule that is left out of the index, is not of the code, or says something else is named."""
    page = rules_page()
    assert there in page
    assert fault in page_faults(page.replace(there, planted))


def lived_through(source: str, said_by: frozenset[str]) -> set[str]:
    """The rules that a file's tests expect: named in one that says so, or in what of the file it names."""
    named = dict(_named(ast.parse(source)))
    found: set[str] = set()
    for test in (it for name, it in named.items() if name.startswith("test_")):
        parts, seen = [test], {test}
        for part in parts:
            for it in ast.walk(part):
                other = named.get(it.id) if isinstance(it, ast.Name) else None
                if other is not None and other not in seen:
                    seen.add(other)
                    parts.append(other)
        said = [it for part in parts for it in ast.walk(part) if isinstance(it, ast.Attribute)]
        if said_by & {it.attr for it in said}:
            found |= {it.attr for it in said if isinstance(it.value, ast.Name) and it.value.id == "Rule"}
    return found


def _named(module: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """What stands in a module by a name: its functions, and what is kept in its tables."""
    for it in module.body:
        if isinstance(it, ast.FunctionDef):
            yield it.name, it
        if isinstance(it, ast.Assign):
            yield from ((target.id, it.value) for target in it.targets if isinstance(target, ast.Name))


def untested(sources: Mapping[str, str]) -> Iterator[str]:
    """Which refusal and which deviation of which command no test of its command lives through."""
    for name, command in COMMANDS.items():
        found, source = rules_of(command), sources[name]
        decided = set(found.refusals) - set(BY_THE_STORE.get(name, ()))
        for rules, said_by, words in ((decided, REFUSED, "refused"), (found.deviations, MARKED, "marked")):
            missing = {rule.name for rule in rules} - lived_through(source, said_by)
            yield from (f"{name} is never {words}: {rule}" for rule in sorted(missing))


def sources() -> dict[str, str]:
    """The text of the tests of each command's decision."""
    stems = {name: STEM.sub("_", name).lower() for name in COMMANDS}
    files = {name: ROOT / "tests" / "decisions" / f"test_{stem}.py" for name, stem in stems.items()}
    return {name: file.read_text(encoding="utf-8") for name, file in files.items()}


def test_every_rule_is_lived_through_by_every_command() -> None:
    """Of each command, each refusal is given, asked and refused, and each deviation is stored with what it marks."""
    assert list(untested(sources())) == []


@pytest.mark.parametrize(
    "command, there, planted, fault",
    [
        ("RecordVitals", "Rule.PRESSURES_CROSSED", "Rule.NO_PLAN", "RecordVitals is never refused: PRESSURES_CROSSED"),
        ("RecordVitals", ".then_refused(", ".then_maybe(", "RecordVitals is never refused: NOTHING_MEASURED"),
        ("MissAppointment", "Rule.MISSED_EARLY", "Rule.NO_PLAN", "MissAppointment is never marked: MISSED_EARLY"),
        ("BookSeries", "Rule.WINDOW_EXCEEDED", "Rule.NO_PLAN", "BookSeries is never refused: WINDOW_EXCEEDED"),
        ("StartInfusion", "Rule.PLAN_CHANGED", "Rule.NO_PLAN", "StartInfusion is never refused: PLAN_CHANGED"),
    ],
    ids=["a test", "an expectation", "a deviation", "by a helper", "in a table"],
)
def test_what_no_test_lives_through_is_found(command: str, there: str, planted: str, fault: str) -> None:
    """A refusal or deviation that no test of its command expects any more is named."""
    plain = sources()
    assert there in plain[command]
    assert fault in untested({**plain, command: plain[command].replace(there, planted)})


@pytest.mark.parametrize("rule", [*shared_rules().refusals, *shared_rules().deviations])
def test_what_all_commands_share_is_lived_through(rule: Rule) -> None:
    """What no command's decision says, but the way in or the store, some test expects by its code."""
    assert any(re.search(rf"code.*\"{rule}\"|Rule\.{rule.name}\b", it) for it in said())


@cache
def said() -> list[str]:
    """The text of every test of the way in, the decisions and the store."""
    folders = ("decisions", "store", "api")
    return [it.read_text("utf-8") for folder in folders for it in (ROOT / "tests" / folder).glob("test_*.py")]


@pytest.mark.parametrize("name", BY_THE_STORE)
def test_what_the_store_refuses_is_lived_through(name: str) -> None:
    """What only the store can know, a test of it expects by its code."""
    assert all(any(re.search(rf"code.*\"{rule}\"", it) for it in said()) for rule in BY_THE_STORE[name])
