"""Do scores, infusions, reviews and side effects stand in their rows as they were recorded?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from journey.events import AdverseEventReported, AdverseEventUpdated, EntryCorrected
from journey.events.outcome import (
    AdverseEventAction,
    AdverseEventOutcome,
    AdverseEventTerm,
    Relatedness,
    Seriousness,
    Timepoint,
)
from journey.events.records import CorrectionKind, CorrectionReason, Replacement
from journey.values import Instrument
from projections.outcome import PROJECTION
from projections.plain import moment
from tests.decisions.states import (
    BASELINE,
    ENDPOINT,
    REVIEWED,
    VISITS,
    aborted,
    answered,
    came_at,
    consulted,
    discharged,
    infusing,
    maintained,
    phq9,
    referred,
    reinduced,
    reviewed,
    start,
    visited,
)
from tests.decisions.test_give_medication import GIVEN
from tests.given import DAY, MINUTE, Given, named
from tests.projections.folded import then_rows


def corrected(state: Given, event: object, by: object) -> Given:
    """Return it after the entry of an event was replaced, or retracted if by nothing."""
    target = next(entry for entry in state.log if entry.event == event)
    put = None if by is None else Replacement(type=type(by).__name__, at=target.at, data=by)  # type: ignore[arg-type]  # any event of these tests
    correction = EntryCorrected(
        target_event_id=target.event_id,
        kind=CorrectionKind.RETRACT if by is None else CorrectionKind.AMEND,
        replacement=put,
        reason=CorrectionReason.TYPING_ERROR,
        approved_by="pete",
    )
    return state.then_came(correction)


def adverse_event(session: int | None) -> AdverseEventReported:
    """Nausea in a session, or outside all."""
    return AdverseEventReported(
        ae_id=named(f"ae {session}"),
        session_id=None if session is None else named(f"session {session}"),
        term=AdverseEventTerm.NAUSEA,
        grade=1,
        onset_at=VISITS[0] + 20 * MINUTE,
        serious=False,
        seriousness_code=Seriousness.NON_SERIOUS,
        expected=True,
        relatedness=Relatedness.PROBABLE,
        action=AdverseEventAction.PAUSED,
    )


def test_whole_and_prorated_totals_stand_apart() -> None:
    """A whole total is whole; a prorated one is a decimal, and never in the whole one's column."""
    prorated = replace(
        BASELINE,
        assessment_id=named("prorated"),
        items={**BASELINE.items, "4": None},
        total=None,
        total_prorated=Decimal("15.75"),
        missing_n=1,
    )
    hopeless = replace(prorated, assessment_id=named("hopeless"), total_prorated=None, missing_n=5, evaluable=False)
    then_rows(
        PROJECTION,
        consulted().then_came(BASELINE, prorated, hopeless),
        "scores",
        {"total": 16, "total_prorated": None, "score": "16", "band": "moderately_severe", "timepoint": "baseline"},
        {"total": None, "total_prorated": "15.75", "score": "15.75", "missing_n": 1, "evaluable": True},
        {"total": None, "total_prorated": None, "score": None, "band": None, "evaluable": False},
    )


def test_what_is_no_sum_has_a_level_and_no_total() -> None:
    """A C-SSRS has its level as its band; one whose level an open question could raise has none."""
    then_rows(
        PROJECTION,
        consulted().then_came(
            answered("whole", Instrument.CSSRS, {"1": 1, "2": 1, "3": 1, "4": 0, "5": 0, "6": 0}),
            answered("open", Instrument.CSSRS, {"1": 1, "2": 1, "3": 1, "6": 0}),
        ),
        "scores",
        {"instrument": "cssrs", "total": None, "score": None, "band": "moderate", "evaluable": True, "findings": []},
        {"instrument": "cssrs", "total": None, "score": None, "band": None, "evaluable": False, "missing_n": 2},
    )


