"""docs/events.md: which facts are there, and what is in each?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from enum import Enum

from entrypoints.reference.markdown import GENERATED, codes, table, text
from entrypoints.reference.meanings import meaning
from entrypoints.reference.phases import ASKED_BY, by_phase, is_permission
from entrypoints.reference.types import hints, listed, optional, unit, written
from journey.events import EVENTS, ContainerDispensed, ContainerWasted, Event, SuicideRiskRaised
from journey.values import Origin, Sensitivity

INTRODUCTION = """# Events

{generated}

Every fact that a journey can hold, in the order of a journey. An event is stored once, published once, and never
changed; a correction is an event too. The event of a **permission** was allowed when it was asked; that of an
**observation** says what happened, whatever it breaks. There is no name and no free text in an event: every text is a
code or an id, and the words are in the vault.
"""

ENVELOPE = (
    ("id", "UUID", "the event's id"),
    ("source", "`/sites/<site>`", "where it belongs to"),
    ("type", "`journey.<name>.v<n>`", "which event, in which version; `drug.` of a container's"),
    ("subject", "UUID", "the journey, or the container of the drug"),
    ("time", "UTC", "when it happened"),
    ("recordedat", "UTC", "when it was recorded, by the store's clock"),
    ("utcoffsetmin", "min", "the reporter's offset from UTC"),
    ("streamversion", "from 1", "counts the journey's events, without gap"),
    ("actor, actorrole", "user, role", "who entered it"),
    ("onbehalfof, onbehalfofrole", "user, role", "for whom, where somebody entered it for another"),
    ("origin", f"one of {codes(Origin)}", "where it came from"),
    ("correlationid", "UUID", "what it belongs together with"),
    ("causationid", "UUID", "what led to it: the command, or an event of the same commit"),
    ("commandid", "UUID", "the command"),
    ("policyversion", "name and digest", "the policy of the day"),
    ("reason", "code", "why it was recorded late"),
    ("noteid, notecommitment", "UUID, digest", "the note in the vault, and what proves its words"),
    ("prev", "SHA-256", "digest of the journey's event before"),
    ("data.event", "object", "the fields below"),
    ("data.deviations", "list of codes", "the rules that it breaks"),
    ("data.sensitivity", f"list of {codes(Sensitivity)}", "segments that the law protects further"),
)


ALSO: Mapping[type[Event], str] = {
    SuicideRiskRaised: "CompleteAssessment",
    ContainerDispensed: "DispenseDose",
    ContainerWasted: "WasteDose",
}
"""Of what comes with another event of the same commit, the command that asks for it."""


def events_page() -> str:
    """The whole page."""
    return text(_lines())


def _lines() -> Iterator[str]:
    yield INTRODUCTION.format(generated=GENERATED)
    yield from ("## The envelope", "", "A CloudEvents 1.0 JSON event; what is absent is left out, never null.", "")
    yield from table(("Attribute", "Form", "Meaning"), ((f"`{name}`", *rest) for name, *rest in ENVELOPE))
    for heading, events in by_phase(EVENTS.values()):
        yield from (f"## {heading}", "")
        for event in events:
            yield from _event(event)
    enums, parts = listed()
    yield from ("## Parts", "")
    for part in sorted(parts, key=lambda it: it.__name__):
        yield from (f"### {part.__name__}", "", " ".join((part.__doc__ or "").split()), "", *_fields(part))
    yield from ("## Lists of values", "")
    for enum in sorted(enums, key=lambda it: it.__name__):
        yield from _values(enum)


def _event(event: type[Event]) -> Iterator[str]:
    command = ASKED_BY.get(event)
    kind = "Permission" if is_permission(command) else "Observation"
    asked = ALSO.get(event) or ("" if command is None else command.__name__)
    yield from (f"### {event.__name__}", "", " ".join((event.__doc__ or "").split()), "")
    yield from (f"{kind}, asked for by [{asked}](commands.md#{asked.lower()}).", "", *_fields(event))


def _fields(kind: type) -> list[str]:
    rows = []
    for field in fields(kind):
        hint = hints(kind)[field.name]
        null = " or null" if optional(hint) else ""
        said = meaning(field.name, kind.__name__)
        rows.append((f"`{field.name}`", f"{written(hint)}{null}", unit(field.name), said))
    return table(("Field", "Type", "Unit", "Meaning"), rows)


def _values(enum: type[Enum]) -> list[str]:
    doc = " ".join((enum.__doc__ or "").split())
    return [f"### {enum.__name__}", "", doc, "", f"{codes(str(item.value) for item in enum)}.", ""]
