"""Is a session's record signed off only as it was shown, whole, and with what deviates explained?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from journey.commands import CorrectEntry, DischargePatient, SignOffSession
from journey.commands.records import Amendment
from journey.errors import Refused, Rule
from journey.events import (
    DiscrepancyOpened,
    DiscrepancyResolved,
    EntryCorrected,
    Event,
    PatientDischarged,
    SessionSignedOff,
)
from journey.events.container import DiscrepancyKind, Finding
from journey.events.records import CorrectionKind, CorrectionReason
from journey.events.session import Disposition, VitalsPhase
from journey.history import fold, stale_entries
from journey.signing import digest_of, record_of, shown
from tests.decisions.states import (
    SESSION,
    VISITS,
    aborted,
    closed,
    completion,
    deceased,
    discharge,
    discharged,
    draw,
    infusing,
    line,
    reading,
    ready,
    recovering,
    waste,
    withheld,
)
from tests.given import DAY, MINUTE, PRESCRIBER, VIAL, Given, Outcome, named

NOTE = named("note")


def signing(state: Given, session_id: UUID = SESSION) -> SignOffSession:
    """Sign what the record now says of a session."""
    return SignOffSession(session_id=session_id, shown_digest=digest_of(shown(state.log, session_id)))


def signed(state: Given, **asked: Any) -> Outcome:
    """What comes of signing it by a prescriber."""
    return state.when(signing(state), actor=PRESCRIBER, **asked)


def whole() -> Given:
    """The patient went home, and the record is whole."""
    return discharged().then_came(line())


def marked() -> Given:
    """Whole, but the patient left without having been found ready."""
    unready = infusing().then_came(completion(), reading(phase=VitalsPhase.POST), line())
    return unready.then_came(discharge(), deviations=(Rule.NOT_READY,))


def target(state: Given, kind: type[Event]) -> UUID:
    """The entry of a kind."""
    return next(entry.event_id for entry in state.log if isinstance(entry.event, kind))


def test_is_signed_as_it_was_shown() -> None:
    """The signature names the signer and the digest of what was shown."""
    state = whole()
    after = signed(state).then(
        SessionSignedOff(session_id=SESSION, signer="pete", shown_digest=digest_of(shown(state.log, SESSION)))
    )
    assert fold(after.log).sessions[SESSION].signed_off is not None


def test_a_session_without_an_infusion_is_signed_off_too() -> None:
    """Where nothing was given, nothing of an infusion is asked for."""
    signed(withheld()).then_deviates()


def test_is_refused_of_an_unknown_session() -> None:
    """There is no record of what was never opened."""
    state = whole()
    state.when(replace(signing(state), session_id=named("another"))).then_refused(Rule.UNKNOWN_SESSION)


def test_is_refused_while_the_session_is_open() -> None:
    """A record is signed once the patient is gone and the pump stopped."""
    signed(ready().then_came(line())).then_refused(Rule.SESSION_OPEN)
    signed(infusing().then_came(line(), discharge())).then_refused(Rule.INFUSION_RUNNING)


def test_is_refused_dated_before_the_sessions_end() -> None:
    """Nobody signs what has not happened yet."""
    state = whole()
    signed(state, at=VISITS[0], recorded_at=state.now).then_refused(Rule.OUT_OF_ORDER)
    ended_at = fold(state.log).sessions[SESSION].ended_at
    assert ended_at is not None
    signed(state, at=ended_at - MINUTE, recorded_at=state.now).then_refused(Rule.OUT_OF_ORDER)
    signed(state, at=ended_at, recorded_at=state.now).then_deviates()


@pytest.mark.parametrize(
    "later", [reading(phase=VitalsPhase.POST), replace(line(), gauge=20)], ids=["a reading", "another line"]
)
def test_is_refused_when_something_else_was_shown(later: Event) -> None:
    """An entry that the signer has not seen makes the record another."""
    before = whole()
    before.then_came(later).when(signing(before), actor=PRESCRIBER).then_refused(Rule.SHOWN_DIFFERS)


def test_is_refused_when_an_entry_was_corrected_since() -> None:
    """What was shown says something that the record says no more."""
    before = whole()
    retraction = CorrectEntry(
        target_event_id=before.log[-1].event_id,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.DUPLICATE,
        approved_by="pete",
    )
    after = before.when(retraction).then_deviates()
    after.when(signing(before), actor=PRESCRIBER).then_refused(Rule.SHOWN_DIFFERS)


def test_what_belongs_to_another_session_changes_nothing() -> None:
    """An entry of another session, or of none, leaves what was shown as it was."""
    before = whole()
    other = before.then_came(reading(2), withheld().log[0].event)
    assert digest_of(shown(before.log, SESSION)) == digest_of(shown(other.log, SESSION))


@pytest.mark.parametrize(
    "state, lack",
    [
        (discharged(), "iv_access"),
        (recovering().then_came(line(), discharge()), "vitals_after"),
    ],
)
def test_is_refused_of_a_record_that_lacks_something(state: Given, lack: str) -> None:
    """After an infusion the record holds the line, and vitals; the refusal says what is missing."""
    outcome = signed(state)
    outcome.then_refused(Rule.RECORD_INCOMPLETE)
    assert isinstance(outcome.answer, Refused)
    assert outcome.answer.detail == {"missing": lack}
    record = record_of(state.log, SESSION)
    assert record is not None
    assert record["missing"] == [lack]


def test_nobody_reads_the_signs_of_somebody_who_died() -> None:
    """The record of an infusion in which the patient died is signed without them."""
    died = replace(discharge(), disposition=Disposition.DIED)
    signed(recovering().then_came(line(), died)).then_deviates()


def test_is_refused_without_vitals_of_before() -> None:
    """A pressure that was read before and retracted since is no reading."""
    state = whole()
    first = next(entry for entry in state.log if entry.event == reading())
    retracted = EntryCorrected(
        target_event_id=first.event_id,
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_PATIENT,
        approved_by="pete",
    )
    signed(state.then_came(retracted)).then_refused(Rule.RECORD_INCOMPLETE)


def test_what_deviates_is_explained_by_a_note() -> None:
    """Without a note the signature is refused; with one, the deviation is addressed."""
    signed(marked()).then_refused(Rule.DEVIATIONS_NOT_ADDRESSED, rules="not_ready")
    signed(marked(), note_id=NOTE).then_deviates()
    unready = infusing().then_came(completion(), reading(phase=VitalsPhase.POST), line())
    twice = unready.then_came(discharge(), deviations=(Rule.NOT_READY, Rule.RIDE_NOT_CHECKED))
    signed(twice).then_refused(Rule.DEVIATIONS_NOT_ADDRESSED, rules="not_ready, ride_not_checked")


def test_what_deviates_is_put_right_by_a_correction() -> None:
    """An entry corrected so that it breaks nothing needs no note; one that still does needs it."""
    state = marked()
    signed(state.when(leaving(state, Disposition.ED_TRANSFER)).then_deviates()).then_deviates()
    still = state.when(leaving(state, Disposition.AGAINST_ADVICE)).then_deviates(Rule.NOT_READY)
    corrected = replace(still, log=(*still.log[:-1], replace(still.log[-1], deviations=(Rule.NOT_READY,))))
    signed(corrected).then_refused(Rule.DEVIATIONS_NOT_ADDRESSED)


def leaving(state: Given, disposition: Disposition) -> CorrectEntry:
    """Say that the patient left another way."""
    left = DischargePatient(session_id=SESSION, disposition=disposition, ride_checked=True)
    return CorrectEntry(
        target_event_id=target(state, PatientDischarged),
        kind=CorrectionKind.AMEND,
        replacement=Amendment(type="PatientDischarged", at=state.now, data=left),
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )


def test_a_record_is_signed_once_as_it_is() -> None:
    """The same record is not signed twice; one that something was added to is."""
    once = signed(whole()).then_deviates()
    signed(once).then_refused(Rule.ALREADY_SIGNED_OFF)
    grown = once.then_came(reading(phase=VitalsPhase.POST))
    signed(grown).then_deviates()


def test_a_correction_makes_the_signature_stale() -> None:
    """What rested on an entry corrected since is to be looked at again, and a new signature settles it."""
    state = signed(whole()).then_deviates()
    assert isinstance(state.log[-1].event, SessionSignedOff)
    amended = EntryCorrected(
        target_event_id=target(state, type(line())),
        kind=CorrectionKind.RETRACT,
        reason=CorrectionReason.WRONG_SESSION,
        approved_by="pete",
    )
    corrected = state.then_came(amended)
    assert [entry.event for entry in stale_entries(corrected.log)] == [state.log[-1].event]
    anew = corrected.then_came(line())
    assert stale_entries(signed(anew).then_deviates().log) == []


def test_is_signed_after_the_journeys_end() -> None:
    """Closing holds up no signature, and neither does a death."""
    for state in (closed(), deceased()):
        ended = state.then_came(line())
        signed(ended.later(DAY)).then_deviates()


def test_the_digest_is_over_what_is_said() -> None:
    """Numbers are told as they were typed, times in UTC, and what is not said is left out."""
    record = record_of(whole().log, SESSION)
    assert record is not None
    first = record["entries"][0]
    assert (first["type"], first["at"]) == ("PatientCheckedIn", VISITS[0].isoformat())
    assert first["data"]["weight_kg"] == str(Decimal(70))
    assert "fasting_h" not in first["data"]
    assert record["shown_digest"] == digest_of(record["entries"])
    assert record_of(whole().log, named("another")) is None


def test_a_drug_that_does_not_balance_holds_it_up() -> None:
    """Half of it went in, and nobody says where the rest is: then it is wasted, and the record is signed."""
    state = half()
    signed(state).then_refused(Rule.DRUG_NOT_BALANCED, difference_mg="17.5")
    signed(state.then_came(waste("25", conc_mg_per_ml=Decimal("0.7")))).then_deviates()
    untouched = withheld().then_came(draw(volume_ml=Decimal("1E+1")))
    signed(untouched).then_refused(Rule.DRUG_NOT_BALANCED, difference_mg="500")


def test_a_discrepancy_says_that_it_does_not_balance() -> None:
    """Opened, and resolved or not: the record is signed. One of another session says nothing of this."""
    state = half()
    opened = DiscrepancyOpened(
        discrepancy_id=named("discrepancy"),
        kind=DiscrepancyKind.SESSION,
        difference_mg=Decimal("17.5"),
        session_id=SESSION,
    )
    resolved = DiscrepancyResolved(discrepancy_id=opened.discrepancy_id, finding=Finding.SPILLAGE)
    signed(state.then_moved(VIAL, opened)).then_deviates()
    signed(state.then_moved(VIAL, opened, resolved)).then_deviates()
    other = replace(opened, session_id=named("session 2"))
    signed(state.then_moved(VIAL, other)).then_refused(Rule.DRUG_NOT_BALANCED)


def test_what_devices_may_be_out_balances() -> None:
    """2 % of what went in is the pump's: 0.7 mg of 35, and no more."""
    for volume, refused in (("0.714", None), ("0.7141", Rule.DRUG_NOT_BALANCED)):
        state = without_draw(whole()).then_came(draw(volume_ml=Decimal(volume)))
        if refused is None:
            signed(state).then_deviates()
        else:
            signed(state).then_refused(refused)


def test_an_infusion_of_nothing_that_was_drawn_does_not_balance() -> None:
    """What went in came out of a container: it is told which."""
    signed(without_draw(whole())).then_refused(Rule.DRUG_NOT_BALANCED)


def half() -> Given:
    """The patient went home after an infusion that was stopped at half of its dose."""
    return aborted(ml_infused=Decimal(25)).then_came(reading(phase=VitalsPhase.POST), line(), discharge())


def without_draw(state: Given) -> Given:
    """The state, had nobody entered what was drawn."""
    return replace(state, log=tuple(it for it in state.log if it.event != draw()))
