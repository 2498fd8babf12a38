"""Which consent was in force at each infusion: as it was known when that was recorded, and as it is known now?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from journey.events import ConsentGiven, ConsentWithdrawn, EntryCorrected, Event, InfusionStarted
from journey.events.plan import ConsentKind
from journey.history import effective
from journey.recorded import Recorded
from journey.state import replace
from projections.audit.asking import Asked, Shape, answer, page
from projections.database import ReadModels
from projections.plain import maybe_moment, moment, written
from projections.projection import Column, Kind, Table

TABLE = Table(
    "consents",
    "every start of the pump, with the consent to treatment that was in force",
    (
        Column("event_id", Kind.TEXT, "the start's event"),
        Column("session_id", Kind.TEXT, "the session"),
        Column("attempt_no", Kind.WHOLE, "the number of the start, gapless"),
        Column("started_at", Kind.TIME, "when the pump was started"),
        Column("actor", Kind.TEXT, "who entered it"),
        Column("role", Kind.TEXT, "the role it was entered in"),
        Column("on_behalf_of", Kind.TEXT, "for whom, if not for themselves"),
        Column("site", Kind.TEXT, "where"),
        Column("known_consent_id", Kind.TEXT, "the consent in force, as it was known when the start was recorded"),
        Column("known_expires_at", Kind.TIME, "when that was to expire, as it was known then; none if never"),
        Column("consent_id", Kind.TEXT, "the consent in force, as it is known now"),
        Column("expires_at", Kind.TIME, "when that expires, as it is known now; none if never"),
        Column("withdrawn_at", Kind.TIME, "when it was taken back since"),
        Column("finding", Kind.TEXT, "without_consent, contradicted or found_later, if it is not as it should be"),
    ),
    indexed=("started_at",),
)

SHAPE = Shape(table=TABLE, kind="finding", time="started_at", order=("started_at", "journey_id", "event_id"))


class Finding(StrEnum):
    """What is not as it should be."""

    WITHOUT = "without_consent"
    CONTRADICTED = "contradicted"
    FOUND_LATER = "found_later"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """A consent to treatment."""

    signed_at: str
    expires_at: str | None
    withdrawn_at: str | None = None

    def holds(self, at: str) -> bool:
        """Whether it is in force at a moment."""
        ends = [end for end in (self.expires_at, self.withdrawn_at) if end is not None]
        return self.signed_at <= at and all(at < end for end in ends)


Consents = Mapping[str, Consent]


@dataclass(frozen=True, kw_only=True)
class Start:
    """A start of the pump, and the consent that was known to be in force when it was recorded."""

    session_id: str
    attempt_no: int
    started_at: str
    actor: str
    role: str
    on_behalf_of: str | None
    site: str
    known_consent_id: str | None
    known_expires_at: str | None


Starts = Mapping[str, Start]
"""By the event of the start."""


def given(consents: Consents, recorded: Recorded[Event]) -> Consents:
    """The consents to treatment after one more event."""
    event = recorded.event
    if isinstance(event, ConsentGiven) and event.kind is ConsentKind.TREATMENT:
        consent = Consent(signed_at=moment(event.signed_at), expires_at=maybe_moment(event.expires_at))
        return {**consents, written(event.consent_id): consent}
    if isinstance(event, ConsentWithdrawn) and written(event.consent_id) in consents:
        key, at = written(event.consent_id), moment(recorded.at)
        first = min(at, consents[key].withdrawn_at or at)
        return {**consents, key: replace(consents[key], withdrawn_at=first)}
    return consents


def started(starts: Starts, consents: Consents, recorded: Recorded[Event]) -> Starts:
    """The starts after one more event."""
    event, actor = recorded.event, recorded.actor
    if not isinstance(event, InfusionStarted):
        return starts
    at = moment(recorded.at)
    consent_id = _in_force(consents, at)
    start = Start(
        session_id=written(event.session_id),
        attempt_no=event.attempt_no,
        started_at=at,
        actor=actor.user,
        role=actor.role.value,
        on_behalf_of=actor.on_behalf_of,
        site=recorded.site_id,
        known_consent_id=consent_id,
        known_expires_at=None if consent_id is None else consents[consent_id].expires_at,
    )
    return {**starts, written(recorded.event_id): start}


def _in_force(consents: Consents, at: str) -> str | None:
    """The consent in force at a moment: of several the one that lasts longest."""
    holding = [key for key, consent in consents.items() if consent.holds(at)]
    return max(holding, key=lambda key: (consents[key].expires_at or "never", key), default=None)


def after_correction(starts: Starts, log: Sequence[Recorded[Event]]) -> Starts:
    """The starts, each with what was known when it was recorded: corrections that came later were not."""
    consenting = {it.event_id for it in log if isinstance(it.event, (ConsentGiven, ConsentWithdrawn, InfusionStarted))}
    told = [entry for entry in log if isinstance(entry.event, (ConsentGiven, ConsentWithdrawn, EntryCorrected))]
    if not any(isinstance(it.event, EntryCorrected) and it.event.target_event_id in consenting for it in told):
        return starts  # what is known was known then
    known = dict(starts)
    for entry in log:
        if isinstance(entry.event, InfusionStarted) and (key := written(entry.event_id)) in known:
            before = _of([it for it in told if it.version < entry.version])
            as_recorded = started({}, before, entry)[key]
            known[key] = replace(
                known[key],
                known_consent_id=as_recorded.known_consent_id,
                known_expires_at=as_recorded.known_expires_at,
            )
    return known


def _of(told: Sequence[Recorded[Event]]) -> Consents:
    """The consents that some of a journey's entries give."""
    consents: Consents = {}
    for entry in effective(told):
        consents = given(consents, entry)
    return consents


def rows(starts: Starts, consents: Consents) -> dict[str, dict[str, Any]]:
    """A row a start of the pump."""
    return {key: _row(key, start, consents) for key, start in starts.items()}


def _row(key: str, start: Start, consents: Consents) -> dict[str, Any]:
    now = _in_force(consents, start.started_at)
    consent = None if (named := now or start.known_consent_id) is None else consents.get(named)
    return {
        "event_id": key,
        **vars(start),
        "consent_id": now,
        "expires_at": None if now is None else consents[now].expires_at,
        "withdrawn_at": None if consent is None else consent.withdrawn_at,
        "finding": _finding(start.known_consent_id, now),
    }


def _finding(known: str | None, now: str | None) -> str | None:
    if known is None:
        return Finding.WITHOUT.value if now is None else Finding.FOUND_LATER.value
    return Finding.CONTRADICTED.value if now is None else None


def consents_in_force(models: ReadModels, asked: Asked) -> dict[str, Any]:
    """Starts of the pump with their consents, in the order of time; `kind` is a finding.

    `since` and `until` bound when they were. Raises ValueError for a false `after`.
    """
    with models.database.reading() as session:
        found, following = page(models, session, SHAPE, asked)
        return answer(models, session, asked.journey_id, found, following)
