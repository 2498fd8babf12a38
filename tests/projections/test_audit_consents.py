"""Which consent was in force at each infusion: as known when that was recorded, and as known now?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from journey.events import ConsentGiven
from journey.events.plan import ConsentKind
from projections.audit import PROJECTION, Asked, consents_in_force
from projections.plain import moment
from tests.decisions.states import CONSENT, CONSENTED, WITHDRAWN, cleared, induced, infusing, start
from tests.given import DAY, HOUR, JOURNEY, START, Given, later_recorded, named
from tests.projections.auditing import OTHER, pages, told
from tests.projections.folded import rows_of
from tests.projections.test_audit_corrections import version_of
from tests.projections.test_audit_marks import corrected, kept

SAID = ("known_consent_id", "known_expires_at", "consent_id", "expires_at", "withdrawn_at", "finding")
LONGER = replace(CONSENTED, consent_id=named("longer"), expires_at=START + 90 * DAY)


def said(state: Given) -> list[tuple[object, ...]]:
    """What is told of each infusion."""
    rows = sorted(rows_of(PROJECTION, state)["consents"].values(), key=lambda row: str(row["started_at"]))
    return kept({"rows": rows}, *SAID)


def ending(consent: ConsentGiven, days: int) -> ConsentGiven:
    """The consent, if it expires after so many days."""
    return replace(consent, expires_at=START + days * DAY)


def test_there_was_none(models_url: str) -> None:
    """Where no pump was started, no row is told."""
    with told(models_url, cleared()) as models:
        assert consents_in_force(models, Asked())["rows"] == []


def test_the_consent_of_each_infusion(models_url: str) -> None:
    """Each start of the pump has the consent that was in force, and nothing was found."""
    state = induced(3)
    with told(models_url, state) as models:
        answer = consents_in_force(models, Asked())
        assert kept(answer, *SAID) == [(str(CONSENT), None, str(CONSENT), None, None, None)] * 3
        assert kept(answer, "attempt_no", "actor", "site") == [(n, "nora", "main") for n in (1, 2, 3)]
        assert pages(lambda asked: consents_in_force(models, asked), 2) == answer["rows"]
        begins = [entry.at for entry in state.log if type(entry.event).__name__ == "InfusionStarted"]
        for asked, found in (
            (Asked(kind="contradicted"), 0),
            (Asked(actor="nora"), 3),
            (Asked(actor="fran"), 0),
            (Asked(site="nowhere"), 0),
            (Asked(journey_id=JOURNEY), 3),
            (Asked(journey_id=OTHER), 0),
            (Asked(since=begins[1]), 2),
            (Asked(until=begins[1]), 1),
        ):
            assert len(consents_in_force(models, asked)["rows"]) == found, asked


def test_a_withdrawal_heard_of_after_the_infusion(models_url: str) -> None:
    """Taken back before the start and entered after it: what was known allowed it, what is known contradicts it."""
    state = infusing()
    before = state.now - HOUR
    state = later_recorded(state, WITHDRAWN, at=before, recorded_at=state.now + HOUR)
    with told(models_url, state) as models:
        assert kept(consents_in_force(models, Asked(kind="contradicted")), *SAID) == [
            (str(CONSENT), None, None, None, moment(before), "contradicted")
        ]


def test_a_withdrawal_after_the_infusion() -> None:
    """It contradicts nothing, and the row says when the consent was taken back."""
    state = infusing().then_came(WITHDRAWN, after=DAY)
    assert said(state) == [(str(CONSENT), None, str(CONSENT), None, moment(state.now), None)]


def test_a_start_without_consent() -> None:
    """An act of a downtime may have happened without one; a form found later is said so."""
    state = cleared().then_came(WITHDRAWN).then_came(start())
    assert said(state) == [(None, None, None, None, None, "without_consent")]
    found = state.then_came(LONGER)
    longer = str(LONGER.consent_id), moment(START + 90 * DAY)
    assert said(found) == [(None, None, *longer, None, "found_later")]


@pytest.mark.parametrize(
    "days,known,finding",
    [(1, (str(CONSENT), None, None, None, None), "contradicted"), (60, None, None)],
)
def test_a_corrected_consent(days: int, known: tuple[object, ...] | None, finding: str | None) -> None:
    """An expiry put right later: the row keeps what was known, and says what is."""
    state = infusing()
    state = corrected(state, version_of(state, "ConsentGiven"), ending(CONSENTED, days))
    expected = known or (str(CONSENT), None, str(CONSENT), moment(START + days * DAY), None)
    assert said(state) == [(*expected, finding)]


def test_a_consent_taken_back_as_an_entry() -> None:
    """One that should never have been entered held when it was looked at, and holds no more."""
    state = corrected(infusing(), version_of(infusing(), "ConsentGiven"))
    assert said(state) == [(str(CONSENT), None, None, None, None, "contradicted")]


def test_a_correction_before_the_infusion_was_known() -> None:
    """What was corrected before the pump was started was known when it was."""
    state = corrected(cleared(), version_of(cleared(), "ConsentGiven"), ending(CONSENTED, 60))
    until = moment(START + 60 * DAY)
    assert said(state.then_came(start())) == [(str(CONSENT), until, str(CONSENT), until, None, None)]


def test_of_several_the_one_that_lasts() -> None:
    """The longest counts; one for something else than treatment is none."""
    disclosure = replace(CONSENTED, consent_id=named("disclosure"), kind=ConsentKind.DISCLOSURE)
    state = cleared().then_came(LONGER, disclosure).then_came(start())
    assert said(state) == [(str(CONSENT), None, str(CONSENT), None, None, None)]
    state = cleared().then_came(LONGER, disclosure, WITHDRAWN).then_came(start())
    until = moment(START + 90 * DAY)
    assert said(state) == [(named_ := str(LONGER.consent_id), until, named_, until, None, None)]


def test_an_infusion_corrected() -> None:
    """Moved in time it is held against what is known of then; taken back it is told no more."""
    state = infusing()
    version = version_of(state, "InfusionStarted")
    assert said(corrected(state, version)) == []
    assert len(said(corrected(state, version, start()))) == 1
