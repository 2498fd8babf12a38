"""What does the page of what is out of the ordinary show: which questions, and of each which columns?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from entrypoints.app import App
from entrypoints.pages.rendering import local
from projections import audit
from projections.audit import Asked

ROWS = 50
IS_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z").fullmatch


class Of(StrEnum):
    """What is asked for."""

    DEVIATIONS = "deviations"
    OVERRIDES = "overrides"
    LATE = "late"
    CORRECTIONS = "corrections"
    UNSIGNED = "unsigned"
    CONSENTS = "consents"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the answer, what stands above it, and whether it is a time or a code."""

    name: str
    head: str
    how: str = "code"


@dataclass(frozen=True, slots=True)
class Shown:
    """How a question is shown: its title, what its rows are, and what its kind is called."""

    title: str
    about: str
    kind: str
    columns: tuple[Column, ...]
    ask: Callable[[App, Asked], dict[str, Any]]


def _time(name: str, head: str) -> Column:
    return Column(name, head, "time")


def _text(name: str, head: str) -> Column:
    return Column(name, head, "text")


RECORDED, BY = _time("recorded_at", "Recorded"), _text("who", "By")
ENTRY = Column("type", "Entry", "name")

QUESTIONS: Mapping[Of, Shown] = {
    Of.DEVIATIONS: Shown(
        "Deviations",
        "Every rule that an entry breaks. An entry that was corrected keeps its row.",
        "Rule",
        (RECORDED, BY, ENTRY, _text("text", "Rule broken"), Column("correction", "Since")),
        lambda app, asked: audit.deviations(app.models, asked),
    ),
    Of.OVERRIDES: Shown(
        "Overrides",
        "Every check or criterion that a prescriber set aside, and what was found there.",
        "Check or criterion",
        (
            *(RECORDED, Column("of_what", "Of"), Column("overridden", "Set aside"), _text("overridden_by", "By whom")),
            *(_text("found", "Found"), _text("bound", "Limit"), Column("correction", "Since")),
        ),
        lambda app, asked: audit.overrides(app.models, asked),
    ),
    Of.LATE: Shown(
        "Late entries",
        "What was recorded long after it happened, by the policy of its day.",
        "Reason",
        (_time("at", "Happened"), RECORDED, BY, ENTRY, Column("reason", "Reason"), Column("correction", "Since")),
        lambda app, asked: audit.late(app.models, asked, app.clinic),
    ),
    Of.CORRECTIONS: Shown(
        "Corrections",
        "What was replaced by what, and what turned stale by it.",
        "Amend or retract",
        (
            *(RECORDED, BY, Column("kind", "How"), Column("entry_type", "Entry", "name"), Column("why", "Why")),
            *(_text("said", "Before and after"), _text("stale", "Turned stale"), Column("correction", "Since")),
        ),
        lambda app, asked: audit.corrections(app.models, asked),
    ),
    Of.UNSIGNED: Shown(
        "Unsigned sessions",
        "Sessions that are over, and whose record is not signed off as it stands.",
        "Withheld or discharged",
        (
            *(_time("ended_at", "Ended"), Column("ended", "How"), BY, _text("age", "Age")),
            *(_time("due_at", "Due"), Column("state", "State"), _text("signed_by", "Signed before by")),
        ),
        lambda app, asked: audit.unsigned(app.models, asked, app.clock(), app.clinic),
    ),
    Of.CONSENTS: Shown(
        "Consent at each infusion",
        "The consent in force at each start of the pump, as known when it was recorded and as known now.",
        "Finding",
        (
            *(_time("started_at", "Started"), BY, _text("known", "Known then"), _time("known_expires_at", "Until")),
            *(_text("now", "Known now"), _time("expires_at", "Until"), _time("withdrawn_at", "Taken back")),
            Column("finding", "Finding"),
        ),
        lambda app, asked: audit.consents_in_force(app.models, asked),
    ),
    Of.REFUSED: Shown(
        "Refused attempts",
        "Who tried what, and why it was not allowed.",
        "Code",
        (RECORDED, BY, Column("command", "Asked", "name"), _text("message", "Why not")),
        lambda app, asked: audit.refused(app.store.attempts, asked),
    ),
}


def rows(of: Of, answer: Mapping[str, Any], zone: ZoneInfo) -> list[dict[str, Any]]:
    """The rows with what the page says of them in words; `anchor` is the entry's version on the Journey page."""
    of_entries = of not in {Of.UNSIGNED, Of.CONSENTS, Of.REFUSED}
    return [
        {
            **row,
            "who": row.get("on_behalf_of") or row.get("actor"),
            "anchor": row["version"] if of_entries else None,
            "correction": "corrected" if row.get("corrected_by") else "",
            **_said(of, row, zone),
        }
        for row in answer["rows"]
    ]


def _said(of: Of, row: Mapping[str, Any], zone: ZoneInfo) -> dict[str, str]:
    match of:
        case Of.CORRECTIONS:
            stale = (f"version {it['version']}{'' if it['is_stale'] else ', renewed'}" for it in row["turned_stale"])
            return {"said": "; ".join(_change(it, zone) for it in row["changed"]), "stale": "; ".join(stale)}
        case Of.UNSIGNED:
            days, hours = divmod(row["age_h"], 24)
            return {"age": f"{days} d {hours} h", "state": "overdue" if row["overdue"] else "waits"}
        case Of.CONSENTS:
            return {"known": _named(row["known_consent_id"]), "now": _named(row["consent_id"])}
        case _:
            return {}


def _change(change: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What a field said and says; of an object the parts that differ."""
    before, after = change["before"], change["after"]
    if isinstance(before, dict) and isinstance(after, dict):
        parts = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        before, after = ({key: it.get(key) for key in parts} for it in (before, after))
    return f"{change['field']}: {_short(before, zone)} → {_short(after, zone)}"


def _short(value: Any, zone: ZoneInfo) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(it, zone)}" for key, it in value.items())
    if isinstance(value, list):
        return ", ".join(_short(it, zone) for it in value)
    return local(value, zone, "%d %b %Y %H:%M") if IS_TIME(str(value)) else str(value)


def _named(consent_id: str | None) -> str:
    return "none" if consent_id is None else consent_id[:8]


def morning(day: str, zone: ZoneInfo, days: int = 0) -> datetime | None:
    """When a day begins at the clinic, or one so many days later; None of no day. Raises ValueError."""
    if not day:
        return None
    return datetime.combine(date.fromisoformat(day) + timedelta(days=days), time(), tzinfo=zone)