def test_a_pcl5_tells_of_its_clusters() -> None:
    """Beside the total stand the clusters that suffice, and the provisional diagnosis."""
    whole = {str(item): 2 for item in range(1, 21)}
    then_rows(
        PROJECTION,
        consulted().then_came(
            answered("whole", Instrument.PCL5, whole), answered("part", Instrument.PCL5, {"1": 4, "6": 4})
        ),
        "scores",
        {
            "total": 40,
            "band": "from_cut_off",
            "findings": ["cluster_b", "cluster_c", "cluster_d", "cluster_e", "provisional_diagnosis"],
        },
        {"total": None, "band": None, "findings": ["cluster_b", "cluster_c", "provisional_diagnosis_undecided"]},
    )


def test_a_corrected_score_takes_the_place_of_the_wrong_one() -> None:
    """After the correction there is one row, with the right total, at the time it was answered."""
    wrong = phq9("session", 3, 3, 3, 3, 3, 3, 3, 3, 3, timepoint=Timepoint.SESSION)
    right = phq9("session", 1, 1, 1, 1, 1, 1, 1, 1, 1, timepoint=Timepoint.SESSION)
    state = consulted().then_came(wrong)
    answered_at = moment(state.now)
    then_rows(PROJECTION, corrected(state, wrong, right), "scores", {"total": 9, "band": "mild", "at": answered_at})
    then_rows(PROJECTION, corrected(state, wrong, None), "scores")


def test_every_start_has_a_row_and_those_that_count_a_number() -> None:
    """Infusion k is the k-th start that counts."""
    started_at = moment(VISITS[0] + 3 * MINUTE)
    then_rows(PROJECTION, infusing(), "infusions", {"infusion": None, "ended": "running", "started_at": started_at})
    stopped = came_at(aborted(), VISITS[0] + 20 * MINUTE, start(1, 2))
    then_rows(
        PROJECTION,
        visited(aborted(), 2),
        "infusions",
        {"attempt_no": 1, "infusion": None, "ended": "aborted", "mg": "8.75"},
        {"attempt_no": 2, "infusion": 1, "ended": "completed", "mg": "35", "dose_mg_per_kg": "0.5"},
    )
    then_rows(PROJECTION, stopped, "infusions", {"attempt_no": 1}, {"attempt_no": 2, "ended": "running"})


def test_infusions_of_maintenance_are_told_apart() -> None:
    """What was started under a maintenance schedule is maintenance."""
    state = visited(maintained(), 7, VISITS[5] + 31 * DAY)
    induction = [{"infusion": number, "part": "induction"} for number in range(1, 7)]
    then_rows(PROJECTION, state, "infusions", *induction, {"infusion": 7, "part": "maintenance"})


def test_a_retracted_start_renumbers_the_others() -> None:
    """The second infusion is the first once that one is retracted; its attempt's number stays."""
    state = visited(discharged(), 2)
    then_rows(PROJECTION, corrected(state, start(1), None), "infusions", {"attempt_no": 2, "infusion": 1})


def test_a_review_stands_as_it_was_decided() -> None:
    """Baseline, endpoint and what the rule made of them are those of the day."""
    then_rows(
        PROJECTION,
        reviewed(),
        "responses",
        {
            "rule_id": "phq9-lt5",
            "baseline": "16",
            "endpoint": "4",
            "pct_change": "75",
            "response": True,
            "remission": True,
            "outcome_class": "remission",
            "window_ok": True,
            "next": "maintain",
            "stale": False,
        },
    )


def test_a_review_goes_stale_with_its_scores() -> None:
    """A review resting on a corrected score says so, until the response is assessed anew."""
    other = phq9("endpoint", 1, 1, 1, 1, 1, 1, 1, 1, 0)
    state = corrected(reviewed(), ENDPOINT, other)
    then_rows(PROJECTION, state, "responses", {"endpoint": "4", "stale": True})
    anew = replace(REVIEWED, review_id=named("review 2"), current=Decimal(8))
    then_rows(
        PROJECTION,
        state.then_came(anew),
        "responses",
        {"endpoint": "4", "stale": False},
        {"endpoint": "8", "stale": False},
    )


