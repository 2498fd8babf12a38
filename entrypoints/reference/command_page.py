"""docs/commands.md: what can be asked, by whom, and what speaks against it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from entrypoints.reference.markdown import GENERATED, codes, table, text
from entrypoints.reference.meanings import meaning
from entrypoints.reference.phases import by_phase, is_permission
from entrypoints.reference.rules import rules_of, shared_rules
from entrypoints.reference.types import hints, needed, optional, unit, written
from journey.commands import ANSWERED_BY, COMMANDS, Command, CorrectEntry, DispenseDose, StartInfusion
from journey.roles import ASKS, MAY
from journey.values import LateReason, Role

INTRODUCTION = """# Commands

{generated}

What can be asked, field by field. On a line of `journey import` the fields stand beside those of the request; over
HTTP and with `journey do` they are the same. A **permission** asks for something to be allowed, and is refused for a
clinical reason. An **observation** reports what has happened: it is refused only for shape, identity, role or a plain
impossibility, and what it breaks is stored with it as a deviation. Lists of values and parts are in
[events.md](events.md), the numbers of the limits in [policy.md](policy.md), what a code says in [rules.md](rules.md).

"Needed: derived" is the id of something that the command brings into being; left out, it is made from the
`command_id`, the same at every retry. Numbers that measure are sent as text (`"0.5"`), so that nothing rounds them.
"""

REQUEST = (
    ("command", "name of the command", "yes", "what is asked"),
    ("journey_id", "UUID", "yes", "of which journey"),
    ("command_id", "UUID", "yes", "the request's own id: the same id and request again changes nothing"),
    ("at", "time with its offset", "yes", "when it happened; when it was heard is the store's own clock"),
    ("by", 'object: `{"user", "role"}`', "yes", "whose act it is, and in which role; over HTTP the token says it"),
    ("note", "text", "no", "a note; its words go sealed into the vault"),
    (
        "identity",
        'object: `{"name", "birth_date", "phone", "chart_number"}`',
        "no",
        "of `ReferJourney` only: the person",
    ),
    ("late_reason", f"one of {codes(LateReason)}", "no", "why it is recorded long after it happened"),
    ("correlation_id", "UUID", "no", "what it belongs together with; the command's own id, if left out"),
)


def commands_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    yield from ("## Every request", "")
    yield from table(("Field", "Type", "Needed", "Meaning"), ((f"`{name}`", *rest) for name, *rest in REQUEST))
    yield from (f"Whatever is asked may be refused: {codes(shared_rules().refusals)}.", "")
    yield from (f"Whatever is reported may be marked: {codes(shared_rules().deviations)}.", "")
    for heading, commands in by_phase(COMMANDS.values()):
        yield from (f"## {heading}", "")
        for command in commands:
            yield from _command(command)
    yield from _roles()


def _command(command: type[Command]) -> Iterator[str]:
    event, found = ANSWERED_BY[command].__name__, rules_of(command)
    kind = "Permission" if is_permission(command) else "Observation"
    yield from (f"### {command.__name__}", "", " ".join((command.__doc__ or "").split()), "")
    yield from (f"{kind}, answered by [{event}](events.md#{event.lower()}). May: {codes(_in_order(MAY[command]))}.", "")
    rows = []
    for field in fields(command):
        hint = hints(command)[field.name]
        said = meaning(field.name, command.__name__, event)
        null = " or null" if optional(hint) else ""
        sort = f"{written(hint, 'events.md')}{null}"
        rows.append((f"`{field.name}`", sort, unit(field.name), needed(field, hint), said))
    yield from table(("Field", "Type", "Unit", "Needed", "Meaning"), rows)
    if found.refusals:
        yield from (f"Refused: {codes(found.refusals)}.", "")
    if found.deviations:
        yield from (f"Marked: {codes(found.deviations)}.", "")
    if command in {StartInfusion, DispenseDose}:
        yield from ("With `happened` every one of these but what is unknown marks, and refuses nothing.", "")
    if command is CorrectEntry:
        yield from (OF_CORRECTIONS, "")


OF_CORRECTIONS = (
    "The entry's own command is decided again: what refuses it for shape or identity refuses the correction, and every "
    "other rule that it breaks marks it. One corrects only what one may enter."
)


def _roles() -> Iterator[str]:
    yield from ("## Who may ask what", "", "What is not in these tables is denied.", "")
    head = ["", *(role.value.replace("_", " ") for role in Role)]
    yield from table(head, ([f"`{key.__name__}`", *_cells(roles)] for key, roles in MAY.items()))
    yield from ("An importer asks for the person of `by`, whose role is looked up here.", "")
    yield from table(head, ([f"`{key}`", *_cells(roles)] for key, roles in ASKS.items()))


def _cells(roles: frozenset[Role]) -> list[str]:
    return ["x" if role in roles else "" for role in Role]


def _in_order(roles: frozenset[Role]) -> list[Role]:
    return [role for role in Role if role in roles]
