"""Of any history, corrected at any time: is everything out of the ordinary told, and told once?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from journey.errors import Rule
from journey.events import (
    EntryCorrected,
    Event,
    InfusionStarted,
    PatientDischarged,
    SessionCleared,
    SessionSignedOff,
    SessionWithheld,
)
from journey.events.session import Check, CheckId, CheckOverride
from journey.history import effective, stale_entries
from journey.history import fold as fold_journey
from journey.recorded import Recorded
from journey.values import Origin
from projections import audit
from projections.audit import Asked
from tests.given import named
from tests.projections.auditing import told
from tests.projections.folded import Log, rows_of
from tests.projections.stories import corrected

BROKEN = st.lists(
    st.sampled_from([Rule.WEIGHT_JUMP, Rule.NO_CONSENT, Rule.RIDE_NOT_CONFIRMED]), max_size=2, unique=True
)
SET_ASIDE = st.lists(st.sampled_from([CheckId.PRESSURE, CheckId.CHANGES]), max_size=2, unique=True)
DELAYS_MIN = st.sampled_from([0, 0, 1, 15, 16, 600])
ORIGINS = st.sampled_from([Origin.STAFF, Origin.STAFF, Origin.IMPORT])


@st.composite
def unusual(draw: st.DrawFn) -> Log:
    """Draw a journey in which rules are broken, checks set aside, entries made late, records signed and corrected."""
    log = [_unusual(draw, entry) for entry in draw(corrected())]
    ends = [entry for entry in log if isinstance(entry.event, (PatientDischarged, SessionWithheld))]
    for end in draw(st.lists(st.sampled_from(ends), max_size=3)) if ends else ():
        session_id = _session_of(end.event)
        where = draw(st.integers(min_value=log.index(end) + 1, max_value=len(log)))
        signature = SessionSignedOff(session_id=session_id, signer="pete", shown_digest="0" * 64)
        log.insert(where, replace(log[where - 1], event=signature, event_id=named(f"signature {where}"), deviations=()))
    return [replace(entry, version=version) for version, entry in enumerate(log, start=1)]


def _session_of(event: Event) -> UUID:
    assert isinstance(event, (PatientDischarged, SessionWithheld))
    return event.session_id


def _unusual(draw: st.DrawFn, entry: Recorded[Event]) -> Recorded[Event]:
    event = entry.event
    if isinstance(event, SessionCleared):
        event = _set_aside(draw, event)
    if isinstance(event, EntryCorrected) and event.replacement and isinstance(event.replacement.data, SessionCleared):
        put = replace(event.replacement, data=_set_aside(draw, event.replacement.data))
        event = replace(event, replacement=put)
    if not draw(st.booleans()):
        return replace(entry, event=event)
    heard = entry.at + timedelta(minutes=draw(DELAYS_MIN))
    broken, origin = tuple(draw(BROKEN)), draw(ORIGINS)
    return replace(entry, event=event, recorded_at=heard, deviations=broken, origin=origin)


def _set_aside(draw: st.DrawFn, event: SessionCleared) -> SessionCleared:
    chosen = draw(SET_ASIDE)
    return replace(
        event,
        checks=tuple(Check(id=it, value=Decimal(1), limit=Decimal(0), passed=False) for it in chosen),
        overrides=tuple(CheckOverride(id=it, by="pete", note_id=named("why")) for it in chosen),
    )


def says(entry: Recorded[Event]) -> Event:
    """What an entry says, or a correction puts in place."""
    event = entry.event
    return event.replacement.data if isinstance(event, EntryCorrected) and event.replacement else event


@drawn(log=unusual(), limit=st.sampled_from([1, 3, 200]))
@settings(max_examples=15)
def test_each_is_told_once(log: Log, limit: int) -> None:
    """Deviations, overrides, late entries and corrections, page by page: each exactly once, and none besides."""
    expected = {
        "deviations": Counter((str(it.event_id), rule.value) for it in log for rule in it.deviations),
        "overrides": Counter(
            (str(it.event_id), override.id.value)
            for it in log
            if isinstance(said := says(it), SessionCleared)
            for override in said.overrides
        ),
        "late": Counter(
            (str(it.event_id), "late")
            for it in log
            if it.recorded_at - it.at > timedelta(minutes=15) and it.origin is not Origin.IMPORT
        ),
        "corrections": Counter((str(it.event_id), it.event.kind) for it in log if isinstance(it.event, EntryCorrected)),
    }
    with told("sqlite:///:memory:", log) as models:
        asks = {
            "deviations": (audit.deviations, "rule"),
            "overrides": (audit.overrides, "overridden"),
            "late": (audit.late, None),
            "corrections": (audit.corrections, "kind"),
        }
        for name, (ask, column) in asks.items():
            found, after = Counter[tuple[str, str]](), None
            while True:
                answer = ask(models, Asked(after=after, limit=limit))
                found.update((row["event_id"], row[column] if column else "late") for row in answer["rows"])
                if (after := answer["next"]) is None:
                    break
            assert found == expected[name], name


@drawn(log=unusual())
@settings(max_examples=30)
def test_what_is_stale_still(log: Log) -> None:
    """The entries that rest on corrected ones are those of the journey's own state."""
    stale = {row["event_id"] for row in rows_of(audit.PROJECTION, log)["stale"].values()}
    assert stale == {str(entry.event_id) for entry in stale_entries(log)}