def test_a_side_effect_belongs_to_the_infusion_of_its_session() -> None:
    """One in a session has its infusion's number; one outside has none."""
    state = visited(discharged(), 2).then_came(adverse_event(1), adverse_event(2), adverse_event(None))
    then_rows(
        PROJECTION,
        state,
        "side_effects",
        {"infusion": 1, "attempt_no": 1, "term": "nausea", "action": "paused"},
        {"infusion": 2, "attempt_no": 2},
        {"infusion": None, "attempt_no": None, "session_id": None},
    )


def test_a_side_effect_before_the_start_belongs_to_it_all_the_same() -> None:
    """In a session with two starts it is the last one before the onset, or else the first."""
    again = came_at(aborted(), VISITS[0] + 30 * MINUTE, start(1, 2))
    during_first = replace(adverse_event(1), onset_at=VISITS[0] + 10 * MINUTE)
    before = replace(adverse_event(1), ae_id=named("before"), onset_at=VISITS[0])
    during_second = replace(adverse_event(1), ae_id=named("after"), onset_at=VISITS[0] + 31 * MINUTE)
    then_rows(
        PROJECTION,
        again.then_came(during_first, before, during_second),
        "side_effects",
        {"ae_id": str(named("ae 1")), "attempt_no": 1},
        {"ae_id": str(named("before")), "attempt_no": 1},
        {"ae_id": str(named("after")), "attempt_no": 2},
    )


def test_a_drug_belongs_to_the_infusion_of_its_session() -> None:
    """What was given beside the infusions stands with the infusion in whose session it was given."""
    state = visited(discharged().then_came(GIVEN), 2)
    then_rows(
        PROJECTION,
        state,
        "medications",
        {"infusion": 1, "attempt_no": 1, "rxnorm": "26225", "dose": "4", "unit": "mg", "indication": "nausea"},
    )
    then_rows(PROJECTION, corrected(state, GIVEN, None), "medications")
    then_rows(PROJECTION, consulted().then_came(GIVEN), "medications", {"infusion": None, "attempt_no": None})


def test_a_journey_names_its_patient_and_rule() -> None:
    """The rule is that of the plan, once there is one."""
    patient = str(named("patient"))
    then_rows(PROJECTION, referred(), "journeys", {"patient_id": patient, "rule_id": None})
    then_rows(PROJECTION, infusing(), "journeys", {"patient_id": patient, "rule_id": "phq9-lt5", "closed_at": None})


def test_a_relapse_has_its_row() -> None:
    """By which assessment, and how long after the last infusion; what was given after the order is a part by itself."""
    relapse = {"criterion": "loss_of_response", "instrument": "phq9", "days_since_last_infusion": 31}
    then_rows(PROJECTION, reinduced(), "relapses", relapse)
    again = visited(reinduced(), 7, VISITS[5] + 33 * DAY)
    parts = ["induction"] * 6 + ["reinduction"]
    then_rows(PROJECTION, again, "infusions", *({"part": part, "infusion": n} for n, part in enumerate(parts, start=1)))


def test_a_side_effect_stands_at_its_worst_and_last() -> None:
    """The grade is the worst that was told, the outcome the last; an update of a retracted report makes no row."""
    first = AdverseEventUpdated(ae_id=named("ae None"), grade=3, outcome=AdverseEventOutcome.ONGOING)
    over = replace(
        first,
        grade=2,
        outcome=AdverseEventOutcome.RESOLVED_WITH_SEQUELAE,
        resolved_at=VISITS[1],
        sequelae=(AdverseEventTerm.HEADACHE,),
    )
    state = infusing().then_came(adverse_event(None), first)
    then_rows(PROJECTION, state, "side_effects", {"grade": 3, "outcome": "ongoing", "resolved_at": None})
    ended = {"grade": 3, "outcome": "resolvedWithSequelae", "resolved_at": moment(VISITS[1]), "sequelae": ["headache"]}
    then_rows(PROJECTION, state.then_came(over), "side_effects", ended)
    died = state.then_came(replace(first, grade=5, outcome=AdverseEventOutcome.FATAL))
    deadly = {"grade": 5, "serious": True, "seriousness_code": "SeriousResultsInDeath"}
    then_rows(PROJECTION, died, "side_effects", deadly)
    then_rows(PROJECTION, corrected(state, adverse_event(None), by=None), "side_effects")
