"""Does a container's ledger begin when it is received, once, and with all that it holds?"""

from __future__ import annotations

from dataclasses import replace

from journey.commands import ReceiveContainer, RecordTreatmentTrial, ReferJourney
from journey.errors import Rule
from journey.events.intake import ReferralReason, Referrer
from tests.decisions.states import referred
from tests.examples import COMMANDS
from tests.given import RECEIVED, Given, given, named

RECEIVE = ReceiveContainer(
    ndc=RECEIVED.ndc,
    lot=RECEIVED.lot,
    expires_on=RECEIVED.expires_on,
    conc_mg_per_ml=RECEIVED.conc_mg_per_ml,
    volume_ml=RECEIVED.volume_ml,
    supplier=RECEIVED.supplier,
)


def test_the_ledger_begins_with_what_it_holds() -> None:
    """The first event says what came, and from whom."""
    Given().when(RECEIVE).then(RECEIVED)


def test_is_refused_where_something_is_already() -> None:
    """A container is received once, and never where a journey is."""
    given(RECEIVED).when(replace(RECEIVE, lot="K2602")).then_refused(Rule.CONTAINER_EXISTS)
    referred().when(RECEIVE).then_refused(Rule.CONTAINER_EXISTS)


def test_a_container_is_no_journey() -> None:
    """Nobody is referred to it, and nothing of a patient is told of it."""
    refer = ReferJourney(
        patient_id=named("patient"),
        referrer=Referrer.PROVIDER,
        indication_icd10="F33.2",
        reason=ReferralReason.TREATMENT_RESISTANT_DEPRESSION,
    )
    given(RECEIVED).when(refer).then_refused(Rule.UNKNOWN_JOURNEY)
    trial = COMMANDS["RecordTreatmentTrial"]
    assert isinstance(trial, RecordTreatmentTrial)
    given(RECEIVED).when(trial).then_refused(Rule.UNKNOWN_JOURNEY)


def test_no_note_is_kept_of_it() -> None:
    """Words are sealed under a patient's key: where there is no patient, they are refused and not lost."""
    Given().when(RECEIVE, note_id=named("note")).then_refused(Rule.NOTE_NOT_KEPT)