@drawn(log=unusual())
@settings(max_examples=25)
def test_sessions_that_wait_for_their_signature(log: Log) -> None:
    """Those that are over, and whose last signature came before something was added to or corrected in the record."""
    waiting = {row["session_id"] for row in rows_of(audit.PROJECTION, log)["unsigned"].values()}
    sessions = fold_journey(log).sessions
    assert waiting == {str(key) for key, it in sessions.items() if not it.is_open and not is_signed(log, key)}


def is_signed(log: Log, session_id: UUID) -> bool:
    """Whether the record is as it was when it was last signed."""
    own = [entry for entry in effective(log) if getattr(entry.event, "session_id", None) == session_id]
    opened = max(entry.version for entry in own if type(entry.event).__name__ == "PatientCheckedIn")
    signatures = [it.version for it in own if isinstance(it.event, SessionSignedOff) and it.version > opened]
    if not signatures or own[-1].version > signatures[-1]:
        return False
    known = {entry.event_id: entry for entry in log}
    return not any(
        known[it.event.target_event_id].version < signatures[-1] < it.version
        and session_id in touched(known[it.event.target_event_id], it.event)
        for it in log
        if isinstance(it.event, EntryCorrected)
    )


def touched(target: Recorded[Event], correction: EntryCorrected) -> Iterator[UUID | None]:
    """The sessions whose records a correction changes."""
    yield getattr(target.event, "session_id", None)
    yield getattr(correction.replacement and correction.replacement.data, "session_id", None)


@drawn(log=unusual())
@settings(max_examples=25)
def test_consent_then_and_now(log: Log) -> None:
    """Of each start of the pump: whether consent was in force as known when it was recorded, and as known now."""
    rows = {row["event_id"]: row for row in rows_of(audit.PROJECTION, log)["consents"].values()}
    now, first = fold_journey(log), {entry.event_id: entry for entry in log}
    starts = [entry for entry in effective(log) if isinstance(entry.event, InfusionStarted)]
    assert rows.keys() == {str(entry.event_id) for entry in starts}
    for entry in starts:
        row, heard = rows[str(entry.event_id)], first[entry.event_id]
        known = fold_journey(log[: heard.version - 1]).consent_in_force(heard.at)
        holds = now.consent_in_force(entry.at)
        assert (row["known_consent_id"] is not None, row["consent_id"] is not None) == (known, holds)
        assert (row["finding"] == "contradicted") == (known and not holds)
        assert (row["finding"] is None) == (known and holds)
